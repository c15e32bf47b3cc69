"""The follow-ups of requests: the next message is queued, or what is still planned is called off."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.lifecycle import Channel
from data.outgoing import Outgoing, put_in_queue
from data.places import Place
from data.places.zones import Whereabouts
from data.sequences import Step, from_text, to_text
from data.statements import span
from data.store import Reading, Row, Writing


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A request whose newest message has left, with all that the next one needs; `steps` are those still to come."""

    request_id: int
    message_id: int
    number: int
    channel: Channel
    steps: tuple[Step, ...]
    phone: str | None  # phone and email as the ask gave them, else those of the contact
    email: str | None
    address: str
    template: tuple[int, int]
    sent_by: int
    sent_at: datetime
    where: Whereabouts
    place: Place
    gave_phone: bool  # if not, `where` was found out without the phone that a text would go to


@dataclass(frozen=True, slots=True)
class Next:
    """The follow-up to be queued, and the steps after it."""

    of: Ongoing
    rest: tuple[Step, ...]
    channel: Channel
    address: str
    template: tuple[int, int]
    where: Whereabouts
    due_at: datetime
    expires_at: datetime

    @property
    def number(self) -> int:
        return self.of.number + 1


def planned(reading: Reading, messages: Collection[int]) -> list[Ongoing]:
    """Those of the messages that have left and whose requests still have a plan."""
    if not messages:
        return []
    rows = reading.rows(
        """
        SELECT m.id, m.request_id, m.number, m.channel, m.template_id, m.template_version, m.sent_by,
            m.sent_at, m.country, r.plan, r.zones, r.zone_source, r.region, r.phone_number IS NOT NULL AS gave_phone,
            coalesce('+' || r.phone_number, c.phone) AS phone,
            coalesce(r.email, CASE WHEN r.channel = 'email' THEN r.address END, c.email) AS email,
            coalesce(CASE WHEN m.channel = 'email' THEN r.email ELSE '+' || r.phone_number END, m.address) AS address,
            c.zone AS said_zone, c.region AS said_region, c.postal AS said_postal
        FROM message m JOIN request r ON r.id = m.request_id LEFT JOIN contact c ON c.id = r.contact_id
        WHERE m.id BETWEEN $low AND $high AND m.id = ANY($ids) AND r.plan IS NOT NULL AND m.sent_at IS NOT NULL
            AND r.clicked_at IS NULL AND r.responded_at IS NULL
        """,
        **span(messages),
    )
    return [_of(row) for row in rows]


def _of(row: Row) -> Ongoing:
    zones = tuple((row["zones"] or "UTC").split(","))
    return Ongoing(
        row["request_id"], row["id"], row["number"], Channel(row["channel"]), from_text(row["plan"]), row["phone"],
        row["email"], row["address"], (row["template_id"], row["template_version"]), row["sent_by"], row["sent_at"],
        Whereabouts(zones, row["zone_source"] or "", row["region"] or "", row["country"] or ""),
        Place(row["said_zone"] or "", row["said_region"] or "", row["said_postal"] or ""), row["gave_phone"],
    )  # fmt: skip


def newest_templates(reading: Reading) -> dict[int, tuple[int, str]]:
    """The newest version of every template, and its channel, by id; what was planned with one outlives its retiring."""
    rows = reading.rows("SELECT id, version, channel FROM template ORDER BY id, version")
    return {row["id"]: (row["version"], row["channel"]) for row in rows}


def queue(work: Writing, wanted: Sequence[Next], new_token: Callable[[], str]) -> None:
    """Queues follow-ups and shows each on its request."""
    if not wanted:
        return
    put_in_queue(work, [_message(one) for one in wanted], new_token)
    _show(work, wanted)
    _go_by(work, [one for one in wanted if one.where != one.of.where])


def _message(one: Next) -> Outgoing:
    return Outgoing(
        one.of.request_id, one.number, one.channel, one.address, one.template, one.due_at, one.of.sent_by,
        one.where.country or None, len(one.rest),
    )  # fmt: skip


def _show(work: Writing, wanted: Sequence[Next]) -> None:
    requests = [one.of.request_id for one in wanted]
    work.change(
        """
        UPDATE request SET next_at = v.due, next_number = v.number, next_channel = v.channel, plan = v.plan,
            hold_code = NULL, hold_reason = NULL,
            expires_at = greatest(request.expires_at, v.expires)
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        {
            "id bigint": requests,
            "due timestamptz": [one.due_at for one in wanted],
            "number smallint": [one.number for one in wanted],
            "channel channel": [one.channel.value for one in wanted],
            "plan text": [to_text(one.rest) for one in wanted],
            "expires timestamptz": [one.expires_at for one in wanted],
        },
        low=min(requests),
        high=max(requests),
    )


def _go_by(work: Writing, moved: Sequence[Next]) -> None:
    """Requests whose next message goes by another clock than the one before."""
    if not moved:
        return
    requests = [one.of.request_id for one in moved]
    work.change(
        """
        UPDATE request SET zones = v.zones, zone_source = v.source, region = v.region
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        {
            "id bigint": requests,
            "zones text": [",".join(one.where.zones) for one in moved],
            "source text": [one.where.source for one in moved],
            "region text": [one.where.region or None for one in moved],
        },
        low=min(requests),
        high=max(requests),
    )


def call_off(work: Writing, requests: Mapping[int, str]) -> dict[int, int]:
    """Nothing more is planned for these requests; returns the messages that still waited, with their requests."""
    if not requests:
        return {}
    bounds = span(requests)
    waiting = work.locked(
        """
        SELECT id, request_id FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND number > 0 AND status = 'queued'
        ORDER BY id
        """,
        **bounds,
    )
    nothing_ahead(work, requests)
    return {row["id"]: row["request_id"] for row in waiting}


def nothing_ahead(work: Writing, requests: Collection[int]) -> None:
    """No step is planned any more; and unless the ask itself still waits, nothing is paused or held."""
    if requests:
        work.rows(
            """
            UPDATE request SET plan = NULL, next_at = NULL, next_number = NULL, next_channel = NULL,
                paused = paused AND status = 'queued',
                hold_code = CASE WHEN status = 'queued' THEN hold_code END,
                hold_reason = CASE WHEN status = 'queued' THEN hold_reason END
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
                AND (plan IS NOT NULL OR next_at IS NOT NULL OR paused OR hold_code IS NOT NULL)
            """,
            **span(requests),
        )


def gone(work: Writing, requests: Collection[int]) -> None:
    """Their follow-up is no longer ahead: it has left, or was stopped."""
    if requests:
        work.rows(
            """
            UPDATE request SET next_at = NULL, next_number = NULL, next_channel = NULL
            WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND next_at IS NOT NULL
            """,
            **span(requests),
        )
