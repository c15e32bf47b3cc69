"""The engine's loop: write back what came of the last messages, fold the inbox, claim the next, send them.

Each turn is one transaction. A message is marked `sending` durably before it is handed over, and nothing but a certain
"it never left" ever puts it back into the queue: so it is never sent twice, and never lost.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from connectors.contract import (
    Accepted,
    Connector,
    Found,
    Message,
    NoAnswer,
    NotFound,
    Outcome,
    Refused,
    Scope,
    TryLater,
)
from data import claims, inbox, moves
from data.claims import LEASE, Claimed
from data.inbox import Received
from data.moves import News
from data.store import Reading, Store, StoreUnavailable, Writing
from engine.inbox import news_in, open_due, settle

BEAT = timedelta(seconds=5)
ADOPT = timedelta(seconds=15)
TIDY = timedelta(hours=1)
REST = 0.3  # seconds at most between turns while messages are under way
IDLE = 0.5  # seconds between looks while nothing is due
_log = logging.getLogger("askwell.engine")

Compose = Callable[[Reading, Sequence[Claimed]], list[Message | Refused]]


@dataclass(frozen=True, slots=True)
class _Turn:
    claimed: list[Claimed]
    adopted: list[Claimed]
    messages: list[Message | Refused]
    folded: int


class Engine:
    """Works on one store until told to stop; `connectors` are by channel, `mail` is what a sandbox has put down.

    `by_name` are those whose hooks are read; without it the ones that send.
    """

    def __init__(
        self,
        store: Store,
        connectors: Mapping[str, Connector],
        compose: Compose,
        *,
        name: str,
        clock: Callable[[], datetime],
        zone: tzinfo,
        in_flight: int,
        mail: list[Received],
        by_name: Mapping[str, Connector] | None = None,
    ) -> None:
        self._store, self._connectors, self._compose = store, connectors, compose
        self._by_name = by_name or {connector.name: connector for connector in connectors.values()}
        self._name, self._clock, self._zone = name, clock, zone
        self._in_flight, self._mail = in_flight, mail
        self._started_at = clock()
        self._beaten = self._adopted = self._tidied = self._started_at - TIDY
        self._done: list[News] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event, *, drain: bool = False) -> None:
        """Turns until `stop`, then finishes what is in flight; with `drain`, until nothing is due any more."""
        self._declare_dead()
        while not stop.is_set():
            turn = await self._try_turn(self._in_flight - len(self._tasks))
            if turn is None:
                await _rest(stop, 1.0)
                continue
            self._start(turn)
            await asyncio.sleep(0)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=REST)
            elif not (self._done or turn.claimed or turn.adopted or turn.folded):
                if drain:
                    break
                await _rest(stop, IDLE)
        await self._finish()

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)
        while await self._try_turn(0, last=True) is None:
            await asyncio.sleep(0.5)

    async def _try_turn(self, free: int, *, last: bool = False) -> _Turn | None:
        now, done, mail = self._clock(), list(self._done), list(self._mail)
        if not (done or mail or last) and not await asyncio.to_thread(self._anything, now):
            return _Turn([], [], [], 0)
        try:
            turn = await asyncio.to_thread(self._turn, now, done, mail, free, last)
        except StoreUnavailable as trouble:
            _log.warning("store unavailable, trying again: %s", trouble)
            return None
        except Exception:  # a bug must not stop the queue; what was not written down is kept for the next turn
            _log.exception("turn failed, trying again")
            return None
        del self._done[: len(done)], self._mail[: len(mail)]
        return turn

    def _anything(self, now: datetime) -> bool:
        """A look without a lock: an idle engine writes nothing but its heartbeat."""
        if now - self._beaten >= BEAT:
            return True
        try:
            with self._store.reading() as reading:
                return claims.due_at_all(reading, now) or bool(inbox.waiting(reading, now, 1))
        except StoreUnavailable:
            return True

    def _turn(self, now: datetime, done: list[News], mail: list[Received], free: int, last: bool) -> _Turn:
        with self._store.transaction() as work:
            inbox.receive(work, mail)
            opened = open_due(work, self._by_name, now)
            applied = moves.apply(work, [*self._mine(work, done), *news_in(opened)], now, self._zone)
            folded = settle(work, opened, applied.unknown, now)
            self._beat(work, now, last)
            self._tidy(work, now)
            adopted = self._adopt(work, now, free)
            claimed = claims.claim(work, self._name, now, free - len(adopted)) if free > len(adopted) else []
            messages = self._compose(work, [*claimed, *adopted])
        return _Turn(claimed, adopted, messages, folded)

    def _mine(self, work: Writing, done: list[News]) -> list[News]:
        """Without what only the message's holder may say: put it back, or give it up as lost."""
        theirs = {news.message_id for news in done if news.event in ("put_off", "lost")}
        theirs -= claims.held(work, sorted(theirs), self._name)
        return [news for news in done if news.event == "accepted" or news.message_id not in theirs]

    def _beat(self, work: Writing, now: datetime, last: bool) -> None:
        if last or now - self._beaten >= BEAT:
            claims.beat(work, self._name, self._started_at, now, stopped=last)
            self._beaten = now

    def _tidy(self, work: Writing, now: datetime) -> None:
        if now - self._tidied >= TIDY:
            inbox.forget(work, now)
            self._tidied = now

    def _adopt(self, work: Writing, now: datetime, free: int) -> list[Claimed]:
        if free <= 0 or now - self._adopted < ADOPT:
            return []
        self._adopted = now
        return claims.adopt(work, self._name, now, free)

    def _declare_dead(self) -> None:
        """A store that admits one engine has no other alive: their messages need not wait for the long silence."""
        if not self._store.shared_by_engines:
            with self._store.transaction() as work:
                claims.bury_others(work, self._name, self._clock())

    def _start(self, turn: _Turn) -> None:
        acts = [self._send] * len(turn.claimed) + [self._ask] * len(turn.adopted)
        for act, claimed, message in zip(acts, [*turn.claimed, *turn.adopted], turn.messages, strict=True):
            task = asyncio.create_task(act(claimed, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, claimed: Claimed, message: Message | Refused) -> None:
        self._done.append(self._news(claimed, await self._outcome(claimed, message)))

    async def _outcome(self, claimed: Claimed, message: Message | Refused) -> Outcome:
        if isinstance(message, Refused):
            return message
        if self._clock() - claimed.claimed_at > LEASE:  # by now another engine may believe us dead
            return TryLater(timedelta(0), Scope.MESSAGE, "The engine was too slow")
        try:
            return await self._connectors[claimed.channel].send(message)
        except Exception:  # a bug in a connector: the message may have left
            _log.exception("connector failed message=%s", claimed.id)
            return NoAnswer("The connector failed while sending")

    async def _ask(self, claimed: Claimed, message: Message | Refused) -> None:
        """A dead engine held it: only the provider knows whether it left."""
        if isinstance(message, Refused):
            outcome: Outcome = message
        else:
            match await self._connectors[claimed.channel].lookup(message):
                case Found(provider_id):
                    outcome = Accepted(provider_id)
                case NotFound():
                    outcome = TryLater(timedelta(0), Scope.MESSAGE, "The engine stopped before it was sent")
                case _:
                    outcome = NoAnswer("The engine stopped while sending, and the provider cannot tell")
        self._done.append(self._news(claimed, outcome))

    def _news(self, claimed: Claimed, outcome: Outcome) -> News:
        now, provider = self._clock(), self._connectors[claimed.channel].name
        attempt = claimed.claimed_at.isoformat()
        match outcome:
            case Accepted(provider_id):
                return News(claimed.id, "accepted", now, actor=provider, provider_id=provider_id)
            case Refused(fault, code, reason):
                return News(claimed.id, fault.value, now, actor=provider, code=code, reason=reason)
            case TryLater(after, _, reason):
                return News(
                    claimed.id, "put_off", now, f"put_off {attempt}", actor=provider, reason=reason, due_at=now + after
                )
            case NoAnswer(reason):
                return News(claimed.id, "lost", now, f"lost {attempt}", actor=provider, reason=reason)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
