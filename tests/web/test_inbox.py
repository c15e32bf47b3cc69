"""Hooks that come together are committed together, and none is answered before its commit."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from data.inbox import Received
from data.store import StoreUnavailable
from tests.builders import NOW
from web import inbox as inbox_module
from web.inbox import Inbox


class Slow:
    """A store whose transactions wait until they are let go; counts them."""

    def __init__(self, store) -> None:
        self._store, self.begun, self.go = store, 0, threading.Event()

    @contextmanager
    def transaction(self):
        self.begun += 1
        assert self.go.wait(20)
        with self._store.transaction() as work:
            yield work


def hook(number: int) -> Received:
    return Received("twilio", "https://x/", {}, f"body {number}", NOW, NOW)


async def until(true) -> None:
    while not true():
        await asyncio.sleep(0.001)


def bodies(store) -> list[str]:
    return [row["body"] for row in store.rows("SELECT body FROM inbox ORDER BY id")]


def test_hooks_that_come_during_a_commit_share_the_next_one_and_nobody_is_answered_early(store):
    slow = Slow(store)
    inbox = Inbox(lambda: slow)

    async def story():
        first = asyncio.create_task(inbox.keep(hook(0)))
        await until(lambda: slow.begun)
        others = [asyncio.create_task(inbox.keep(hook(number))) for number in range(1, 30)]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in (first, *others))
        slow.go.set()
        await asyncio.gather(first, *others)

    asyncio.run(asyncio.wait_for(story(), 30))
    assert slow.begun == 2
    assert bodies(store) == [f"body {number}" for number in range(30)]


def test_two_that_come_at_once_share_a_transaction(store):
    slow = Slow(store)
    slow.go.set()
    inbox = Inbox(lambda: slow)

    async def both():
        await asyncio.gather(inbox.keep(hook(0)), inbox.keep(hook(1)))

    asyncio.run(both())
    assert (slow.begun, len(bodies(store))) == (1, 2)


def test_when_the_store_is_away_everybody_hears_it_and_the_next_one_is_tried_again(duckdb_store):
    away = True

    def store():
        if away:
            raise StoreUnavailable("The disk is full.")
        return duckdb_store

    inbox = Inbox(store)

    async def story():
        nonlocal away
        said = await asyncio.gather(*(inbox.keep(hook(n)) for n in range(3)), return_exceptions=True)
        assert [str(one) for one in said] == ["The disk is full."] * 3
        away = False
        await inbox.keep(hook(3))

    asyncio.run(story())
    assert bodies(duckdb_store) == ["body 3"]


def test_there_is_an_end_to_how_many_may_wait(duckdb_store, monkeypatch):
    monkeypatch.setattr(inbox_module, "ROOM", 2)
    slow = Slow(duckdb_store)
    inbox = Inbox(lambda: slow)

    async def story():
        first = asyncio.create_task(inbox.keep(hook(0)))
        await until(lambda: slow.begun)
        waiting = [asyncio.create_task(inbox.keep(hook(number))) for number in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable):
            await inbox.keep(hook(3))
        slow.go.set()
        await asyncio.gather(first, *waiting)

    asyncio.run(asyncio.wait_for(story(), 30))
    assert len(bodies(duckdb_store)) == 3


def test_one_that_was_given_up_does_not_spoil_the_others(duckdb_store):
    slow = Slow(duckdb_store)
    inbox = Inbox(lambda: slow)

    async def story():
        first, second = (asyncio.create_task(inbox.keep(hook(number))) for number in range(2))
        await until(lambda: slow.begun)
        first.cancel()
        await asyncio.sleep(0)
        slow.go.set()
        await second

    asyncio.run(asyncio.wait_for(story(), 30))
    assert len(bodies(duckdb_store)) == 2
