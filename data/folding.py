"""Folds messages into their requests, so that the list needs no join: a row shows the newest that has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import LiteralString

from data.lifecycle import Channel, Status
from data.store import Writing

FIRSTS: dict[str, LiteralString] = {
    "delivered": "delivered_at",
    "opened": "opened_at",
    "read": "read_at",
    "clicked": "clicked_at",
    "responded": "responded_at",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What a message brings to its request; `newest` is whether it has moved and is shown, if it is the newest."""

    request_id: int
    number: int
    channel: str
    newest: bool
    status: Status
    code: str | None
    reason: str | None
    sent_at: datetime | None
    firsts: Mapping[str, datetime]


def fold(work: Writing, parts: Sequence[Part], zone: tzinfo) -> None:
    """The newest that has left the queue gives the status, firsts are the earliest."""
    for number in sorted({one.number for one in parts}):  # one row per request in each statement
        _fold(work, [one for one in parts if one.number == number], number, zone)


# A follow-up may go by another channel than the row shows: then its reason says so.
REASON: LiteralString = "nullif(concat_ws(': ', CASE WHEN v.channel <> request.channel THEN v.way END, v.reason), '')"


def way(number: int, channel: str) -> str | None:
    """How a follow-up went, in words."""
    return f"Follow-up by {Channel(channel).label}" if number else None


def _fold(work: Writing, parts: Sequence[Part], number: int, zone: tzinfo) -> None:
    requests = [m.request_id for m in parts]
    work.change(
        f"""
        UPDATE request SET
            status = CASE WHEN v.newest AND request.retries <= $number THEN v.status ELSE request.status END,
            code = CASE WHEN v.newest AND request.retries <= $number THEN v.code ELSE request.code END,
            reason = CASE WHEN v.newest AND request.retries <= $number THEN {REASON} ELSE request.reason END,
            retries = CASE WHEN v.newest THEN greatest(request.retries, $number) ELSE request.retries END,
            sent_at = least(request.sent_at, v.sent_at), sent_on = least(request.sent_on, v.sent_on),
            delivered_at = least(request.delivered_at, v.delivered_at),
            opened_at = least(request.opened_at, v.opened_at), read_at = least(request.read_at, v.read_at),
            clicked_at = least(request.clicked_at, v.clicked_at),
            responded_at = least(request.responded_at, v.responded_at)
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        {
            "id bigint": requests,
            "newest boolean": [m.newest for m in parts],
            "status status": [m.status.value for m in parts],
            "code text": [m.code for m in parts],
            "reason text": [m.reason for m in parts],
            "channel channel": [m.channel for m in parts],
            "way text": [way(number, m.channel) for m in parts],
            "sent_at timestamptz": [m.sent_at for m in parts],
            "sent_on date": [_day(m.sent_at, zone) for m in parts],
            **{f"{column} timestamptz": [m.firsts.get(event) for m in parts] for event, column in FIRSTS.items()},
        },
        number=number,
        low=min(requests),
        high=max(requests),
    )


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
