"""What the rules say of asks before they are queued: who may be asked, when it would leave, or why not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data import barring, cases
from data.cases import Reach
from data.commands import Ask
from data.contacts import Holders, known_all
from data.crowds import without_shared
from data.drip import Drip, after_opening
from data.places import Place
from data.places.zones import whereabouts
from data.refusals import unread
from data.rules import Rules
from data.sequences import Step, in_force, without
from data.store import Reading
from data.verdicts import Basis, Blocked, Case, Held, RuleCode, Verdict
from data.versions import Around, texts
from data.whole_person import whole

Judge = Callable[[Case, Rules, datetime], Verdict]


@dataclass(frozen=True, slots=True)
class Setting:
    """The workspace around an ask: its rules, name, zone and country, the judge, each template's follow-ups.

    With a `drip` asks have turns, and those outside a recipient's hours are spread over these.
    """

    rules: Rules
    judge: Judge
    zone: str
    home: str
    sequences: Mapping[int, tuple[Step, ...]]
    business: str = ""
    drip: Drip | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An ask as it would be queued, and the verdict on it."""

    ask: Ask
    verdict: Verdict

    @property
    def blocked(self) -> Blocked | None:
        return self.verdict if isinstance(self.verdict, Blocked) else None


def plan(reading: Reading, asks: Sequence[Ask], setting: Setting, now: datetime) -> list[Planned]:
    """Each ask with its recipient's clock, its time moved into their hours, its follow-ups and its expiry."""
    holders = Holders(reading)
    asks = without_shared(reading, holders, asks)
    who = known_all(holders, [(one.name, one.email, one.phone) for one in asks])
    contacts = _contacts(reading, [ids[0] if ids else None for ids in who])
    given = [[address for address in (one.address, one.phone, one.email) if address] for one in asks]
    people = whole(reading, holders, list(zip(who, given, strict=True)))
    known = sorted({id for person in people for id in person.ids})
    reached = _reached(reading, known, setting.rules, now)
    pairs = [
        person.pairs(one.channel, one.address, stop_means_person=setting.rules.stop_means_person)
        for one, person in zip(asks, people, strict=True)
    ]
    barred = barring.reasons(reading, pairs)
    waiting = unread(reading, known, {address for own in pairs for _, address in own})
    known_texts = texts(reading, {one.template for one in asks}, Around(setting.business))
    found = [
        _Against(
            cases.united(reached, person.ids),
            basis,
            waiting.holds(person.ids, [address for _, address in own]),
            known_texts.refused.get(one.template, ""),
            one.template in known_texts.marketing,
        )
        for one, person, own, basis in zip(asks, people, pairs, barred, strict=True)
    ]
    return [
        _planned(one, contact, against, setting, now)
        for one, contact, against in zip(asks, contacts, found, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Against:
    """What may speak against an ask: messages before, why not to write to them, an unread refusal, its own text."""

    reached: Collection[Reach]
    suppressed_by: Basis | None
    refusing: bool
    refused_text: str
    marketing: bool


def _planned(one: Ask, person: Mapping[str, Any] | None, against: _Against, setting: Setting, now: datetime) -> Planned:
    where = one.where
    if not where.zones:
        said = one.place.over(Place.of(person)) if person else one.place
        where = whereabouts(one.phone or (person["phone"] if person else None), said, setting.zone)
    due_at = max(one.due_at, now)
    expires_at = (one.visited_at or due_at) + timedelta(days=setting.rules.expires_days)
    last = max(against.reached, key=lambda reach: reach.reached_at, default=None)
    verdict = setting.judge(
        Case(
            one.channel.value, where.zones, where.source, where.region, where.country,
            "marketing" if against.marketing else "", 0,
            against.suppressed_by, last.reached_at if last else None,
            tuple(reach.reached_at for reach in against.reached if due_at - reach.reached_at < cases.CAPS_LOOK_BACK),
            expires_at, one.override, against.refusing, against.refused_text, waits=bool(last and last.waits),
        ),
        setting.rules,
        due_at,
    )  # fmt: skip
    if setting.drip and isinstance(verdict, Held) and verdict.code == RuleCode.QUIET_HOURS:
        turn = verdict.until + after_opening(setting.drip, due_at, ZoneInfo(setting.zone))
        moved = _planned(replace(one, due_at=turn), person, against, replace(setting, drip=None), now)
        if not moved.blocked:
            return moved
    ask = replace(
        one, where=where, hold=verdict if isinstance(verdict, Held) else None,
        steps=without(in_force(setting.sequences, one.template[0]), one.not_by),
        expires_at=expires_at,
    )  # fmt: skip
    return Planned(ask, verdict)


def _contacts(reading: Reading, ids: Sequence[int | None]) -> list[Mapping[str, Any] | None]:
    """The contact that each ask would be for, where there is one already."""
    wanted = sorted({id for id in ids if id is not None})
    if not wanted:
        return [None] * len(ids)
    rows = reading.rows(
        "SELECT id, phone, email, zone, region, postal FROM contact WHERE id BETWEEN $low AND $high AND id = ANY($ids)",
        ids=wanted,
        low=wanted[0],
        high=wanted[-1],
    )
    found = {row["id"]: row for row in rows}
    return [found.get(id) if id is not None else None for id in ids]


def _reached(reading: Reading, known: Sequence[int], rules: Rules, now: datetime) -> dict[int, list[Reach]]:
    """When they were written to, and the asks that still wait for them."""
    found = cases.reaches(reading, set(known), now - cases.look_back(rules))
    if known:
        waiting = reading.rows(
            """
            SELECT contact_id, id, due_at FROM request
            WHERE status = 'queued' AND contact_id IN (SELECT unnest(CAST($ids AS bigint[])))
            """,
            ids=sorted(set(known)),
        )
        for row in waiting:
            found.setdefault(row["contact_id"], []).append(Reach(row["id"], row["due_at"], waits=True))
    return found
