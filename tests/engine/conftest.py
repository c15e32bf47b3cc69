"""An engine over a sandbox at zero delay, driven turn by turn or until its queue is empty."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import Accepted, CannotTell, Message, Page, TryLater
from connectors.sandbox import Sandbox
from data import queries
from data.inbox import Received
from data.lifecycle import Channel
from engine.compose import Letterhead, compose
from engine.dispatch import Engine
from engine.window import Window
from tests.builders import NOW


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Scripted:
    """A connector that does what it is told: `send` and `lookup` answer from `answer` and `found`."""

    name = "scripted"
    channels = frozenset(Channel)

    def __init__(self, answer=None, found=None) -> None:
        self.answer, self.found, self.sent = answer, found or CannotTell(), []

    async def send(self, message: Message):
        self.sent.append(message)
        answer = self.answer(message) if callable(self.answer) else self.answer
        return answer or Accepted(f"id{len(self.sent)}")

    def reports(self, hook):
        return []

    async def lookup(self, message):
        return self.found


class Asked(Scripted):
    """A provider that answers when it is asked: `said` to every poll; `polls` are the moments it was asked about."""

    def __init__(self, said=(), **more) -> None:
        super().__init__(**more)
        self.said, self.polls, self.lookups = said, [], 0

    async def poll(self, since):
        self.polls.append(since)
        said = self.said() if callable(self.said) else self.said
        yield said if isinstance(said, TryLater) else Page(list(said), since)

    async def lookup(self, message):
        self.lookups += 1
        return self.found


class NoLuck(random.Random):
    """Draws nothing, so that waits are exact."""

    def random(self) -> float:
        return 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mail() -> list[Received]:
    return []


@pytest.fixture
def sandbox(tmp_path: Path, clock, mail):
    def post(hook, due_at):
        mail.append(Received("sandbox", hook.url, hook.headers, hook.body, clock(), due_at))

    sandbox = Sandbox("secret", post, tmp_path / "ledger", clock, pace=0)
    yield sandbox
    sandbox.close()


def write(reading, batch):
    head = Letterhead("The Shop", "1 Main Street", "https://ask.example.com")
    return [compose(one, queries.template_texts(reading), head) for one in batch]


def engine(
    store, connector, clock, mail=None, name="engine-1", in_flight=500, reached=True, watch=None, beside=None,
    **others,
) -> Engine:  # fmt: skip
    """`others` serve the channels they are given by."""
    return Engine(
        store, {**dict.fromkeys(Channel, connector), **others}, write, name=name, clock=clock, zone=UTC,
        in_flight=in_flight, mail=[] if mail is None else mail, lot=NoLuck(), reached=reached, business="The Shop",
        watch=watch, beside=beside,
    )  # fmt: skip


def drain(one: Engine) -> None:
    asyncio.run(asyncio.wait_for(one.run(asyncio.Event(), drain=True), 60))


def send(one: Engine, claimed: int) -> None:
    """One turn only, and all the calls that come of it."""
    one._stop, one._window = asyncio.Event(), Window(one._in_flight, one._reach)
    turn = one._turns.take(one._clock(), [], [], claimed, False)

    async def calls():
        one._start(turn)
        await one._window.empty()

    asyncio.run(calls())


@pytest.fixture
def live(store, clock):
    """Lets one engine live through given moments, each of them until nothing is left to do."""

    def live(connector, *minutes: float, reached: bool = False, name: str = "engine-1") -> None:
        one = engine(store, connector, clock, reached=reached, name=name)

        async def lives():
            for wait in minutes:
                clock.forward(minutes=wait)
                await asyncio.wait_for(one.run(asyncio.Event(), drain=True), 60)

        asyncio.run(lives())

    return live


def statuses(store) -> Counter:
    return Counter(found["status"] for found in store.rows("SELECT status FROM message"))
