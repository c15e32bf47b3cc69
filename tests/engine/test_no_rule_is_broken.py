"""The rules hold over random people, hours, zones, sequences, answers and engines that are cut off."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

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
from tests.engine.oracle import HOMES, Oracle, Try

BEGINNINGS = [  # the clocks change within days: in America, in Europe, on the southern half
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 6), (3, 27), (4, 3), (9, 25), (10, 2), (10, 30))
]
TURNS = 12
OUTCOMES = (
    *[Accepted("x")] * 14, NoAnswer("Nothing came back"), Refused(Fault.UNDELIVERED, "30006", "Landline"),
    TryLater(timedelta(minutes=10), Scope.MESSAGE, "Slow down"), RuntimeError,
)  # fmt: skip


class Provider(Scripted):
    """Keeps what it was handed and judges nothing; `cut_at` is the call in which its engine is cut off."""

    def __init__(self, lot: random.Random, clock: Clock) -> None:
        super().__init__()
        self.lot, self.clock = lot, clock
        self.tries: list[tuple[datetime, str, str, bool]] = []
        self.got: set[str] = set()
        self.heard: dict[str, Report | Reply] = {}
        self.cut_at: int | None = None

    async def send(self, message):
        outcome = self.lot.choice(OUTCOMES)
        cut = self.cut_at is not None and len(self.tries) >= self.cut_at
        left = self.lot.random() < 0.5 if cut else not isinstance(outcome, Refused | TryLater)
        self.tries.append((self.clock(), message.reference, message.address, left))
        if left:
            self.got.add(message.reference)
        if cut:
            self.cut.set()
            await asyncio.Event().wait()
        if outcome is RuntimeError:
            raise RuntimeError("a bug in a connector")
        return outcome

    async def lookup(self, message):
        return Found("x") if message.reference in self.got else NotFound()

    def reports(self, hook):
        return [self.heard[hook.body]]

    def drain(self, one) -> None:
        """Runs an engine until nothing is due, or until it is cut off in the middle of a call."""

        async def run() -> None:
            self.cut = asyncio.Event()
            running = asyncio.create_task(one.run(asyncio.Event(), drain=True))
            cut = asyncio.create_task(self.cut.wait())
            done, _ = await asyncio.wait({running, cut}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            assert done, "the engine came to no end"
            if running in done:
                running.result()

        asyncio.run(run())  # whatever still runs is cancelled


class World:
    """One store, its people and a provider, all drawn by lot."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.lot = store, random.Random(seed)
        self.clock = Clock(BEGINNINGS[seed % len(BEGINNINGS)] + timedelta(minutes=self.lot.randrange(1440)))
        self.rules = keep(
            store, opens=self.lot.choice([0, 450, 8 * 60]), closes=self.lot.choice([20 * 60 + 30, 21 * 60, 24 * 60]),
            cooldown_days=self.lot.choice([1, 3, 10]), cap_7_days=3 - seed % 3, cap_30_days=4,
            limits_from=10**6,
        )  # fmt: skip
        self.provider = Provider(self.lot, self.clock)
        self.oracle = _oracle(self.rules)
        self.templates = {channel: template(store, channel) for channel in Channel}
        self.sender = commands.member(store, "Sam", NOW)
        self.references: dict[int, str] = {}
        self.told = 0

    def ask_some(self) -> None:
        """Asks by every channel, each with follow-ups, some against the cooldown and the caps with a reason."""
        steps = {
            used[0]: tuple(self._step() for _ in range(self.lot.randrange(1, 4))) for used in self.templates.values()
        }
        asks = [self._ask(self.lot.choice(list(HOMES))) for _ in range(self.lot.randrange(3, 10))]
        around = planning.Setting(self.rules, judge, "UTC", "US", steps, "The Shop")
        planned = [one.ask for one in planning.plan(self.store, asks, around, self.clock())]
        requests = commands.ask(self.store, planned, self.clock(), token())
        self.oracle.overridden |= {id for id, one in zip(requests, planned, strict=True) if one.override}

    def _step(self) -> Step:
        other = self.lot.choice(list(Channel))
        return Step(self.lot.choice([1, 20, 50]), other.value, self.templates[other][0])

    def _ask(self, person: str) -> Ask:
        phone, email = _addresses(person)
        channel = self.lot.choice(list(Channel)) if phone else Channel.EMAIL
        place = Place(zone="Australia/Lord_Howe") if person.startswith("lord") else UNSAID
        due_at = self.clock() + timedelta(minutes=self.lot.choice([0, 0, 60, 900]))
        address = email if channel is Channel.EMAIL else phone or ""
        return Ask(
            "Ann Lee", channel, address, self.sender, self.templates[channel], due_at, "manual", email, phone,
            place=place, override="They asked for it" if self.lot.random() < 0.1 else None,
        )  # fmt: skip

    def hear_something(self) -> None:
        """One of those who were written to follows the link, answers, says stop or complains."""
        if not self.oracle.left:
            return
        one = self.lot.choice(self.oracle.left)
        phone, _ = _addresses(one.person)
        key, reference = f"said {self.told}", self.references[one.message]
        self.told += 1
        if self.lot.random() < 0.4 or phone is None:
            event = self.lot.choice(["clicked", "clicked", "complained", "machine_clicked"])
            said: Report | Reply = Report(reference, event, self.clock(), key, suppress=event == "complained")
            self.oracle.silent |= {one.person} if event == "complained" else set()
            self.oracle.ended |= {one.request} if event == "clicked" else set()
        else:
            text, word = self.lot.choice([("STOP", Keyword.STOP), ("Thanks!", None), ("Leave me alone", None)])
            said = Reply("sms", phone, text, self.clock(), key, word)
            self.oracle.silent |= {one.person} if text != "Thanks!" else set()
            texted = [other for other in self.oracle.left if other.person == one.person and other.address == phone]
            self.oracle.ended |= {max(texted, key=lambda other: other.message).request} if texted else set()
        self.provider.heard[key] = said
        with self.store.transaction() as work:
            inbox.receive(work, [Received("scripted", "", {}, key, self.clock(), self.clock())])

    def run(self, name: str) -> None:
        """An engine of its own each time, some cut off; then the oracle looks at what was handed over."""
        before = len(self.provider.tries)
        self.provider.cut_at = before + self.lot.randrange(4) if self.lot.random() < 0.4 else None
        self.provider.drain(engine(self.store, self.provider, self.clock, name=name))
        tries = self.provider.tries[before:]
        self.references |= {_message(reference): reference for _, reference, _, _ in tries}
        rows = self.store.rows(
            "SELECT id, request_id, number FROM message WHERE id = ANY($ids)",
            ids=list(self.references) or [0],
        )
        known = {row["id"]: (row["request_id"], row["number"]) for row in rows}
        for at, reference, address, left in tries:
            id = _message(reference)
            self.oracle.watch(Try(at, id, *known[id], _person(address), address, left))


def _oracle(rules: Rules) -> Oracle:
    caps = ((rules.cap_7_days, timedelta(days=7)), (rules.cap_30_days, timedelta(days=30)))
    return Oracle(rules.opens, rules.closes, timedelta(days=rules.cooldown_days), caps)


def _addresses(person: str) -> tuple[str | None, str]:
    """Their phone, where they have one, and their email."""
    return (None, person) if "@" in person else (person, f"p{person[1:]}@example.com")


def _person(address: str) -> str:
    return next(person for person in HOMES if address in _addresses(person))


def _message(reference: str) -> int:
    return int(reference.partition("-")[0])


@pytest.mark.parametrize("seed", range(4))
def test_no_rule_is_ever_broken_whatever_happens(store, seed):
    """Every message that is handed over is judged on its own, by a table that shares nothing with the engine."""
    world = World(store, seed)
    for turn in range(TURNS):
        world.ask_some()
        for _ in range(world.lot.randrange(3)):
            world.hear_something()
        world.run(f"engine-{turn}")
        world.clock.forward(minutes=world.lot.choice([7, 45, 90, 400, 600, 1300, 2500]))
    assert not world.oracle.broken
    assert len(world.oracle.left) > 10
    assert world.oracle.seen["number 1"] or world.rules.cap_7_days == 1
