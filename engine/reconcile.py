"""Asks providers what became of messages: often where their hooks cannot come, seldom and just in case where they can.

It goes on beside sending. What is heard becomes the same news that a hook would have brought.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Connector, Found, Message, Page, Polled, Reply, Report, TryLater
from data import provider_messages, reconciling
from data.claims import Claimed
from data.lifecycle import MOVES, Status, after
from data.moves import News
from data.store import Reading, Row, Store, StoreUnavailable
from data.verdicts import Blocked
from engine.inbox import Reader, news
from engine.outcomes import Said
from engine.turn import Compose

OFTEN, SELDOM = timedelta(minutes=1), timedelta(minutes=20)
PATIENCE = timedelta(hours=1)  # so long a message may be `sent` before a provider whose hooks come is asked about it
DAY = timedelta(days=1)  # what is older hardly changes any more
ALONE = timedelta(days=3)  # so far back it is asked about where no hook tells: a phone may be off for that long
OVERLAP = timedelta(minutes=2)  # clocks differ, and lists lag behind
BEFORE = timedelta(days=7)  # a list may speak of a message that was handed over so long before
GAP = timedelta(minutes=3)  # without an engine; what was said meanwhile is heard before anything leaves
FIRST_LOOK = timedelta(minutes=1)  # so long that is waited for
DOUBTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LOOK = timedelta(seconds=20)  # between looks for messages in doubt
PAGES = 25  # that are heard again in one look, of what is older than the look before
MOST = 5000  # messages in doubt that are asked after in one look; more than come into doubt at once
_log = logging.getLogger("askwell.engine")


@dataclass(slots=True)
class _Question:
    """One provider that can be asked: when next, and since when nothing was heard of it."""

    provider: Polled
    due_at: datetime
    heard_until: datetime | None = None
    older: AsyncIterator[Page | TryLater] | None = None
    """What it says of what lies further back than a look came."""
    asking: asyncio.Task[None] | None = None
    asked_at: datetime | None = None

    def is_heard(self, since: datetime) -> bool:
        """Whether a look of after then has come through all that was new, or to nothing."""
        if self.asking is None or self.asked_at is None or self.asked_at < since:
            return False
        return self.asking.done() or self.heard_until == self.asked_at


class Questions:
    """Everything there is to ask of providers. What they say is added to `done` and `answers`, for the engine's turn.

    `reached` is whether their hooks can come.
    """

    def __init__(
        self,
        store: Store,
        readers: Mapping[str, Reader],
        connectors: Mapping[str, Connector],
        compose: Compose,
        done: list[Said],
        answers: list[Reply],
        *,
        started_at: datetime,
        reached: bool,
    ) -> None:
        self._store, self._connectors, self._compose = store, connectors, compose
        self._done, self._answers = done, answers
        self._every, self._patience = (SELDOM, PATIENCE) if reached else (OFTEN, timedelta(0))
        self._reached = reached
        self._polled = {name: one for name, one in readers.items() if isinstance(one, Polled)}
        self._started_at, self._woke_at = started_at, started_at - FIRST_LOOK
        self._begin(started_at)
        self._tasks: set[asyncio.Task[None]] = set()

    def _begin(self, now: datetime) -> None:
        self._polls = {name: _Question(one, now) for name, one in self._polled.items()}
        self._doubted_until, self._asked_at = now - DAY, now

    def begin(self) -> None:
        """Sees whether there was an engine until now."""
        before = reconciling.engine_before(self._store, self._started_at)
        if before and self._started_at - before > GAP:
            self._woke_at = self._started_at

    def are_behind(self, now: datetime) -> bool:
        """Whether a provider has yet to be heard of the time when nobody was there: a STOP may be among it."""
        self._woke_at = min(self._woke_at, now)  # a clock that was ahead must not keep all waiting
        if now - self._asked_at > GAP:  # the machine slept, or the store was away
            self._woke_at = now
            for one in self._polls.values():
                one.due_at = min(one.due_at, now)
        if now - self._woke_at >= FIRST_LOOK:
            return False
        return not all(one.is_heard(self._woke_at) for one in self._polls.values())

    def ask_what_is_due(self, now: datetime) -> None:
        if now < self._asked_at - OVERLAP:  # the clock was ahead and has been put right
            self._begin(now)
        self._asked_at = now
        for name, question in self._polls.items():
            if now >= question.due_at and (question.asking is None or question.asking.done()):
                question.due_at = now + self._every
                question.asked_at = now
                question.asking = self._start(self._poll(name, question, now))
        if now - self._doubted_until >= LOOK:
            earlier, self._doubted_until = self._doubted_until, now
            self._start(self._ask_in_doubt(earlier, now))

    async def under_way(self, seconds: float) -> bool:
        """Whether any answer was still awaited; waits for them, so long at most."""
        if not self._tasks:
            return False
        await asyncio.wait(self._tasks, timeout=seconds)
        return True

    async def close(self) -> None:
        """Leaves what is still asked unanswered: it will be asked again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, question: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(_asked(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _poll(self, name: str, question: _Question, now: datetime) -> None:
        """First all that is new, then some of what is older: there may be no end of that."""
        since, heard = await asyncio.to_thread(self._since, name, question, now)
        pages = question.provider.poll(since - OVERLAP)
        async for page in pages:
            if isinstance(page, TryLater):
                self._wait(name, question, page, now)
                return
            await self._hear(name, page, since)
            if page.back_to <= heard - OVERLAP:
                break
        question.heard_until = now
        pages, question.older, left = question.older or pages, None, PAGES
        async for page in pages:
            if isinstance(page, TryLater):
                self._wait(name, question, page, now)
                return
            await self._hear(name, page, since)
            left -= 1
            if not left:
                question.older = pages  # the next look goes on from here
                return

    def _wait(self, name: str, question: _Question, later: TryLater, now: datetime) -> None:
        question.due_at = now + max(self._every, later.after)
        _log.warning("provider=%s cannot be asked now: %s", name, later.reason)

    async def _hear(self, name: str, page: Page, since: datetime) -> None:
        fresh = await asyncio.to_thread(self._news, name, [one for one in page.said if isinstance(one, Report)], since)
        self._done += [Said(one) for one in fresh]
        self._answers += [one for one in page.said if isinstance(one, Reply)]

    def _since(self, name: str, question: _Question, now: datetime) -> tuple[datetime, datetime]:
        """From the oldest message without an end; and since it was last asked: a STOP may be as old as that."""
        spell = now - (DAY if self._reached else ALONE), now - self._patience
        oldest = reconciling.oldest_open(self._store, name, *spell, unread=not self._reached)
        heard = question.heard_until or self._before_us()
        return min(oldest or now, heard), heard

    def _before_us(self) -> datetime:
        """A day ago, or since no engine has been there to hear."""
        earliest = self._started_at - DAY
        return min(reconciling.engine_before(self._store, self._started_at) or earliest, earliest)

    def _news(self, provider: str, reports: Sequence[Report], since: datetime) -> list[News]:
        with self._store.reading() as reading:
            return resolved(reading, provider, reports, since - BEFORE)

    async def _ask_in_doubt(self, earlier: datetime, now: datetime) -> None:
        """Whether it left, of each `unsure` message that is some minutes old; one that did not is left to a person."""
        for claimed, message in await asyncio.to_thread(self._doubtful, earlier, now):
            connector = self._connectors[claimed.channel]
            if isinstance(message, Message) and isinstance(found := await connector.lookup(message), Found):
                sent = News(claimed.id, "accepted", now, actor=connector.name, provider_id=found.provider_id)
                self._done.append(Said(sent))

    def _doubtful(self, earlier: datetime, now: datetime) -> list[tuple[Claimed, Message | Blocked]]:
        with self._store.reading() as reading:
            due = reconciling.unsure(reading, [(max(earlier - wait, now - DAY), now - wait) for wait in DOUBTS], MOST)
            return list(zip(due, self._compose(reading, due), strict=True))


def resolved(reading: Reading, provider: str, reports: Sequence[Report], earliest: datetime) -> list[News]:
    """The news in a provider's answers: those of messages that are ours, and not heard before."""
    found = _meant(reading, provider, reports, earliest)
    moving = [(row, one) for row, one in found if _moves(row["status"], one.event)]
    heard = reconciling.heard(reading, [row["id"] for row, _ in moving])
    return [news(one, row["id"], provider) for row, one in moving if _is_fresh(one, heard.get((row["id"], one.event)))]


def _meant(reading: Reading, provider: str, reports: Sequence[Report], earliest: datetime) -> list[tuple[Row, Report]]:
    """The message that each means, if any. Whoever wants no more may mean one that left long ago."""
    ids = {one.provider_id for one in reports if one.provider_id}
    known = {
        row["provider_id"]: row for row in provider_messages.by_provider_id(reading, provider, sorted(ids), earliest)
    }
    to = reconciling.by_address(reading, provider, _addresses(reports), earliest)
    found = [(known.get(one.provider_id or "") or _last_before(to, one), one) for one in reports]
    old = reconciling.by_owner(reading, provider, _addresses([one for row, one in found if one.suppress and not row]))
    found = [(row or _last_before(old, one), one) for row, one in found]
    return [(row, one) for row, one in found if row]


def _addresses(reports: Sequence[Report]) -> list[str]:
    return sorted({one.address.lower() for one in reports if one.address})


def _is_fresh(report: Report, heard: datetime | None) -> bool:
    """Who was allowed again may leave again: that is news, where it happened later."""
    return heard is None or (report.suppress and report.happened_at > heard + OVERLAP)


def _last_before(rows: Sequence[Row], report: Report) -> Row | None:
    """Of the messages to its address, the newest first, the last one before it happened."""
    if not report.address:
        return None
    address, moment = report.address.lower(), report.happened_at + OVERLAP
    return next((row for row in rows if row["address"] == address and row["sent_at"] <= moment), None)


def _moves(status: str, event: str) -> bool:
    return event not in MOVES or after(Status(status), event) is not Status(status)


async def _asked(question: Coroutine[Any, Any, None]) -> None:
    """Trouble with a question is no trouble of the queue's."""
    try:
        await question
    except StoreUnavailable as trouble:
        _log.warning("store unavailable, asking later: %s", trouble)
    except Exception:
        _log.exception("a provider could not be asked")
