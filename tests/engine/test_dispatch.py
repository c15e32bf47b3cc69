"""From the queue to the provider and back: never twice, never lost."""

import asyncio
import itertools
from datetime import UTC, timedelta
from threading import Thread

import pytest

from connectors.contract import Accepted, Fault, NoAnswer, Refused, Scope, TryLater
from data import commands
from data.claims import DEAD_AFTER, claim
from data.lifecycle import Channel
from data.moves import News, apply
from data.store import StoreUnavailable
from tests.builders import NOW, ask, hear, messages, row, template
from tests.engine.conftest import Scripted, drain, engine, statuses


def test_everything_due_leaves_once_and_comes_to_its_end(store, sandbox, clock, mail, tmp_path):
    always_the_same = map("token{}".format, itertools.count()).__next__  # the sandbox's lot is drawn by it
    for channel in Channel:
        ask(store, 120, channel=channel, new_token=always_the_same)
    drain(engine(store, sandbox, clock, mail))
    ledger = (tmp_path / "ledger").read_text().split()
    assert len(ledger) == len(set(ledger))
    found = statuses(store)
    assert not set(found) & {"queued", "sending", "unsure"}
    assert set(found) >= {"delivered", "opened", "read", "undelivered", "failed"}
    assert {r["event"] for r in store.rows("SELECT event FROM happening")} >= {"accepted", "clicked", "responded"}


def test_the_request_shows_what_its_message_lived_through(store, sandbox, clock, mail):
    (request,) = ask(store, email="responded@example.com", channel=Channel.EMAIL)
    drain(engine(store, sandbox, clock, mail))
    found = row(store, request)
    assert found["status"] == "opened"
    assert found["sent_at"] == NOW
    assert found["sent_on"] == NOW.date()
    assert all(found[f"{event}_at"] for event in ("delivered", "opened", "clicked", "responded"))


def test_a_scheduled_request_waits_for_its_time(store, sandbox, clock, mail):
    (request,) = ask(store, due_in=timedelta(hours=2))
    drain(engine(store, sandbox, clock, mail))
    assert row(store, request)["status"] == "queued"
    clock.forward(hours=2)
    drain(engine(store, sandbox, clock, mail))
    assert row(store, request)["status"] != "queued"


def test_a_paused_request_stays_until_it_is_resumed(store, sandbox, clock, mail):
    (request,) = ask(store)
    assert commands.pause(store, [request], "Sam", NOW) == {request}
    drain(engine(store, sandbox, clock, mail))
    assert row(store, request)["status"] == "queued"
    assert commands.resume(store, [request], "Sam", NOW) == {request}
    drain(engine(store, sandbox, clock, mail))
    assert row(store, request)["status"] != "queued"


def test_pausing_comes_too_late_once_an_engine_holds_the_message(store):
    (request,) = ask(store)
    with store.transaction() as work:
        claim(work, "engine-1", NOW, 10)
    assert commands.pause(store, [request], "Sam", NOW) == set()
    assert row(store, request)["paused"] is False


def test_the_oldest_due_goes_first(store, clock):
    later, first = ask(store, due_in=timedelta(minutes=-1)), ask(store, due_in=timedelta(minutes=-9))
    connector = Scripted()
    drain(engine(store, connector, clock, in_flight=1))
    ids = [int(message.reference.split("-")[0]) for message in connector.sent]
    assert ids == messages(store, [*first, *later])


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (Accepted("x"), "sent", None),
        (Refused(Fault.UNDELIVERED, "21211", "No such number"), "undelivered", "No such number"),
        (Refused(Fault.FAILED, "21602", "Empty text"), "failed", "Empty text"),
        (NoAnswer("cut off"), "unsure", "cut off"),
    ],
)
def test_each_answer_of_a_provider_is_written_down(store, clock, answer, status, reason):
    (request,) = ask(store)
    drain(engine(store, Scripted(answer), clock))
    found = row(store, request)
    assert (found["status"], found["reason"]) == (status, reason)


def test_a_message_that_never_left_is_tried_again_later(store, clock):
    (request,) = ask(store)
    busy = Scripted(TryLater(timedelta(minutes=5), Scope.MESSAGE, "busy"))
    drain(engine(store, busy, clock))
    assert row(store, request)["status"] == "queued"
    clock.forward(minutes=4)
    drain(engine(store, busy, clock))
    assert len(busy.sent) == 1
    clock.forward(minutes=1)
    drain(engine(store, Scripted(), clock))
    assert row(store, request)["status"] == "sent"


def test_a_lost_message_is_never_sent_again(store, clock):
    ask(store)
    silent = Scripted(NoAnswer("cut off"))
    for _ in range(3):
        drain(engine(store, silent, clock))
        clock.forward(days=1)
    assert len(silent.sent) == 1


def test_a_bug_in_a_connector_leaves_the_message_unsure_not_queued(store, clock, caplog):
    (request,) = ask(store)

    def explode(message):
        raise ZeroDivisionError

    drain(engine(store, Scripted(explode), clock))
    assert row(store, request)["status"] == "unsure"


def unwritable(store) -> int:
    used = template(store, body="Hi {first_name}, {business} asks: {link} Reply STOP")
    (request,) = ask(store, name="J.")
    with store.transaction() as work:
        work.rows("UPDATE message SET template_id = $id RETURNING id", id=used[0])
    return request


def test_a_text_that_cannot_be_written_blocks_the_message_which_was_never_sent(store, clock):
    request = unwritable(store)
    connector = Scripted()
    drain(engine(store, connector, clock))
    found = row(store, request)
    assert not connector.sent
    assert (found["status"], found["code"], found["sent_at"]) == ("cancelled", "template", None)
    assert "{first_name}" in found["reason"]


def test_what_a_dead_engine_held_may_have_left_even_if_it_cannot_be_written_any_more(store, clock):
    request = unwritable(store)
    with store.transaction() as work:
        claim(work, "dead engine", NOW, 10)
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    drain(engine(store, Scripted(), clock))
    assert row(store, request)["status"] == "unsure"


def test_stopping_finishes_what_is_in_flight(store, clock):
    ask(store, 40)
    stop, begun = asyncio.Event(), []

    async def slow(message):
        begun.append(message)
        if len(begun) == 20:
            stop.set()
        await asyncio.sleep(0.2)
        return Accepted("late")

    connector = Scripted()
    connector.send = slow
    asyncio.run(asyncio.wait_for(engine(store, connector, clock, in_flight=20).run(stop), 20))
    assert statuses(store) == {"sent": 20, "queued": 20}
    assert store.rows("SELECT stopped_at FROM engine WHERE id = 'engine-1'")[0]["stopped_at"] == NOW


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


def test_two_engines_on_one_postgresql_never_send_the_same_message(postgresql_store, clock):
    store = postgresql_store
    ask(store, 600)
    connector = Scripted()

    async def both():
        stop = asyncio.Event()
        await asyncio.wait_for(
            asyncio.gather(
                *(
                    engine(store, connector, clock, name=f"engine-{n}", in_flight=50).run(stop, drain=True)
                    for n in range(2)
                )
            ),
            60,
        )

    asyncio.run(both())
    sent = [message.reference for message in connector.sent]
    assert len(sent) == len(set(sent)) == 600
    assert statuses(store) == {"sent": 600}


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


class Interrupted:
    """A transaction during which somebody else wants to write, from right after its first look."""

    def __init__(self, work, meanwhile) -> None:
        self._work, self.other = work, Thread(target=meanwhile)
        self.rows, self.change, self.append = work.rows, work.change, work.append

    def locked(self, sql, **values):
        found = self._work.locked(sql, **values)
        self.other.start()
        self.other.join(0.5)  # it would be through by then, if nothing held it
        return found


def test_a_request_is_either_claimed_or_paused(postgresql_store):
    store = postgresql_store
    request, _ = ask(store, 2)
    reached = []
    with store.transaction() as work:
        interrupted = Interrupted(work, lambda: reached.append(commands.pause(store, [request], "Sam", NOW)))
        held = claim(interrupted, "engine-1", NOW, 10)
    interrupted.other.join()
    assert len(held) == 2
    assert reached == [set()]


def test_a_request_that_somebody_is_pausing_is_not_claimed(postgresql_store):
    store = postgresql_store
    paused, free = ask(store, 2)
    held = []

    def take():
        with store.transaction() as work:
            held.extend(one.request_id for one in claim(work, "engine-1", NOW, 10))

    claiming = Thread(target=take)
    with store.transaction() as pausing:
        pausing.rows("UPDATE message SET paused = true WHERE request_id = $id", id=paused)
        claiming.start()
        claiming.join(2)
        assert held == [free]
    claiming.join()


def test_paused_requests_at_the_head_of_the_queue_do_not_hold_up_the_others(store):
    waiting = ask(store, 5, due_in=timedelta(hours=-1))
    commands.pause(store, waiting, "Sam", NOW)
    (free,) = ask(store)
    with store.transaction() as work:
        assert [one.request_id for one in claim(work, "engine-1", NOW, 3)] == [free]


def test_news_that_another_engine_wrote_between_look_and_write_is_not_undone(postgresql_store):
    store = postgresql_store
    (request,) = ask(store)
    (message,) = messages(store, [request])
    with store.transaction() as work:
        claim(work, "engine-1", NOW, 1)
    with store.transaction() as work:
        interrupted = Interrupted(work, lambda: hear(store, News(message, "delivered", NOW)))
        apply(interrupted, [News(message, "accepted", NOW)], NOW, UTC)
    interrupted.other.join()
    assert row(store, request)["status"] == "delivered"
    assert {found["event"] for found in store.rows("SELECT event FROM happening")} == {
        "created",
        "accepted",
        "delivered",
    }
