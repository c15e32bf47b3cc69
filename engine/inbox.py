"""Turns hooks that wait in the inbox into news of messages.

Who put them there has proven them: the web, or our own sandbox. By now the secret may be another one, and to throw away
for that what a provider was told we have could lose a STOP.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from connectors.contract import Hook, Reply, Report
from connectors.incoming import GARBAGE, legible
from data import erased, inbox, provider_messages
from data.inbox import Received
from data.moves import News
from data.store import Reading, Row, Writing
from engine.outcomes import halted

BATCH = 1000  # hooks folded in one turn
EVENTS = 2000  # in them; one hook of SendGrid holds many, and nobody else writes during a turn
PATIENCE = timedelta(minutes=10)  # a hook may overtake our own commit; after this its message will not appear any more
RETRY = timedelta(seconds=5)  # at first; then as long as it has waited already
BEHIND = timedelta(seconds=5)
# The same for what names a message as its provider does: mostly another system's, that sends by the same number.
BRIEFLY = timedelta(seconds=30)
_LATE = {Report: timedelta(days=30), Reply: timedelta(days=400)}  # what comes so long after the message is still told


class Reader(Protocol):
    """Whoever understands hooks: a connector, or what reads our own web's notes."""

    def reports(self, hook: Hook) -> list[Report | Reply]: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """One hook and what it says of messages and in people's own words; one that says nothing usable has a note.

    `nameless` is what names a message of ours only as its provider does, and none is known by that name (yet).
    """

    hook: Received
    news: list[News]
    note: str | None = None
    replies: list[Reply] = field(default_factory=list[Reply])
    nameless: list[Report | Reply] = field(default_factory=list[Report | Reply])


def open_due(reading: Reading, connectors: Mapping[str, Reader], now: datetime) -> list[Opened]:
    """Reads hooks that are due, as many as one turn takes. One that nobody understands is kept too, with a note."""
    opened: list[Opened] = []
    events = 0
    for hook in inbox.waiting(reading, now, BATCH):
        opened.append(_opened(connectors, hook))
        events += len(opened[-1].news)
        if events >= EVENTS:
            break
    return _named(reading, opened, now)


def is_behind(opened: Sequence[Opened], now: datetime) -> bool:
    """Whether more may wait unread than one turn takes, and for long: a STOP may be among them."""
    full = len(opened) >= BATCH or sum(len(one.news) for one in opened) >= EVENTS
    return full and now - opened[-1].hook.due_at > BEHIND


def news_in(opened: list[Opened]) -> Iterator[News]:
    return (news for one in opened for news in one.news)


def settle(work: Writing, opened: list[Opened], unknown: set[int], now: datetime, gone: Collection[int] = ()) -> int:
    """Closes the hooks whose news were applied; those of messages nobody knows (yet) wait, then are given up.

    Those that name an erased address, whose hashes are `gone`, are blanked.
    """
    notes: dict[int, str | None] = {}
    early: dict[int, datetime] = {}
    for one in opened:
        missing = unknown and any(news.message_id in unknown for news in one.news)
        patience = PATIENCE if missing else BRIEFLY if one.nameless else timedelta(0)
        waited = now - one.hook.received_at
        first = one.hook.due_at <= one.hook.received_at  # what names its message may stand beside it
        if waited < patience or (patience and first):
            early[one.hook.id] = now + max(waited, RETRY)  # a flood of them must not keep the others waiting
        else:
            answers = any(isinstance(said, Reply) for said in one.nameless)
            notes[one.hook.id] = "no such message" if missing or answers else one.note
    inbox.postpone(work, early)
    inbox.settle(work, notes, now)
    heard = [one.hook for one in opened if one.hook.id in notes]
    said = {hook.id: (hook.url, hook.body, *hook.headers.values()) for hook in heard}
    erased.blank(work, erased.naming(said, gone))
    return len(notes)


def reference(message_id: int, token: str) -> str:
    """The opaque id that travels to the provider and comes back."""
    return f"{message_id}-{token}"


def _opened(connectors: Mapping[str, Reader], hook: Received) -> Opened:
    try:
        said = connectors[hook.provider].reports(Hook(hook.url, hook.headers, hook.body, hook.received_at))
        told = legible(
            lambda one: [_news(one, hook.provider) if isinstance(one, Report) and one.reference else one], said
        )
        moves = [one for one in told if isinstance(one, News)]
        answers = [one for one in told if isinstance(one, Reply) and one.address]
        nameless = [one for one in told if not isinstance(one, News) and one not in answers]
        return Opened(hook, moves, replies=answers, nameless=nameless)
    except GARBAGE:
        return Opened(hook, [], "not understood")


def _named(reading: Reading, opened: list[Opened], now: datetime) -> list[Opened]:
    """Finds the messages that are named only as their provider does: with a status, or by who hides their number."""
    unnamed = [one for one in opened if one.nameless]
    rows: dict[tuple[str, str], Row] = {}
    for provider in {one.hook.provider for one in unnamed}:
        said = [said for one in unnamed if one.hook.provider == provider for said in one.nameless]
        since = now - max(_LATE[type(one)] for one in said)
        found = provider_messages.by_provider_id(reading, provider, sorted({_name(one) for one in said}), since)
        rows |= {(provider, row["provider_id"]): row for row in found}
    return [_known(one, rows) if one.nameless else one for one in opened]


def _known(one: Opened, rows: Mapping[tuple[str, str], Row]) -> Opened:
    provider = one.hook.provider
    found = [(rows.get((provider, _name(said))), said) for said in one.nameless]
    told = [news(said, row["id"], provider) for row, said in found if row and isinstance(said, Report)]
    answers = [replace(said, address=row["address"]) for row, said in found if row and isinstance(said, Reply)]
    answers = [said for said in answers if said.address.startswith("+")]  # of who was erased nothing is kept
    return replace(
        one,
        news=[*one.news, *told],
        replies=[*one.replies, *answers],
        nameless=[said for row, said in found if not row],
    )


def _name(said: Report | Reply) -> str:
    return (said.provider_id if isinstance(said, Report) else said.about) or ""


def _news(report: Report, provider: str) -> News:
    number, _, token = report.reference.partition("-")
    message_id = int(number)
    if not 0 < message_id < 2**63:
        raise ValueError(number)
    return news(report, message_id, provider, token)


def news(report: Report, message_id: int, provider: str, token: str | None = None) -> News:
    """What a provider reports, as news of the message it means."""
    return News(
        message_id,
        report.event,
        report.happened_at,
        key=report.key,
        token=token,
        actor=provider,
        code=report.code,
        reason=report.reason,
        provider_id=report.provider_id,
        suppress=report.suppress,
        alert=report.alert,
        halt=halted(report.halt),
        never_arrived=report.never_arrived,
    )
