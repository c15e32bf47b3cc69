"""Switches, guardrails and wrong keys: what is stopped stays in the queue untouched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Accepted, Scope, TryLater
from data import audit, commands, pausing, stops, why
from data.lifecycle import Channel
from data.stops import Stop
from data.suppressions import Suppression, suppress
from tests.builders import NOW, ask, messages, row
from tests.engine.asks import put
from tests.engine.conftest import Scripted, drain, engine, send, statuses


def stop(store, scope, subject, channel=None):
    with store.transaction() as work:
        return stops.stop(work, Stop(scope, subject, "person", "Enough", "Sam", channel), NOW)


class TestStops:
    @pytest.mark.parametrize(
        ("scope", "subject", "channel", "left"),
        [("everything", "", None, 0), ("channel", "sms", "sms", 1), ("country", "US", "sms", 1)],
    )
    def test_what_is_stopped_stays_in_the_queue_untouched(self, store, clock, scope, subject, channel, left):
        text = put(store)
        put(store, email="bo@example.com", phone=None, channel=Channel.EMAIL)
        id = stop(store, scope, subject, channel)
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == left
        assert (row(store, text)["status"], row(store, text)["due_at"]) == ("queued", NOW)
        with store.transaction() as work:
            assert stops.lift(work, id, "Sam", NOW)
        drain(engine(store, connector, clock))
        assert len(connector.sent) == 2

    def test_a_stop_said_while_the_message_waits_claimed_is_heard(self, store, clock):
        put(store)
        late = put(store, phone="+13105550144")
        address = row(store, late)["address"]

        def answer(_message):
            with store.transaction() as work:
                suppress(work, [Suppression(address, "opted_out", "sms", "recipient")], NOW)
            one._start(one._turns.take(NOW, [], [], 0, False))
            return Accepted("x")

        one = engine(store, connector := Scripted(answer), clock, in_flight=1)
        send(one, 2)
        drain(one)
        assert len(connector.sent) == 1
        assert (row(store, late)["status"], row(store, late)["code"]) == ("cancelled", "suppressed")

    def test_a_providers_word_outlives_a_turn_that_began_before_it(self, store, clock):
        for number in ("+13105550143", "+13105550144"):
            put(store, phone=number)
        begun = []

        def answer(_message):
            begun.append(one._turns.take(NOW, [], [], 0, False))
            return TryLater(timedelta(minutes=10), Scope.CHANNEL, "slow down")

        def write(*given):
            written(*given)
            for turn in begun:
                one._start(turn)
            begun.clear()

        one = engine(store, connector := Scripted(answer), clock, in_flight=1)
        written, one._write = one._write, write
        send(one, 2)
        assert len(connector.sent) == 1

    def test_what_is_not_due_or_paused_does_not_wait_behind_a_stop(self, store):
        ask(store)
        ask(store, 2, due_in=timedelta(days=200))
        paused = ask(store)
        with store.transaction() as work:
            pausing.set_paused(work, paused, "Sam", NOW, paused=True)
        stop(store, "channel", "sms", "sms")
        (found,) = stops.active(store, NOW)
        assert why.waiting_behind(store, found, NOW).due == 1

    def test_a_senders_messages_stay_and_the_others_leave(self, store, clock):
        put(store, sender="Sam Sender")
        other = put(store, sender="Alex Other", phone="+13105550144")
        stop(store, "sender", str(commands.member(store, "Sam Sender", NOW)))
        drain(engine(store, connector := Scripted(), clock))
        assert [int(one.reference.split("-")[0]) for one in connector.sent] == messages(store, [other])

    def test_a_wrong_key_stops_the_channel_loudly_and_leaves_the_queue(self, store, clock):
        requests = [put(store, phone=f"+131055501{n:02}") for n in range(10)]
        wrong = Scripted(TryLater(timedelta(hours=1), Scope.CHANNEL, "The key is wrong", needs_person=True))
        drain(engine(store, wrong, clock, in_flight=5))
        assert len(wrong.sent) == 1  # what waits behind it does not run into the same
        assert {row(store, one)["status"] for one in requests} == {"queued"}
        (found,) = stops.active(store, clock())
        assert (found["cause"], found["subject"], found["needs_person"]) == ("provider", "sms", True)
        assert why.waiting_behind(store, found, clock()).due == 10  # the one that was tried is due at the stop's end
        clock.forward(minutes=59)
        drain(engine(store, wrong, clock))
        assert len(wrong.sent) == 1

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(15, None), (16, "in 16 minutes"), (89, "in 89 minutes"), (90, "in 2 hours"), (24 * 60, "in 24 hours")],
    )
    def test_a_long_wait_that_a_provider_asks_for_is_shown_to_people(self, store, clock, minutes, words):
        put(store)
        drain(engine(store, Scripted(TryLater(timedelta(minutes=minutes), Scope.CHANNEL, "Slow down")), clock))
        (found,) = stops.active(store, clock())
        assert found["needs_person"] is (words is not None)
        assert found["reason"] == (f"Slow down. It is tried again by itself {words}" if words else "Slow down")
        clock.forward(minutes=minutes)
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 1

    def test_a_stop_that_only_goes_on_is_one_decision(self, store):
        def said(hour, *, needs_person=True):
            at = NOW + timedelta(hours=hour, seconds=hour)
            word = Stop("channel", "sms", "provider", "Why", "twilio", "sms", at + timedelta(hours=1), needs_person)
            with store.transaction() as work:
                return stops.stop(work, word, at)

        first = said(0)
        assert {said(hour) for hour in range(1, 60)} == {first}
        assert len(audit.newest(store, 50)) == 1
        (found,) = stops.active(store, NOW + timedelta(hours=60))
        assert found["created_at"] == NOW
        assert said(60, needs_person=False) != first
        with store.transaction() as work:
            stops.lift(work, first, "Sam", NOW + timedelta(hours=60))
        assert said(61) != first

    def test_a_country_that_must_wait_holds_up_no_other(self, store, clock):
        put(store)
        british = put(store, phone="+447400123456")
        only_us = Scripted(
            lambda message: (
                TryLater(timedelta(hours=1), Scope.COUNTRY, "Not allowed", needs_person=True)
                if message.address.startswith("+1")
                else Accepted("x")
            )
        )
        drain(engine(store, only_us, clock))
        assert row(store, british)["status"] == "sent"
        assert [(one["scope"], one["subject"]) for one in stops.active(store, NOW)] == [("country", "US")]

    def test_a_switch_is_heeded_by_what_was_claimed_but_not_sent_yet(self, store, clock):
        put(store)
        one = engine(store, connector := Scripted(), clock)
        original = one._start

        def stopped_meanwhile(turn):
            original(replace(turn, barred=stops.ActiveStops(everything=True)))
            one._start = original
            stop(store, "everything", "")

        one._start = stopped_meanwhile
        drain(one)
        assert connector.sent == []
        assert [found["status"] for found in store.rows("SELECT status FROM message")] == ["queued"]


def test_an_engine_that_was_frozen_hears_of_stops_before_it_goes_on(store, clock):
    ask(store, 3)

    def frozen(_message):
        clock.forward(seconds=10)
        with store.transaction() as work:
            stops.stop(work, Stop("everything", "", "person", "Wrong list", "Sam"), clock())

    one = engine(store, connector := Scripted(frozen), clock, in_flight=1)
    send(one, 3)
    drain(one)
    assert (len(connector.sent), statuses(store)) == (1, {"sent": 1, "queued": 2})
    with store.transaction() as work:
        stops.lift(work, stops.active(work, clock())[0]["id"], "Sam", clock())
    drain(engine(store, later := Scripted(), clock))
    assert (len(later.sent), statuses(store)) == (2, {"sent": 3})


def test_one_whose_every_turn_is_slow_goes_on_all_the_same(store, clock):
    ask(store, 3)
    one = engine(store, connector := Scripted(), clock)
    taken = one._turns._take

    def slow(*given):
        if not connector.sent:
            clock.forward(seconds=20)
        return taken(*given)

    one._turns._take = slow
    drain(one)
    assert (len(connector.sent), statuses(store)) == (3, {"sent": 3})
