"""What the rules say of asks before they are queued: who may be asked, when it would leave, or why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data import cases
from data.cases import Facts, Reach, Recipient
from data.commands import Ask
from data.contacts import Holders, known_all
from data.crowds import without_shared
from data.drip import Drip, after_opening
from data.places import Place
from data.places.zones import Whereabouts, whereabouts
from data.rules import Rules
from data.sequences import Step, in_force, without
from data.store import Reading
from data.verdicts import Blocked, Case, Held, RuleCode, Verdict
from data.versions import Around
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
    known = cases.facts_about(reading, asks, people, setting.rules, now, Around(setting.business))
    _add_waiting(reading, known)
    return [
        _planned(one, contact, to, known, setting, now)
        for one, contact, to in zip(asks, contacts, known.recipients, strict=True)
    ]


def _planned(
    one: Ask, contact: Mapping[str, Any] | None, to: Recipient, known: Facts, setting: Setting, now: datetime
) -> Planned:
    due_at = max(one.due_at, now)
    ask = replace(
        one, where=_where(one, contact, setting.zone),
        expires_at=(one.visited_at or due_at) + timedelta(days=setting.rules.expires_days),
    )  # fmt: skip
    verdict = setting.judge(cases.case(ask, to, known, ask.where, due_at), setting.rules, due_at)
    if setting.drip and isinstance(verdict, Held) and verdict.code == RuleCode.QUIET_HOURS:
        turn = verdict.until + after_opening(setting.drip, due_at, ZoneInfo(setting.zone))
        moved = _planned(replace(ask, due_at=turn), contact, to, known, replace(setting, drip=None), now)
        if not moved.blocked:
            return moved
    steps = without(in_force(setting.sequences, one.template[0]), one.not_by)
    return Planned(replace(ask, hold=verdict if isinstance(verdict, Held) else None, steps=steps), verdict)


def _where(one: Ask, contact: Mapping[str, Any] | None, zone: str) -> Whereabouts:
    """On whose clock it would arrive: as was found out before, else by what they, their contact or number say."""
    if one.where.zones:
        return one.where
    said = one.place.over(Place.of(contact)) if contact else one.place
    return whereabouts(one.phone or (contact["phone"] if contact else None), said, zone)


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


def _add_waiting(reading: Reading, known: Facts) -> None:
    """An ask that still waits for one of these people counts as if it had reached them when it is due."""
    ids = {id for to in known.recipients for id in to.person.ids}
    if ids:
        waiting = reading.rows(
            """
            SELECT contact_id, id, due_at FROM request
            WHERE status = 'queued' AND contact_id IN (SELECT unnest(CAST($ids AS bigint[])))
            """,
            ids=sorted(ids),
        )
        for row in waiting:
            known.reaches.setdefault(row["contact_id"], []).append(Reach(row["id"], row["due_at"], waits=True))
