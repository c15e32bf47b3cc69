"""Which of the messages whose time has come may really leave: in pace, past the rules, past every stop."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cache

from connectors.contract import Message
from data import cases, claims, follow_up_store, moves, paces
from data.claims import Claimed
from data.holds import hold, let_go
from data.hours import closes_at
from data.lifecycle import Channel
from data.moves import News
from data.rules import Rules
from data.stops import ActiveStops
from data.store import Reading, Writing
from data.texts import segments
from data.verdicts import Blocked, Held
from data.versions import Around, reworded
from engine.outcomes import blocked
from engine.policy import judge

Paces = Mapping[str, float | None]


def due(work: Writing, limits: Paces, barred: ActiveStops, now: datetime, free: int) -> list[Claimed]:
    """Due messages, of each channel with a pace no more than it has tokens for."""
    paced = {channel: rate for channel in Channel if (rate := limits.get(channel))}
    found: list[Claimed] = []
    for channel, rate in paced.items():
        room = min(int(paces.tokens(work, channel, rate, now)), free - len(found))
        if room > 0 and channel not in barred.channels:
            found += claims.due(work, now, room, only=[channel], barred=barred)
    rest = [channel for channel in Channel if channel not in paced]
    if rest and free > len(found):
        found += claims.due(work, now, free - len(found), only=rest if paced else (), barred=barred)
    return found


def is_paced(reading: Reading, limits: Paces, barred: ActiveStops, now: datetime) -> bool:
    """Whether something is due that only its pace holds back."""
    slow = [channel for channel in Channel if limits.get(channel) and channel not in barred.channels]
    return bool(slow) and not barred.everything and claims.due_at_all(reading, now, slow)


def judged(
    work: Writing, found: Sequence[Claimed], rules: Rules, now: datetime, zone: tzinfo, around: Around
) -> list[Claimed]:
    """Those that every rule lets go; the others are held or blocked here, each with its reason."""
    if not found:
        return []
    known = cases.facts(work, found, rules, now, around)
    allowed: list[Claimed] = []
    held: list[tuple[Claimed, Held]] = []
    barred: list[News] = []
    for one, to in zip(reworded(work, found, known.texts), known.recipients, strict=True):
        where = cases.whereabouts_of(one, str(zone))
        match judge(cases.case(one, to, known, where, now), rules, now):
            case Held() as verdict:
                held.append((one, verdict))
            case Blocked() as verdict:
                barred.append(blocked(one.id, verdict, now))
            case _:
                known.reached(to, one.request_id, now)  # the next in this very turn may be the same person
                allowed.append(one)
    let_go(work, {one.request_id for one in found if one.held} - {one.request_id for one, _ in held})
    hold(work, held, now)
    changes = moves.apply(work, barred, now, zone).changes
    follow_up_store.nothing_ahead(work, [change.request_id for change in changes])
    return allowed


def until_closing(
    claimed: Sequence[Claimed], messages: Sequence[Message | Blocked], rules: Rules, now: datetime, workspace: str
) -> list[Message | Blocked]:
    """Nothing must leave at night because it waited here, or arrive then because it waited at its provider: each
    message with the end of its recipient's hours."""
    closing = cache(lambda zones, region: closes_at(now, zones, region, rules))
    return [
        replace(message, until=closing(where.zones, where.region)) if isinstance(message, Message) else message
        for one, message in zip(claimed, messages, strict=True)
        for where in (cases.whereabouts_of(one, workspace),)
    ]


def spend(
    work: Writing, limits: Paces, claimed: Sequence[Claimed], messages: Sequence[Message | Blocked], now: datetime
) -> None:
    """Takes the tokens of what leaves; a long text takes more than one and is paid off before the next."""
    for channel in {one.channel for one in claimed}:
        if rate := limits.get(channel):
            weight = sum(
                _weight(message) for one, message in zip(claimed, messages, strict=False) if one.channel == channel
            )
            paces.set_tokens(work, channel, paces.tokens(work, channel, rate, now) - weight, now)


def _weight(message: Message | Blocked) -> int:
    if isinstance(message, Blocked):
        return 0
    return segments.count(message.body).segments if message.channel == "sms" else 1
