"""The engine's loop: take a turn at the store, send what it claimed, take the next with what came of it.

A message is marked `sending` durably before it is handed over, and nothing but a certain "it never left" ever puts it
back into the queue: so it is never sent twice, and never lost.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from operator import itemgetter

from connectors.contract import Accepted, Connector, Found, Message, NoAnswer, NotFound, Outcome, Reply, TryLater
from data.claims import Claimed
from data.inbox import Received
from data.marks import Marks, Position, TakenOver
from data.store import Store, StoreUnavailable
from data.store.mark_file import MarkFile
from data.store.migrations import Outdated
from data.store.moved import Moved
from data.verdicts import Blocked
from data.versions import Around, Unusable
from engine.inbox import Reader
from engine.last_look import LastLook, not_sent
from engine.outcomes import blocked, said
from engine.reconcile import Questions
from engine.turn import Compose, Said, Turn, Turns
from engine.watch import Watch
from engine.window import Window

REST = 0.3  # seconds at most between turns while messages are under way
IDLE = 0.5  # seconds between looks while nothing is due
_log = logging.getLogger("askwell.engine")


class Engine:
    """Works on one store until told to stop; `connectors` are by channel, `mail` is what a sandbox has put down.

    `by_name` are all whose hooks are read; `paces` how many segments a second may leave by each channel;
    `reached` is whether hooks can reach the console; `business` its name, as texts may say it;
    `unusable` tells which of them cannot go out as the workspace is set up; `watch` is the clock, where it is watched;
    `beside` tells an older copy of a store that several share.
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
        by_name: Mapping[str, Reader] | None = None,
        paces: Mapping[str, float | None] | None = None,
        lot: random.Random | None = None,
        reached: bool = True,
        business: str = "",
        unusable: Unusable = lambda *_: None,
        watch: Watch | None = None,
        beside: MarkFile | None = None,
    ) -> None:
        self._connectors, self._clock, self._lot = connectors, clock, lot or random.Random()
        readers: Mapping[str, Reader] = by_name or {connector.name: connector for connector in connectors.values()}
        self._marks = Marks(store, name, beside)
        self._turns = Turns(
            store, readers, compose, marks=self._marks, zone=zone, paces=paces or {}, started_at=clock(),
            around=Around(business, unusable), serves=connectors, watch=watch,
        )  # fmt: skip
        self._done: list[Said] = []
        self._answers: list[Reply] = []
        self._questions = Questions(
            store, readers, connectors, compose, self._done, self._answers, started_at=clock(), reached=reached
        )
        self._mail, self._in_flight, self._look = mail, in_flight, LastLook(clock())
        self._outdated: Outdated | None = None

    async def run(self, stop: asyncio.Event, *, drain: bool = False) -> None:
        """Turns until `stop`, then finishes what is in flight; with `drain`, until nothing is due any more.

        Raises Outdated once a newer program has changed the store's schema, Moved where it went before the first.
        """
        self._stop, self._window = stop, Window(self._in_flight, self._reach)
        await self._begin()
        while not stop.is_set():
            room = self._window.room()
            turn = await self._try_turn(room)
            if turn is None:
                await _rest(stop, 1.0)
                continue
            self._start(turn)
            self._questions.ask_what_is_due(self._clock())
            await asyncio.sleep(0)
            if self._window.held:
                await self._window.progress(REST, all=len(turn.messages) < room)
            elif not (self._done or turn.claimed or turn.adopted or turn.folded):
                if not drain or turn.paced:
                    await _rest(stop, IDLE)
                elif not (await self._questions.under_way(REST) or turn.deaf):
                    break
        await self._finish()
        if self._outdated:
            raise self._outdated

    async def _begin(self) -> None:
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(self._turns.begin, self._clock())
                await asyncio.to_thread(self._questions.begin)
            except (Outdated, Moved):
                raise
            except StoreUnavailable as trouble:
                _log.warning("store unavailable, trying again: %s", trouble)
                await _rest(self._stop, 1.0)
            else:
                return

    async def _finish(self) -> None:
        await self._questions.close()
        await self._window.empty()
        while await self._try_turn(0, last=True) is None and (self._done or self._mail or self._answers):
            if self._outdated:  # one try: its statements may not fit the store any more
                break
            await asyncio.sleep(0.5)

    async def _try_turn(self, free: int, *, last: bool = False) -> Turn | None:
        now, done, mail, answers = self._clock(), list(self._done), list(self._mail), list(self._answers)
        deaf = self._questions.are_behind(now)
        busy = done or mail or answers or last or self._window.held  # what is held must hear of stops
        try:
            if not busy and await asyncio.to_thread(self._turns.is_idle, now):
                return Turn([], [], [], 0)
            turn = await asyncio.to_thread(self._turns.take, now, done, mail, free, last, answers, deaf)
        except Outdated as trouble:
            self._outdated = trouble
            self._stop.set()
            return None
        except StoreUnavailable as trouble:
            _log.warning("store unavailable, trying again: %s", trouble)
            self._turns.look_again()
            return None
        except TakenOver:
            self._replaced()
            return None
        except Exception:  # a bug must not stop the queue; what was not written down is kept for the next turn
            _log.exception("turn failed, trying again")
            return None
        del self._done[: len(done)], self._mail[: len(mail)], self._answers[: len(answers)]
        return turn

    def _start(self, turn: Turn) -> None:
        self._look.renew(turn.barred, turn.barring, self._done, self._clock())
        acts = [self._send] * len(turn.claimed) + [self._ask] * len(turn.adopted)
        given = zip(acts, [*turn.claimed, *turn.adopted], turn.messages, strict=True)
        jobs = [((one.claimed_at, one.id), partial(act, one, message)) for act, one, message in given]
        self._window.add(sorted(jobs, key=itemgetter(0)))

    async def _reach(self, position: Position) -> bool:
        """Nothing is handed over before it is durable that it may have been; after a stop nothing is any more."""
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(self._marks.reach, position)
            except StoreUnavailable as trouble:
                _log.warning("store unavailable, trying again: %s", trouble)
                await _rest(self._stop, 1.0)
            except TakenOver:
                self._replaced()
                return False
            else:
                break
        return True

    def _replaced(self) -> None:
        _log.warning("another engine took this one for dead: what was not begun with is left to it")
        self._marks.renew()
        self._window.drop()  # under the new name all of it could be marked, and leave once more

    async def _send(self, claimed: Claimed, message: Message | Blocked) -> None:
        if isinstance(message, Blocked):  # it cannot be written, so it never leaves
            self._done.append(Said(blocked(claimed.id, message, self._clock())))
        else:
            outcome = await self._outcome(claimed, message)
            self._write(claimed, outcome, self._look.answered(claimed, outcome, self._clock()))

    async def _outcome(self, claimed: Claimed, message: Message) -> Outcome:
        if self._stop.is_set():
            return not_sent("The engine was stopped")
        if later := self._look.keeps(claimed, message.until, self._clock()):
            return later
        try:
            return await self._connectors[claimed.channel].send(message)
        except Exception:  # a bug in a connector: the message may have left
            _log.exception("connector failed message=%s", claimed.id)
            return NoAnswer("The connector failed while sending")

    async def _ask(self, claimed: Claimed, message: Message | Blocked) -> None:
        """A dead engine held it: only the provider knows whether it left."""
        if isinstance(message, Blocked):
            outcome: Outcome = NoAnswer(f"The engine stopped while sending. {message.reason}")
        else:
            outcome = await self._looked_up(claimed, message)
        self._write(claimed, outcome)

    async def _looked_up(self, claimed: Claimed, message: Message) -> Outcome:
        connector = self._connectors[claimed.channel]
        if claimed.served_by not in (None, connector.name):
            return NoAnswer(f"The engine stopped while sending, and cannot ask {claimed.served_by} any more")
        try:
            found = await connector.lookup(message)
        except Exception:  # a bug in a connector: the message may have left
            _log.exception("connector failed message=%s", claimed.id)
            found = None
        match found:
            case Found(provider_id):
                return Accepted(provider_id)
            case NotFound():
                return not_sent("The engine stopped before it was sent")
            case _:
                return NoAnswer("The engine stopped while sending, and the provider cannot tell")

    def _write(self, claimed: Claimed, outcome: Outcome, pause: TryLater | None = None) -> None:
        provider = self._connectors[claimed.channel].name
        one = said(claimed, outcome, provider, self._clock(), self._lot, pause)
        self._look.heed(one)
        if one.news.alert:
            _log.warning("alert provider=%s code=%s message=%s", provider, one.news.code, claimed.id)
        self._done.append(one)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
