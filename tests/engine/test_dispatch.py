"""From the queue to the provider and back: never twice, never lost."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from connectors.contract import Accepted, Fault, NoAnswer, Refused, Scope, TryLater
from data import commands
from data.claims import DEAD_AFTER, claim
from data.lifecycle import Channel
from tests.builders import NOW, ask, messages, row, template
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


def test_paused_requests_at_the_head_of_the_queue_do_not_hold_up_the_others(store):
    waiting = ask(store, 5, due_in=timedelta(hours=-1))
    commands.pause(store, waiting, "Sam", NOW)
    (free,) = ask(store)
    with store.transaction() as work:
        assert [one.request_id for one in claim(work, "engine-1", NOW, 3)] == [free]
