"""Whatever was said while nobody listened is heard before anything leaves."""

import asyncio
from datetime import timedelta

import pytest

from connectors.contract import Reply, Report, Scope, TryLater
from connectors.keywords import Keyword
from data import inbox
from data.inbox import Received
from engine.inbox import PATIENCE, RETRY
from engine.reconcile import FIRST_LOOK
from tests.builders import NOW, ask, row
from tests.engine.asks import WEST, put
from tests.engine.conftest import Asked, Scripted, drain, engine


class Postman(Scripted):
    """Its hooks' bodies are references of messages that were delivered, or what Ann wrote."""

    def reports(self, hook):
        if hook.body == "STOP":
            return [Reply("sms", WEST, "STOP", hook.received_at, "reply 1", Keyword.STOP)]
        return [Report(hook.body, "delivered", hook.received_at)]


def receive(store, bodies, at) -> None:
    with store.transaction() as work:
        inbox.receive(work, [Received("scripted", "", {}, body, at, at) for body in bodies])


def suppressions(store) -> set[str]:
    return {one["basis"] for one in store.rows("SELECT basis FROM suppression")}


@pytest.mark.parametrize("reference", [None, "999999-nobody"], ids=["known", "unknown"])
def test_a_stop_behind_many_hooks_is_heard_before_the_next_text(store, clock, monkeypatch, reference):
    monkeypatch.setattr("engine.inbox.BATCH", 20)
    ask(store)
    drain(engine(store, postman := Postman(), clock))
    ann, bea = put(store, phone=WEST), put(store, phone="+13105550188")
    receive(store, [reference or postman.sent[0].reference] * 50, clock())
    receive(store, ["STOP"], clock() + timedelta(seconds=1))
    clock.forward(minutes=1)
    drain(engine(store, later := Postman(), clock, name="later"))
    assert [one.address for one in later.sent] == ["+13105550188"]
    assert (row(store, ann)["status"], row(store, bea)["status"]) == ("cancelled", "sent")


@pytest.mark.parametrize("ahead", [{"minutes": 10}, {"days": 365}])
def test_a_stop_received_by_a_clock_that_was_ahead_is_heard_before_the_next_text(store, clock, ahead):
    """It is due when that clock says so: in a year."""
    ann, bea = put(store, phone=WEST), put(store, phone="+13105550188")
    receive(store, ["STOP", "999999-nobody"], clock() + timedelta(**ahead))
    drain(engine(store, postman := Postman(), clock))
    assert [one.address for one in postman.sent] == ["+13105550188"]
    assert (row(store, ann)["status"], row(store, bea)["status"]) == ("cancelled", "sent")
    looks = store.rows("SELECT due_at - $now AS wait FROM inbox WHERE folded_at IS NULL", now=clock())
    assert [one["wait"] for one in looks] == [RETRY]


def test_what_is_to_be_heard_later_waits(store, clock):
    """As the sandbox plays it."""
    with store.transaction() as work:
        inbox.receive(work, [Received("scripted", "", {}, "STOP", clock(), clock() + timedelta(days=1))])
    one = engine(store, Postman(), clock)
    drain(one)
    assert suppressions(store) == set()
    clock.forward(days=1)
    drain(one)
    assert suppressions(store) == {"opted_out"}


def test_hooks_of_nobodys_messages_wait_longer_each_time(store, clock):
    receive(store, ["999999-nobody"], clock())
    one, looks = engine(store, Postman(), clock), 0
    while waits := store.rows("SELECT due_at FROM inbox WHERE folded_at IS NULL"):
        clock.now, looks = waits[0]["due_at"], looks + 1
        one._turns.take(clock(), [], [], 0, False)
    assert PATIENCE <= clock() - NOW < 2 * PATIENCE
    assert looks < 12


@pytest.mark.parametrize("reached", [True, False])
def test_after_a_weekend_the_provider_is_asked_before_anything_leaves(store, live, clock, reached):
    live(Asked(), 0, reached=reached, name="before")
    put(store, phone=WEST, due=NOW + timedelta(hours=47))
    bea = put(store, phone="+13105550188", due=NOW + timedelta(hours=47))
    stop = Reply("sms", WEST, "STOP", NOW + timedelta(hours=24), "reply 1", Keyword.STOP)
    live(later := Asked([stop]), 48 * 60, reached=reached, name="later")
    assert [one.address for one in later.sent] == ["+13105550188"]
    assert row(store, bea)["status"] == "sent"


def test_and_after_the_machine_has_slept(store, live, clock):
    put(store, phone=WEST, due=NOW + timedelta(hours=47))
    stop = Reply("sms", WEST, "STOP", NOW + timedelta(hours=24), "reply 1", Keyword.STOP)
    provider = Asked(lambda: [stop] if clock() > NOW else [])
    live(provider, 0, 48 * 60)
    assert provider.sent == []
    assert suppressions(store) == {"opted_out"}


def test_a_provider_that_cannot_be_asked_holds_nothing_back(store, live):
    live(Asked(), 0, name="before")
    request = put(store, due=NOW + timedelta(hours=1))
    live(Asked(TryLater(timedelta(hours=1), Scope.CHANNEL, "Closed")), 48 * 60, name="later")
    assert row(store, request)["status"] == "sent"


def test_nor_one_that_never_answers_for_longer_than_a_minute(store, live, clock):
    live(Asked(), 0, name="before")
    request = put(store, due=NOW + timedelta(hours=1))
    clock.forward(hours=48)

    class Mute(Asked):
        async def poll(self, since):
            self.polls.append(since)
            await asyncio.sleep(60)
            yield

    one = engine(store, mute := Mute(), clock, name="later")

    async def lives():
        stop = asyncio.Event()
        running = asyncio.create_task(one.run(stop))
        while not mute.polls:
            await asyncio.sleep(0.02)
        waited = row(store, request)["status"]
        clock.forward(seconds=FIRST_LOOK.total_seconds())
        while row(store, request)["status"] != "sent":
            await asyncio.sleep(0.02)
        stop.set()
        await running
        return waited

    assert asyncio.run(asyncio.wait_for(lives(), 30)) == "queued"


def test_a_restart_waits_for_nobody(store, live):
    live(Asked(), 0, name="before")
    request = put(store, due=NOW)
    live(Asked(lambda: pytest.fail("too late") if row(store, request)["status"] == "queued" else []), 1, name="later")
    assert row(store, request)["status"] == "sent"


def test_a_clock_that_was_ahead_keeps_nobody_waiting(duckdb_store, clock):
    questions = engine(duckdb_store, Asked(), clock)._questions
    questions.begin()
    clock.forward(days=1)
    assert questions.are_behind(clock())
    clock.forward(days=-1)
    questions.are_behind(clock())
    clock.forward(seconds=FIRST_LOOK.total_seconds())
    assert not questions.are_behind(clock())
