"""What may not leave now: switched off by a person, by a guardrail, or at a provider's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from data import audit
from data.lifecycle import Channel
from data.statements import one_of
from data.store import Reading, Row, Writing

GOES_ON = timedelta(hours=1)  # a stop that is back so soon after it ran out has not ended in between


@dataclass(frozen=True, slots=True)
class Stop:
    """`subject` is a channel, a member's id, a country of two letters or a template's id; `until` None means until it
    is lifted.

    `needs_person` shows it on every page: waiting alone will not help.
    """

    scope: str
    subject: str
    cause: str  # person, guardrail, provider
    reason: str
    by: str
    channel: str | None = None
    until: datetime | None = None
    needs_person: bool = True


@dataclass(frozen=True, slots=True)
class Halt:
    """What has to wait because of one message's trouble, all of its `scope`: so long, or else for a person."""

    scope: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ActiveStops:
    """The stops in force, as dispatch asks for them; `countries` are pairs of channel and country."""

    everything: bool = False
    channels: frozenset[str] = frozenset()
    senders: frozenset[int] = frozenset()
    countries: frozenset[tuple[str, str]] = frozenset()
    templates: frozenset[int] = frozenset()

    def bars(self, channel: str, sender: int, country: str | None, template: int = 0) -> bool:
        return (
            self.everything
            or channel in self.channels
            or sender in self.senders
            or (channel, country or "") in self.countries
            or template in self.templates
        )

    def and_by(self, stop: Stop) -> "ActiveStops":
        """These and one more, before the store knows of it."""
        more = barred([{"scope": stop.scope, "subject": stop.subject, "channel": stop.channel}])
        return ActiveStops(
            self.everything or more.everything,
            self.channels | more.channels,
            self.senders | more.senders,
            self.countries | more.countries,
            self.templates | more.templates,
        )


def stop(work: Writing, wanted: Stop, now: datetime) -> int:
    """Puts a stop in force and returns its id; one that only goes on is prolonged, and is no new decision."""
    if again := _same(work, wanted, now):
        until = None if wanted.until is None or again["until"] is None else max(wanted.until, again["until"])
        work.rows(
            """
            UPDATE stop SET until = CAST($until AS timestamptz), reason = $reason, needs_person = $needs_person
            WHERE id = $id
            """,
            id=again["id"], until=until, reason=wanted.reason,
            needs_person=wanted.needs_person or again["needs_person"],
        )  # fmt: skip
        return again["id"]
    audit.record(work, wanted.by, "stop", f"{wanted.scope} {wanted.subject}".strip(), wanted.reason, now)
    return work.rows(
        """
        INSERT INTO stop (id, scope, channel, subject, cause, reason, needs_person, until, created_at, created_by)
        VALUES (nextval('small_ids'), $scope, CAST($channel AS channel), $subject, $cause, $reason, $needs_person,
            CAST($until AS timestamptz), $now, $by) RETURNING id
        """,
        scope=wanted.scope, channel=wanted.channel, subject=wanted.subject, cause=wanted.cause, reason=wanted.reason,
        needs_person=wanted.needs_person, until=wanted.until, now=now, by=wanted.by,
    )[0]["id"]  # fmt: skip


def lift(work: Writing, id: int, actor: str, now: datetime) -> bool:
    """Lets what a stop held back go on; False where it was lifted already."""
    lifted = work.rows(
        "UPDATE stop SET lifted_at = $now, lifted_by = $actor WHERE id = $id AND lifted_at IS NULL"
        " RETURNING id, scope, subject",
        id=id,
        now=now,
        actor=actor,
    )
    for one in lifted:
        audit.record(work, actor, "lift", f"{one['scope']} {one['subject']}".strip(), "", now)
    return bool(lifted)


def active(reading: Reading, now: datetime) -> list[Row]:
    """The stops in force, the newest first."""
    return reading.rows(
        """
        SELECT id, scope, channel, subject, cause, reason, needs_person, until, created_at, created_by FROM stop
        WHERE lifted_at IS NULL AND (until IS NULL OR until > $now) ORDER BY created_at DESC, id DESC
        """,
        now=now,
    )


def lifted_at(reading: Reading, channel: Channel, cause: str) -> datetime | None:
    """When a stop of that cause was last lifted for a channel: what came before counts no more."""
    sql = "SELECT max(lifted_at) AS moment FROM stop WHERE cause = $cause AND subject = $channel"
    return reading.rows(sql, cause=cause, channel=channel.value)[0]["moment"]


def is_lifted_since(reading: Reading, wanted: Stop, moment: datetime) -> bool:
    """Whether somebody has lifted a stop such as this one since: what left before was seen to."""
    found = reading.rows(
        """
        SELECT id FROM stop WHERE scope = $scope AND subject = $subject AND cause = $cause AND lifted_at > $moment
            AND channel IS NOT DISTINCT FROM CAST($channel AS channel) LIMIT 1
        """,
        scope=wanted.scope, subject=wanted.subject, cause=wanted.cause, channel=wanted.channel, moment=moment,
    )  # fmt: skip
    return bool(found)


def barred(stops: Sequence[Row]) -> ActiveStops:
    def subjects(scope: str) -> list[Row]:
        return [one for one in stops if one["scope"] == scope]

    return ActiveStops(
        bool(subjects("everything")),
        frozenset(one["subject"] for one in subjects("channel")),
        frozenset(int(one["subject"]) for one in subjects("sender")),
        frozenset((one["channel"], one["subject"]) for one in subjects("country")),
        frozenset(int(one["subject"]) for one in subjects("template")),
    )


def may_leave(barred: ActiveStops) -> tuple[LiteralString, dict[str, Any]]:
    """The condition that a row of `message` waits for none of these, and its values."""
    if barred.everything:
        return "false", {}
    parts: list[LiteralString] = []
    values: dict[str, Any] = {}
    if barred.channels:
        parts.append(f"NOT ({one_of('channel', sorted(barred.channels), values, 'barred')})")
    if barred.senders:
        parts.append("coalesce(sent_by, 0) <> ALL(CAST($senders AS integer[]))")
        values["senders"] = sorted(barred.senders)
    if barred.countries:
        parts.append("CAST(channel AS text) || ' ' || coalesce(country, '') <> ALL(CAST($countries AS text[]))")
        values["countries"] = [f"{channel} {country}" for channel, country in sorted(barred.countries)]
    if barred.templates:
        parts.append("template_id <> ALL(CAST($held_templates AS integer[]))")
        values["held_templates"] = sorted(barred.templates)
    return " AND ".join(parts) or "true", values


def holding(
    stops: Sequence[Row], channel: str, sender: int, country: str | None = None, template: int = 0
) -> Row | None:
    """The first of these stops for which such a message waits."""
    return next((one for one in stops if barred([one]).bars(channel, sender, country, template)), None)


def held_requests(reading: Reading, stops: Sequence[Row], requests: Sequence[int]) -> dict[int, Row]:
    """The stop that the waiting message of each of these requests waits for, where there is one."""
    if not stops or not requests:
        return {}
    rows = reading.rows(
        """
        SELECT request_id, channel, sent_by, country, template_id FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id IN (SELECT unnest(CAST($ids AS bigint[])))
            AND status = 'queued'
        """,
        ids=list(requests),
        low=min(requests),
        high=max(requests),
    )
    found = {
        row["request_id"]: holding(stops, row["channel"], row["sent_by"] or 0, row["country"], row["template_id"])
        for row in rows
    }
    return {request: stop for request, stop in found.items() if stop}


def _same(reading: Reading, wanted: Stop, now: datetime) -> Row | None:
    """The one in force, or of the same kind and run out lately: a key that is still wrong is tried again and again."""
    found = reading.rows(
        """
        SELECT id, until, needs_person FROM stop
        WHERE lifted_at IS NULL AND scope = $scope AND subject = $subject AND cause = $cause
            AND channel IS NOT DISTINCT FROM CAST($channel AS channel)
            AND (until IS NULL OR until > $now OR until > $lately AND needs_person = $needs_person)
        ORDER BY until DESC NULLS FIRST, id DESC LIMIT 1
        """,
        scope=wanted.scope, subject=wanted.subject, cause=wanted.cause, channel=wanted.channel,
        needs_person=wanted.needs_person, now=now, lately=now - GOES_ON,
    )  # fmt: skip
    return found[0] if found else None
