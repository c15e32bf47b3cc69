"""The store goes away or code breaks while messages leave: nothing is lost, and the queue goes on."""

import asyncio

from connectors.contract import Accepted
from data.store import StoreUnavailable
from tests.builders import ask, row
from tests.engine.conftest import Scripted, drain, engine


def test_a_bug_in_a_connector_leaves_the_message_unsure_not_queued(store, clock, caplog):
    (request,) = ask(store)

    def explode(message):
        raise ZeroDivisionError

    drain(engine(store, Scripted(explode), clock))
    assert row(store, request)["status"] == "unsure"


def test_an_engine_with_nothing_to_write_down_stops_though_the_store_is_away(duckdb_store, clock, monkeypatch):
    one = engine(duckdb_store, Scripted(), clock)
    stop = asyncio.Event()

    def away(**_):
        stop.set()
        raise StoreUnavailable("It is away.")

    async def life():
        one._turns.begin = lambda _: None
        monkeypatch.setattr(duckdb_store, "transaction", away)
        await asyncio.wait_for(one.run(stop), 5)

    asyncio.run(life())


def test_an_engine_waits_for_a_store_that_goes_away_just_after_it_was_opened(duckdb_store, clock, monkeypatch):
    (request,) = ask(duckdb_store)
    whole = duckdb_store.transaction

    def away(**_):
        monkeypatch.setattr(duckdb_store, "transaction", whole)
        raise StoreUnavailable("It is away.")

    monkeypatch.setattr(duckdb_store, "transaction", away)
    drain(engine(duckdb_store, Scripted(), clock))
    assert row(duckdb_store, request)["status"] == "sent"


def test_what_came_back_is_written_down_however_long_the_store_is_away(duckdb_store, clock, monkeypatch):
    (request,) = ask(duckdb_store)
    whole, stop, tries = duckdb_store.transaction, asyncio.Event(), []

    def away(**_):
        tries.append(1)
        if len(tries) > 2:
            monkeypatch.setattr(duckdb_store, "transaction", whole)
        raise StoreUnavailable("It is away.")

    async def send(_):
        monkeypatch.setattr(duckdb_store, "transaction", away)
        stop.set()
        return Accepted("id")

    connector = Scripted()
    connector.send = send
    asyncio.run(asyncio.wait_for(engine(duckdb_store, connector, clock).run(stop), 20))
    assert row(duckdb_store, request)["status"] == "sent"


def test_a_bug_in_a_turn_is_logged_and_the_queue_goes_on(duckdb_store, clock, caplog, monkeypatch):
    (request,) = ask(duckdb_store)
    one = engine(duckdb_store, Scripted(), clock)
    whole = one._turns.take

    def once_broken(*arguments):
        monkeypatch.setattr(one._turns, "take", whole)
        raise ZeroDivisionError

    monkeypatch.setattr(one._turns, "take", once_broken)
    drain(one)
    assert row(duckdb_store, request)["status"] == "sent"
    assert "turn failed" in caplog.text
