"""One store, its people, its team and a provider, all drawn by lot; an oracle hears of everything they do."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from connectors.contract import Accepted, Fault, Found, NoAnswer, NotFound, Refused, Reply, Report, Scope, TryLater
from connectors.keywords import Keyword
from data import commands, inbox, planning
from data.commands import Ask
from data.inbox import Received
from data.lifecycle import Channel
from data.places import UNSAID, Place
from data.rules import Rules
from data.sequences import Step
from data.store import Store
from engine.policy import judge
from tests.builders import NOW, template, token
from tests.engine.asks import keep
from tests.engine.conftest import Clock, Scripted, engine
from tests.engine.oracle import HOMES, Bar, Home, Oracle, Try

BEGINNINGS = [  # the clocks change within days: in America, in Europe, on the southern half
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 6), (3, 27), (4, 3), (9, 25), (10, 2), (10, 30))
]
OUTCOMES = (
    *[Accepted("x")] * 14, NoAnswer("Nothing came back"), Refused(Fault.UNDELIVERED, "30006", "Landline"),
    TryLater(timedelta(minutes=10), Scope.MESSAGE, "Slow down"), RuntimeError,
)  # fmt: skip
REFUSAL = "Leave me alone"


class Provider(Scripted):
    """Keeps what it was handed and judges nothing; `cut_at` is the call in which its engine is cut off, `during` what
    happens while one is under way."""

    def __init__(self, lot: random.Random, watch: Callable[[str, str, bool], None]) -> None:
        super().__init__()
        self.lot, self.watch = lot, watch
        self.calls = 0
        self.got: set[str] = set()
        self.heard: dict[str, Report | Reply] = {}
        self.cut_at: int | None = None
        self.during: Callable[[], None] | None = None

    async def send(self, message):
        outcome = self.lot.choice(OUTCOMES)
        cut = self.cut_at is not None and self.calls >= self.cut_at
        left = self.lot.random() < 0.5 if cut else not isinstance(outcome, Refused | TryLater)
        self.calls += 1
        self.watch(message.reference, message.address, left)
        if left:
            self.got.add(message.reference)
        if cut:
            self.cut.set()
            await asyncio.Event().wait()
        if self.during:
            pressed, self.during = self.during, None
            pressed()
        if outcome is RuntimeError:
            raise RuntimeError("a bug in a connector")
        return outcome

    async def lookup(self, message):
        return Found("x") if message.reference in self.got else NotFound()

    def reports(self, hook):
        return [self.heard[hook.body]]

    def drain(self, *engines) -> None:
        """Runs engines until nothing is due, or until they are cut off in the middle of a call."""

        async def all_of_them() -> None:
            await asyncio.gather(*(one.run(asyncio.Event(), drain=True) for one in engines))

        async def run() -> None:
            self.cut = asyncio.Event()
            running = asyncio.create_task(all_of_them())
            cut = asyncio.create_task(self.cut.wait())
            done, _ = await asyncio.wait({running, cut}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            assert done, "the engine came to no end"
            if running in done:
                running.result()

        asyncio.run(run())  # whatever still runs is cancelled


class World:
    """`templates` and `requests` are what was made so far, `references` how messages are called at the provider."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.lot = store, random.Random(seed)
        self.clock = Clock(BEGINNINGS[seed % len(BEGINNINGS)] + timedelta(minutes=self.lot.randrange(1440)))
        self.rules = keep(
            store, opens=self.lot.choice([0, 450, 8 * 60]), closes=self.lot.choice([20 * 60 + 30, 21 * 60, 24 * 60]),
            cooldown_days=self.lot.choice([1, 3, 10]), cap_7_days=3 - seed % 3, cap_30_days=4,
            expires_days=self.lot.choice([2, 30]), limits_from=10**6,
        )  # fmt: skip
        self.provider = Provider(self.lot, self._watch)
        self.oracle = Oracle(0, 0, timedelta(0), ())
        self.take_rules(self.rules)
        self.templates = {channel: template(store, channel) for channel in Channel}
        self.sender = commands.member(store, "Sam", NOW)
        self.requests: list[int] = []
        self.references: dict[int, str] = {}
        self.later: list[Callable[[], None]] = []
        self.is_running = False
        self.told = self.presses = 0

    def moment(self) -> datetime:
        """Of a press: no two are at the same."""
        self.presses += 1
        return self.clock() + timedelta(microseconds=self.presses)

    def take_rules(self, rules: Rules) -> None:
        self.rules = rules
        self.oracle.opens, self.oracle.closes = rules.opens, rules.closes
        self.oracle.cooldown = timedelta(days=rules.cooldown_days)
        self.oracle.caps = ((rules.cap_7_days, timedelta(days=7)), (rules.cap_30_days, timedelta(days=30)))

    def once_heard(self, said: Callable[[], None]) -> None:
        """What is under way just now may still leave; nothing may after it."""
        if self.is_running:
            self.later.append(said)
        else:
            said()

    def ask_some(self) -> None:
        """Asks by every channel, each with follow-ups, some against the cooldown and the caps with a reason."""
        steps = {
            used[0]: tuple(self._step() for _ in range(self.lot.randrange(1, 4))) for used in self.templates.values()
        }
        asks = [self._ask(self.lot.choice(list(HOMES))) for _ in range(self.lot.randrange(3, 10))]
        around = planning.Setting(self.rules, judge, "UTC", "US", steps, "The Shop")
        planned = [one.ask for one in planning.plan(self.store, asks, around, self.clock())]
        requests = commands.ask(self.store, planned, self.clock(), token())
        for id, one in zip(requests, planned, strict=True):
            self.oracle.pressed.overridden |= {id} if one.override else set()
            self.oracle.pressed.due[id] = due = max(one.due_at, self.clock())
            self.oracle.pressed.expires[id] = due + timedelta(days=self.rules.expires_days)
            self.oracle.silence.link(*(at for at in (one.phone, one.email) if at))
        self.requests += requests

    def _step(self) -> Step:
        other = self.lot.choice(list(Channel))
        return Step(self.lot.choice([1, 20, 50]), other.value, self.templates[other][0])

    def _ask(self, person: str) -> Ask:
        """By one of their addresses, and mostly with the other: only then are the two known to be one person's."""
        phone, email = addresses(person)
        channel = self.lot.choice(list(Channel)) if phone else Channel.EMAIL
        given = [phone, email]
        if phone and self.lot.random() < 0.3 and (channel is not Channel.EMAIL or _is_plain(HOMES[person])):
            given[channel is not Channel.EMAIL] = None
        place = Place(zone=HOMES[person].zones[0]) if given[0] is None and person != "nowhere@example.com" else UNSAID
        due_at = self.clock() + timedelta(minutes=self.lot.choice([0, 0, 60, 900]))
        address = email if channel is Channel.EMAIL else phone or ""
        return Ask(
            "Ann Lee", channel, address, self.sender, self.templates[channel], due_at, "manual", given[1], given[0],
            place=place, override="They asked for it" if self.lot.random() < 0.1 else None,
        )  # fmt: skip

    def hear_something(self) -> None:
        """One of those who were written to follows the link, answers, says stop or start, or complains."""
        if not self.oracle.left:
            return
        one = self.lot.choice(self.oracle.left)
        phone, _ = addresses(one.person)
        key, reference = f"said {self.told}", self.references[one.message]
        self.told += 1
        if self.lot.random() < 0.4 or phone is None:
            event = self.lot.choice(["clicked", "clicked", "complained", "opted_out", "machine_clicked"])
            said: Report | Reply = Report(
                reference, event, self.clock(), key, suppress=event in ("complained", "opted_out")
            )
            if said.suppress:
                kind = "complained" if event == "complained" else "stop"
                self.oracle.silence.bar(one.address, Bar(kind, self.clock()))
            self.oracle.ended |= {one.request} if event == "clicked" else set()
        else:
            said = self._answer(phone, key)
        self.provider.heard[key] = said
        with self.store.transaction() as work:
            inbox.receive(work, [Received("scripted", "", {}, key, self.clock(), self.clock())])

    def _answer(self, phone: str, key: str) -> Reply:
        text, word = self.lot.choice(
            [("STOP", Keyword.STOP), ("START", Keyword.START), ("Thanks!", None), (REFUSAL, None)]
        )
        at = self.clock()
        if word is Keyword.START:  # may be heard late: it takes back only what was said before it
            at -= timedelta(minutes=self.lot.choice([0, 600, 3000]))
            self.oracle.silence.start(phone, at)
        elif text != "Thanks!":
            kind = "stop" if word else "unread"
            self.oracle.silence.bar(phone, Bar(kind, self.clock(), answer="" if word else key))
        texted = [other for other in self.oracle.tries if other.address == phone]
        newest = max(texted, key=lambda other: other.message, default=None)
        if newest and newest.left:  # of what was refused nobody knows what they answer
            self.oracle.ended |= {newest.request}
        return Reply("sms", phone, text, at, key, word)

    def run(self, name: str) -> None:
        """Engines of their own each time, some cut off, while somebody may press a button."""
        before = self.provider.calls
        self.provider.cut_at = before + self.lot.randrange(4) if self.lot.random() < 0.4 else None
        names = [name, f"{name}-too"] if self.store.shared_by_engines and self.lot.random() < 0.3 else [name]
        self.is_running = True
        self.provider.drain(*(engine(self.store, self.provider, self.clock, name=one) for one in names))
        self.is_running, self.provider.during = False, None
        for said in self.later:
            said()
        self.later.clear()

    def _watch(self, reference: str, address: str, left: bool) -> None:
        id = int(reference.partition("-")[0])
        self.references[id] = reference
        (row,) = self.store.rows("SELECT request_id, number, channel FROM message WHERE id = $id", id=id)
        person = next(person for person in HOMES if address in addresses(person))
        self.oracle.watch(
            Try(self.clock(), id, row["request_id"], row["number"], person, address, left, row["channel"])
        )


def addresses(person: str) -> tuple[str | None, str]:
    """Their phone, where they have one, and their email."""
    return (None, person) if "@" in person else (person, f"p{person[1:]}@example.com")


def _is_plain(home: Home) -> bool:
    """Whether a zone, said with an ask, says all about their clock."""
    return home == Home(home.zones[:1])
