"""Gathers what the rules need to know about messages that want to leave; and remembers who was written to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data import barring
from data.claims import Claimed
from data.commands import Ask
from data.contacts import Holders
from data.lifecycle import Channel
from data.places import UNSAID
from data.places.zones import Whereabouts, whereabouts
from data.refusals import refusing
from data.rules import Rules
from data.statements import span
from data.store import Reading, Writing
from data.verdicts import Basis, Case
from data.versions import Around, Texts, texts
from data.whole_person import WholePerson, whole

CAPS_LOOK_BACK = timedelta(days=30)
_KEPT = timedelta(days=800)  # a longer cooldown may be set later


@dataclass(frozen=True, slots=True)
class Reach:
    """One message that reached for a person, or is to: an ask that still `waits`."""

    request_id: int
    reached_at: datetime
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom one message is for, why they must not be written to, and whether a likely refusal of theirs is unread."""

    person: WholePerson
    suppressed: Basis | None
    refusing: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of many messages at once: a recipient for each, in order; by contact who was reached when; and
    their texts."""

    recipients: Sequence[Recipient]
    reaches: dict[int, list[Reach]]
    texts: Texts

    def reached(self, to: Recipient, request_id: int, now: datetime) -> None:
        """One more, decided in this very moment."""
        for id in to.person.ids:
            self.reaches.setdefault(id, []).append(Reach(request_id, now))


def facts(reading: Reading, claimed: Sequence[Claimed], rules: Rules, now: datetime, around: Around) -> Facts:
    """What is known of messages that were claimed."""
    holders = Holders(reading)
    holders.learn_besides({one.address for one in claimed})
    named = [([one.contact_id, *holders.of(one.address)], [one.address]) for one in claimed]
    return facts_about(reading, claimed, whole(reading, holders, named), rules, now, around)


def facts_about(
    reading: Reading, wanted: Sequence[Claimed] | Sequence[Ask], people: Sequence[WholePerson], rules: Rules,
    now: datetime, around: Around,
) -> Facts:  # fmt: skip
    """Looks all of them up in a few statements; `people` are those they are for, in order."""
    pairs = [
        person.pairs(one.channel, one.address, stop_means_person=rules.stop_means_person)
        for one, person in zip(wanted, people, strict=True)
    ]
    barred = barring.reasons(reading, pairs)
    return Facts(
        list(map(Recipient, people, barred, refusing(reading, people))),
        reaches(reading, {id for person in people for id in person.ids}, now - look_back(rules)),
        texts(reading, {one.template for one in wanted}, around),
    )


def case(one: Claimed | Ask, to: Recipient, known: Facts, where: Whereabouts, now: datetime) -> Case:
    """A message as the rules see it at this moment; an ask is the first one of a request to come."""
    queued = one if isinstance(one, Claimed) else None
    reached = {reach for id in to.person.ids for reach in known.reaches.get(id, ())}  # each message counts once
    others = [reach for reach in reached if queued is None or reach.request_id != queued.request_id]
    last = max(others, key=lambda reach: reach.reached_at, default=None)
    return Case(
        one.channel.value,
        where.zones,
        where.source,
        where.region,
        where.country,
        "marketing" if one.template in known.texts.marketing else "",
        queued.number if queued else 0,
        to.suppressed,
        last.reached_at if last else None,
        tuple(reach.reached_at for reach in reached if now - reach.reached_at < CAPS_LOOK_BACK),
        one.expires_at,
        one.override,
        to.refusing,
        known.texts.refused.get(one.template, ""),
        queued is not None and queued.called_off,
        last is not None and last.waits,
    )


def whereabouts_of(one: Claimed, workspace: str) -> Whereabouts:
    """On whose clock it arrives; what was queued before that was noted goes by its own number."""
    if one.zones:
        return Whereabouts(tuple(one.zones.split(",")), one.zone_source or "", one.region or "", one.country or "")
    return whereabouts(None if one.channel is Channel.EMAIL else one.address, UNSAID, workspace)


def reaches(reading: Reading, contacts: Collection[int], since: datetime) -> dict[int, list[Reach]]:
    """When each person was written to, by any channel and sender: a message that was sent again counts again."""
    if not contacts:
        return {}
    rows = reading.rows(
        """
        SELECT contact_id, request_id, reached_at FROM reach
        WHERE reached_at > $since AND contact_id IN (SELECT unnest(CAST($ids AS bigint[])))
        """,
        since=since,
        ids=sorted(contacts),
    )
    found: dict[int, list[Reach]] = {}
    for row in rows:
        found.setdefault(row["contact_id"], []).append(Reach(row["request_id"], row["reached_at"]))
    return found


def look_back(rules: Rules) -> timedelta:
    """How far back it matters who was written to."""
    return max(timedelta(days=rules.cooldown_days), CAPS_LOOK_BACK)


def remember(work: Writing, claimed: Sequence[Claimed], now: datetime) -> None:
    """Written down together with the claim, so that no crash lets a person be reached unseen."""
    if claimed:
        work.append(
            "reach",
            {
                "contact_id": [one.contact_id for one in claimed],
                "request_id": [one.request_id for one in claimed],
                "message_id": [one.id for one in claimed],
                "reached_at": [now] * len(claimed),
            },
        )


def unreach(work: Writing, messages: Collection[int]) -> None:
    """Their newest tries certainly never left: the person may be asked, if no earlier one may have arrived.

    A try by the sandbox may not be among what is remembered: then that is of the tries before a person's resend.
    """
    if messages:
        values: dict[str, Any] = span(messages)
        work.rows(
            """
            DELETE FROM reach WHERE message_id BETWEEN $low AND $high AND message_id = ANY($ids)
                AND reached_at = (SELECT max(reached_at) FROM reach AS every WHERE every.message_id = reach.message_id
                    AND every.message_id BETWEEN $low AND $high)
                AND NOT EXISTS (SELECT 1 FROM happening JOIN message ON message.id = happening.message_id
                    WHERE happening.message_id = reach.message_id AND happening.message_id BETWEEN $low AND $high
                        AND event = 'resend' AND recorded_at > reached_at AND recorded_at <= claimed_at)
            """,
            **values,
        )


def reached_after_all(work: Writing, messages: Collection[int]) -> None:
    """These did arrive, against what their provider had said before."""
    if messages:
        values: dict[str, Any] = span(messages)
        work.rows(
            """
            INSERT INTO reach (contact_id, request_id, message_id, reached_at)
            SELECT r.contact_id, r.id, m.id, m.sent_at FROM message m JOIN request r ON r.id = m.request_id
            WHERE m.id BETWEEN $low AND $high AND m.id = ANY($ids) AND m.sent_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM reach WHERE reach.message_id = m.id)
            """,
            **values,
        )


def forget(work: Writing, rules: Rules, now: datetime) -> None:
    """Deletes what is too old to matter."""
    work.rows("DELETE FROM reach WHERE reached_at < $limit", limit=now - max(_KEPT, look_back(rules)))
