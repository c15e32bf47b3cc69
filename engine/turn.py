"""One turn of the engine, in one transaction: write back, fold the inbox, see what follows, claim what may leave."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from connectors.contract import Connector, Message, Reply
from connectors.sandbox import Sandbox
from data import cases, claims, erased, inbox, moves, played, rules, stops
from data.claims import Claimed
from data.inbox import Received
from data.lifecycle import Channel
from data.marks import Marks
from data.moves import News
from data.rules import Rules
from data.stops import ActiveStops
from data.store import Reading, Store, Writing
from data.store.migrations import check
from data.suppressions import RecentlySuppressed, suppressed_since
from data.texts import new_token
from data.verdicts import Blocked
from data.versions import Around
from engine import consequences, guardrails, release, restored
from engine.adoption import adopt
from engine.hits import NAME, HitReader
from engine.inbox import Opened, Reader, is_behind, news_in, open_due, settle
from engine.outcomes import Said
from engine.watch import Watch, ask_after_long

_LONG_AGO = timedelta(days=1)
_MARGIN = timedelta(seconds=30)  # the console's clock may differ, and a turn takes its time
Compose = Callable[[Reading, Sequence[Claimed]], list[Message | Blocked]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn brought: messages to send and to ask after, each with its text; and what must not leave now."""

    claimed: list[Claimed]
    adopted: list[Claimed]
    messages: list[Message | Blocked]
    folded: int
    paced: bool = False
    """Whether more was due than the pace lets go."""
    deaf: bool = False
    """Whether nothing was claimed because a STOP may not have been heard yet."""
    barred: ActiveStops = field(default_factory=ActiveStops)
    barring: RecentlySuppressed = frozenset()
    """Who must not be written to any more since what is held was judged."""


@dataclass(slots=True)
class _Every:
    """Something to be done once in a while."""

    span: timedelta
    last: datetime

    def is_due(self, now: datetime) -> bool:
        return not timedelta(0) <= now - self.last < self.span  # not only later: the clock may have been put right


class Turns:
    """Takes turns at the store for one engine; everything here runs in a thread of its own."""

    def __init__(
        self,
        store: Store,
        readers: Mapping[str, Reader],
        compose: Compose,
        *,
        marks: Marks,
        zone: tzinfo,
        paces: Mapping[str, float | None],
        started_at: datetime,
        around: Around = Around(),  # noqa: B008 - frozen
        serves: Mapping[str, Connector] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._store, self._compose, self._around, self._watch = store, compose, around, watch
        self._readers: Mapping[str, Reader] = {**readers, NAME: HitReader()}
        self._marks, self._zone, self._paces, self._started_at = marks, zone, paces, started_at
        before = started_at - _LONG_AGO
        self._beats, self._adopts = _Every(timedelta(seconds=5), before), _Every(timedelta(seconds=15), before)
        self._guards, self._tidies = _Every(timedelta(seconds=20), before), _Every(timedelta(hours=1), before)
        by_sandbox = [channel for channel, one in (serves or {}).items() if one.name == Sandbox.name]
        self._played = None if len(by_sandbox) == len(serves or {}) else by_sandbox
        self._serves = json.dumps({str(channel): one.name for channel, one in (serves or {}).items()})
        self._failed: list[datetime] = []
        self._beaten, self._beaten_at = "", before  # the name under which it was last known to be alive, and when

    def is_idle(self, now: datetime) -> bool:
        """A look without a lock: an idle engine writes nothing but its heartbeat."""
        if self._failed or self._beats.is_due(now):
            return False
        with self._store.reading() as reading:
            return not (claims.due_at_all(reading, now) or inbox.waiting(reading, now, 1))

    def take(
        self, now: datetime, done: list[Said], mail: list[Received], free: int, last: bool,
        answers: Sequence[Reply] = (), deaf: bool = False,
    ) -> Turn:  # fmt: skip
        """`answers` are what people wrote, heard by asking their provider; while `deaf`, more of what was said before
        may be to come: then, as behind many hooks or such as a clock ahead received, nothing is claimed."""
        self._failed.append(now)  # until it has come to its end, and that is known
        turn = self._take(now, done, mail, free, last, answers, deaf)
        if len(turn.adopted) < free:
            self._failed.clear()
        else:  # no room was left to look after what others of them claimed
            self._failed.pop()
        return turn

    def _take(
        self, now: datetime, done: list[Said], mail: list[Received], free: int, last: bool,
        answers: Sequence[Reply], deaf: bool,
    ) -> Turn:  # fmt: skip
        with self._store.reading() as reading:  # reading hooks takes its time, and nobody need wait for it
            opened = open_due(reading, self._readers, now)
        deaf = deaf or is_behind(opened, now)
        due = [one for one in (self._beats, self._guards, self._tidies) if one.is_due(now)]
        with self._store.transaction(alone=True) as work:
            if self._beats in due and not last:
                check(work)  # a newer program on another machine may have changed it
            current = rules.load(work)
            inbox.receive(work, mail)
            folded = self._hear(work, current, now, done, opened)
            deaf = inbox.put_right(work, now) or deaf
            consequences.of_replies(work, answers, current, now, self._zone, new_token)
            if beats := self._beats in due or last or self._beaten != self._marks.engine:
                self._beat(work, now, stopped=last)
            doubts = bool(self._watch and self._watch.doubts())
            self._now_and_then(work, current, now, due, tidy=not doubts)
            barred = stops.barred(stops.active(work, now))
            adopted = self._adopt(work, now, free)
            claimed = [] if deaf or doubts else self._claim(work, current, barred, now, free - len(adopted))
            held = [*claimed, *adopted]
            messages = release.until_closing(held, self._compose(work, held), current, now, str(self._zone))
            release.spend(work, self._paces, claimed, messages, now)
            barring = suppressed_since(work, now - claims.LEASE - _MARGIN)
            paced = free > 0 and release.is_paced(work, self._paces, barred, now)
        if beats:
            self._beaten, self._beaten_at = self._marks.engine, now
        for one in due:
            one.last = now
        return Turn(claimed, adopted, messages, folded + len(mail), paced, deaf, barred, barring)

    def begin(self, now: datetime) -> None:
        """A store that admits one engine has no other alive: their messages need not wait for the long silence.

        One that was put back from a copy would send again what has left since: a person has to look first.
        """
        with self._store.transaction() as work:
            check(work)
            if self._watch:
                ask_after_long(work, now, self._zone)
            if self._played is not None:
                played.forget(work, [channel for channel in Channel if channel not in self._played], now)
            if not self._store.shared_by_engines:
                claims.bury_others(work, self._marks.engine, now)
            moment = self._marks.beyond(work)
            self._marks.name_store(work, now)
            self._beat(work, now)  # before its first mark: a restored copy is told by marks of engines it does not know
            if moment:
                restored.ask(work, moment, now, self._zone)
        self._beaten, self._beaten_at = self._marks.engine, now
        if moment:
            self._marks.begin(now)  # said once: lifted is lifted

    def look_again(self) -> None:
        """The store was away, and may come back as another."""
        self._beats.last = self._started_at - _LONG_AGO

    def _hear(self, work: Writing, current: Rules, now: datetime, done: list[Said], opened: list[Opened]) -> int:
        """Everything that came back, from providers' answers and hooks, and what follows from it."""
        gone = erased.keys(work) if opened or any(one.news.reason for one in done) else frozenset[int]()
        heard = erased.scrubbed([*self._mine(work, done), *news_in(opened)], gone)
        applied = moves.apply(work, heard, now, self._zone)
        for one in done:
            if one.stop:
                stops.stop(work, replace(one.stop, reason=erased.without(one.stop.reason, gone)), now)
        consequences.of_changes(work, applied.changes, current, now, self._zone, new_token)
        answers = [reply for one in opened for reply in one.replies]
        consequences.of_replies(work, answers, current, now, self._zone, new_token)
        return settle(work, opened, applied.unknown, now, gone)

    def _mine(self, work: Writing, done: Sequence[Said]) -> list[News]:
        """Without what only the message's holder may say, by a claim that is over: put it back, or give it up."""
        spoken_for = {one.news.message_id for one in done if one.news.claimed_at}
        held = claims.held(work, sorted(spoken_for), self._marks.engine)
        return [one.news for one in done if one.news.claimed_at in (None, held.get(one.news.message_id))]

    def _adopt(self, work: Writing, now: datetime, free: int) -> list[Claimed]:
        lost = self._failed[:-1]
        if free <= 0 or not (lost or self._adopts.is_due(now)):
            return []
        adopted = adopt(work, self._marks, lost, now, self._zone, free)
        if len(adopted) < free:  # else there may be more
            self._adopts.last = now
        return adopted

    def _claim(self, work: Writing, current: Rules, barred: ActiveStops, now: datetime, free: int) -> list[Claimed]:
        if free <= 0 or barred.everything:
            return []
        due = release.due(work, self._paces, barred, now, free)
        claimed = release.judged(work, due, current, now, self._zone, self._around)
        self._marks.begin(now)
        claims.take(work, self._marks.engine, now, [one.id for one in claimed])
        cases.remember(work, [one for one in claimed if one.channel not in (self._played or ())], now)
        return claimed

    def _beat(self, work: Writing, now: datetime, *, stopped: bool = False) -> None:
        if self._beaten == self._marks.engine and restored.forgot(work, self._beaten, self._beaten_at):
            restored.ask(work, now, now, self._zone)
        claims.beat(work, self._marks.engine, self._started_at, now, self._serves, stopped=stopped)

    def _now_and_then(self, work: Writing, current: Rules, now: datetime, due: list[_Every], *, tidy: bool) -> None:
        if self._guards in due or self._tidies in due:
            guardrails.watch(work, current, now, far=self._tidies in due)
        if self._tidies in due and tidy and not any(one["cause"] == "clock" for one in stops.active(work, now)):
            inbox.forget(work, now)
            cases.forget(work, current, now)
            self._marks.forget(work)
