"""Whoever may have got something counts as asked, in whatever order that is heard; nobody else does."""

import asyncio
from datetime import UTC, timedelta

import pytest

from connectors.contract import NoAnswer, Report, Scope, TryLater
from data import decisions, inbox, stops
from data.claims import DEAD_AFTER
from data.inbox import Received
from data.lifecycle import Channel
from data.marks import Marks
from data.moves import News
from data.stops import Halt
from engine.adoption import adopt
from engine.dispatch import Engine
from engine.outcomes import Said
from tests.builders import NOW, messages, row
from tests.connectors import sendgrid_standin
from tests.connectors.sendgrid_standin import SendGridStandIn
from tests.connectors.test_contract import sendgrid, twilio
from tests.connectors.twilio_standin import TwilioStandIn
from tests.engine.asks import WEST, keep, put
from tests.engine.conftest import Scripted, drain, engine, send, statuses, write

BUSY = TryLater(timedelta(minutes=1), Scope.MESSAGE, "busy")


class Played(Scripted):
    name = "sandbox"


class Carrier(Scripted):
    """Its hooks say that a message was accepted and could not be delivered."""

    def reports(self, hook):
        return [Report(hook.body, "undelivered", hook.received_at, "undelivered SM1", "30008", "No reason", "SM1")]


def is_asked(store, clock) -> bool:
    """Whether the same person counts as asked, a little later."""
    clock.forward(hours=1)
    again = put(store, phone=WEST, now=clock())
    drain(engine(store, Scripted(), clock, name="later"))
    return row(store, again)["code"] == "cooldown"


@pytest.mark.parametrize("together", [True, False])
def test_who_was_written_to_in_vain_stays_asked_whether_or_not_both_are_heard_in_one_turn(store, clock, together):
    request = put(store)
    one = engine(store, carrier := Carrier(), clock)
    send(one, 10)
    if not together:
        one._turns.take(clock(), one._done, [], 0, False)
        one._done.clear()
    with store.transaction() as work:
        inbox.receive(work, [Received("scripted", "", {}, carrier.sent[0].reference, NOW, NOW)])
    one._turns.take(clock(), one._done, [], 0, False)
    assert row(store, request)["status"] == "undelivered"
    assert is_asked(store, clock)


def unsure_then_sent_again(store, clock) -> int:
    request = put(store)
    drain(engine(store, Scripted(NoAnswer("late")), clock))
    clock.forward(seconds=5)
    decisions.resend(store, [request], "Sam", clock(), UTC)
    return request


def test_who_may_have_got_it_stays_asked_when_it_is_sent_again_and_put_off(store, clock):
    request = unsure_then_sent_again(store, clock)
    drain(engine(store, Scripted(BUSY), clock))
    decisions.cancel(store, [request], "Sam", clock(), UTC)
    assert row(store, request)["status"] == "cancelled"
    assert is_asked(store, clock)


def test_and_when_the_second_try_falls_with_all_of_its_kind(store, clock):
    request = unsure_then_sent_again(store, clock)
    one = engine(store, Scripted(), clock)
    drain(one)
    (message,) = messages(store, [request])
    unregistered = News(message, "failed", clock(), code="30034", reason="Not registered", halt=Halt("channel"))
    one._turns.take(clock(), [Said(unregistered)], [], 0, False)
    assert row(store, request)["status"] == "failed"
    with store.transaction() as work:
        stops.lift(work, stops.active(work, clock())[0]["id"], "Sam", clock())
    assert is_asked(store, clock)


def test_and_when_the_engine_dies_before_it_is_sent_again(store, clock):
    request = unsure_then_sent_again(store, clock)
    engine(store, Scripted(), clock, name="dead")._turns.take(clock(), [], [], 10, False)
    assert statuses(store) == {"sending": 1}
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    with store.transaction() as work:
        adopt(work, Marks(store, "other"), [], clock(), UTC, 10)
    assert len(store.rows("SELECT reached_at FROM reach")) == 1
    decisions.cancel(store, [request], "Sam", clock(), UTC)
    assert is_asked(store, clock)


@pytest.mark.parametrize("tries", [0, 2])
def test_both_copies_count_towards_the_caps_but_no_try_that_certainly_never_left(store, clock, tries):
    keep(store, cooldown_days=0, cap_7_days=3, cap_30_days=3)
    unsure_then_sent_again(store, clock)
    for _ in range(tries):
        drain(engine(store, Scripted(BUSY), clock))
        clock.forward(minutes=5)
    drain(engine(store, Scripted(), clock))
    for code in (None, "cap"):
        clock.forward(hours=1)
        again = put(store, phone=WEST, now=clock())
        drain(engine(store, Scripted(), clock, name=f"later {code}"))
        assert row(store, again)["hold_code"] == code


def test_who_got_what_its_engine_believed_never_left_counts_as_asked(store, clock):
    request = put(store)
    drain(engine(store, Scripted(BUSY), clock))
    accepted = News(messages(store, [request])[0], "accepted", clock(), actor="scripted", provider_id="SM1")
    engine(store, Scripted(), clock)._turns.take(clock(), [Said(accepted)], [], 0, False)
    assert is_asked(store, clock)


CERTAIN = ["30003", "30005", "30006", "30036", "30610"]


def asked_again_after(store, clock, run, senders, hook, first: dict, second: dict) -> int:
    """Its provider gives one up that it had accepted; an hour later the same person is asked by another channel."""
    request = put(store, email="ann@example.com", phone=WEST, **first)
    one = Engine(store, senders, write, name="e", clock=clock, zone=UTC, in_flight=9, mail=[], business="The Shop")
    run(one.run(asyncio.Event(), drain=True))
    provider, said = hook()
    with store.transaction() as work:
        inbox.receive(work, [Received(provider, said.url, said.headers, said.body, clock(), clock())])
    clock.forward(hours=1)
    run(one.run(asyncio.Event(), drain=True))
    assert row(store, request)["status"] == "undelivered"
    again = put(store, email="ann@example.com", phone=WEST, now=clock(), **second)
    run(one.run(asyncio.Event(), drain=True))
    return again


@pytest.mark.parametrize(("code", "status"), [*((code, "sent") for code in CERTAIN), ("30008", "cancelled")])
def test_who_certainly_got_no_text_may_be_asked_by_email(store, clock, run, enter, session, code, status):
    phone = enter(TwilioStandIn())
    senders = {**dict.fromkeys(Channel, twilio(session, phone.url)), Channel.EMAIL: Scripted()}
    again = asked_again_after(
        store, clock, run, senders,
        lambda: ("twilio", phone.hook(phone.accepted[0], "undelivered", ErrorCode=code)),
        {}, {"channel": Channel.EMAIL},
    )  # fmt: skip
    assert row(store, again)["status"] == status


@pytest.mark.parametrize("said", ["Invalid Address", "Mailbox Unavailable"])
def test_and_whose_mail_bounced_by_text(store, clock, run, enter, session, said):
    box = enter(SendGridStandIn())
    senders = {**dict.fromkeys(Channel, Scripted()), Channel.EMAIL: sendgrid(session, box.url)}

    def bounce():
        told = sendgrid_standin.event(
            box.accepted[0], "bounce", type="bounce", bounce_classification=said, timestamp=int(clock().timestamp())
        )
        return "sendgrid", sendgrid_standin.signed([told], clock().timestamp())

    again = asked_again_after(store, clock, run, senders, bounce, {"channel": Channel.EMAIL}, {})
    assert row(store, again)["status"] == "sent"


def test_who_got_it_against_what_its_provider_had_said_counts_as_asked(store, clock):
    request = put(store)
    one = engine(store, Scripted(), clock)
    drain(one)
    (message,) = messages(store, [request])
    gone = News(message, "undelivered", clock(), "u", code="30005", reason="Not in use", never_arrived=True)
    one._turns.take(clock(), [Said(gone)], [], 0, False)
    assert store.rows("SELECT message_id FROM reach") == []
    one._turns.take(clock(), [Said(News(message, "delivered", clock(), "d"))], [], 0, False)
    assert is_asked(store, clock)


@pytest.mark.parametrize("real", [[], ["sms"], ["email"], list(Channel)])
@pytest.mark.parametrize("before", [[], ["sms"]])
def test_what_the_sandbox_played_counts_only_while_it_plays_everything(store, clock, sandbox, before, real):
    put(store, channel=Channel.EMAIL, email="ann@example.com")
    drain(engine(store, sandbox, clock, **dict.fromkeys(before, Scripted())))
    clock.forward(hours=1)
    again = put(store, phone=WEST, now=clock())
    drain(engine(store, sandbox, clock, name="later", **dict.fromkeys(real, Scripted())))
    assert (row(store, again)["code"] == "cooldown") is (not before and not real)


def test_what_another_provider_sent_counts_for_ever(store, clock):
    put(store)
    drain(engine(store, Carrier(), clock))
    assert is_asked(store, clock)


@pytest.mark.parametrize("fate", [TryLater(timedelta(days=1), Scope.CHANNEL, "Busy"), None])
def test_what_the_sandbox_puts_back_leaves_the_try_of_a_provider_that_may_have_arrived(store, clock, fate):
    request = put(store)
    drain(engine(store, Carrier(NoAnswer("cut")), clock))
    before = store.rows("SELECT reached_at FROM reach")
    clock.forward(minutes=1)
    decisions.resend(store, [request], "Sam", clock(), UTC)
    clock.forward(minutes=1)
    drain(engine(store, Played(fate), clock, name="later", email=Carrier()))
    if fate is None:
        gone = News(messages(store, [request])[0], "undelivered", clock(), "u", actor="sandbox", never_arrived=True)
        engine(store, Played(), clock, name="later", email=Carrier())._turns.take(clock(), [Said(gone)], [], 0, False)
        assert row(store, request)["status"] == "undelivered"
    assert store.rows("SELECT reached_at FROM reach") == before != []
