"""The rules at work in the engine: nobody is written to in quiet hours, twice within the cooldown, or after a stop."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from connectors.contract import Accepted, Fault, NoAnswer, Refused, Scope, TryLater
from data import commands, decisions, planning, rules, stops
from data.commands import Ask
from data.hours import open_from
from data.lifecycle import Channel
from data.moves import News
from data.rules import Rules
from data.sequences import Step
from data.stops import Stop
from data.suppressions import Suppression, suppress
from data.zones import whereabouts
from engine.outcomes import MOST_TRIES, Said
from engine.policy import judge
from tests.builders import NOW, hear, messages, row, setting, template, token
from tests.engine.conftest import Clock, Scripted, drain, engine

WEST = "+13105550143"  # 9:00 in Los Angeles when it is NOW


def keep(store, **changed) -> Rules:
    kept = Rules(**changed)
    with store.transaction() as work:
        rules.keep(work, kept, "Sam", NOW)
    return kept


def put(store, **how) -> int:
    """An ask as pages queue it: with its recipient's clock, follow-ups and expiry."""
    steps = how.pop("steps", ())
    phone, channel = how.pop("phone", WEST), how.pop("channel", Channel.SMS)
    used = how.pop("template", None) or template(store, channel)
    sent_by = commands.member(store, how.pop("sender", "Sam Sender"), NOW)
    now = how.pop("now", NOW)
    email = how.pop("email", None)
    address = email if channel is Channel.EMAIL else phone
    one = Ask("Ann Lee", channel, address, sent_by, used, how.pop("due", now), "manual", email, phone, **how)
    around = replace(setting(judge, rules.load(store)), sequences={0: tuple(steps)})
    planned = planning.plan(store, [one], around, now)[0].ask
    return commands.ask(store, [planned], now, token())[0]


def stop(store, scope, subject, channel=None):
    with store.transaction() as work:
        return stops.stop(work, Stop(scope, subject, "person", "Enough", "Sam", channel), NOW)


def a_moment_of(one) -> None:
    """An engine at work while its clock stands still."""

    async def work():
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.25, stop.set)
        await asyncio.wait_for(one.run(stop), 20)

    asyncio.run(work())


class TestQuietHours:
    def test_an_ask_at_night_waits_for_the_recipients_morning_and_the_row_says_so(self, store, clock):
        clock.now = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 23:00 in Los Angeles
        request = put(store, now=clock.now)
        found = row(store, request)
        assert found["due_at"] == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
        assert (found["hold_code"], found["zone_source"]) == ("quiet_hours", "number")
        assert "08:00 America/Los_Angeles (area code)" in found["hold_reason"]
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        clock.now = found["due_at"]
        drain(engine(store, connector, clock))
        assert len(connector.sent) == 1

    def test_what_became_due_in_the_evening_is_held_at_dispatch_too(self, store, clock):
        request = put(store)
        clock.now = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # the engine was down until 22:00 there
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert row(store, request)["due_at"] == datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
        told = store.rows("SELECT event, detail FROM happening WHERE event = 'held'")
        assert [one["event"] for one in told] == ["held"]
        assert "Los_Angeles" in told[0]["detail"]


class TestWhoMayBeAsked:
    def test_who_said_stop_after_being_queued_is_not_written_to(self, store, clock):
        request = put(store)
        with store.transaction() as work:
            suppress(work, [Suppression(WEST, "opted_out", "sms", "recipient")], NOW)
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert (row(store, request)["status"], row(store, request)["code"]) == ("cancelled", "suppressed")

    def test_two_asks_of_one_person_in_one_turn_are_one(self, store, clock):
        first = put(store)
        second = put(store, email="ann@example.com", channel=Channel.EMAIL)  # the same person by another channel
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 1
        assert sorted(row(store, one)["status"] for one in (first, second)) == ["cancelled", "sent"]

    def test_an_override_with_a_reason_is_kept_and_let_through(self, store, clock):
        put(store)
        again = put(store, override="They asked for the link again")
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 2
        assert row(store, again)["override"] == "They asked for the link again"

    def test_a_refused_attempt_does_not_use_up_the_persons_turn(self, store, clock):
        put(store)
        drain(engine(store, Scripted(Refused(Fault.FAILED, "21602", "Empty text")), clock))
        put(store)
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 1

    def test_too_late_to_ask(self, store, clock):
        request = put(store)
        commands.pause(store, [request], "Sam", NOW)
        clock.forward(days=31)
        commands.resume(store, [request], "Sam", clock())
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert row(store, request)["code"] == "expired"

    def test_a_provider_that_refuses_for_good_suppresses_the_address(self, store, clock):
        put(store)
        drain(engine(store, Scripted(Refused(Fault.UNDELIVERED, "21610", "Opted out", suppress=True)), clock))
        with store.reading() as reading:
            around = setting(judge)
            one = Ask("Ann Lee", Channel.SMS, WEST, 1, (1, 1), NOW, "manual", None, WEST)
            assert planning.plan(reading, [one], around, NOW)[0].blocked.code == "suppressed"

    def test_who_said_stop_by_phone_is_not_asked_at_a_new_email_either(self, store, clock):
        put(store)
        drain(engine(store, Scripted(Refused(Fault.UNDELIVERED, "21610", "Opted out", suppress=True)), clock))
        one = Ask("Ann Lee", Channel.EMAIL, "new@example.com", 1, (1, 1), NOW, "manual", "new@example.com", WEST)
        with store.reading() as reading:
            assert planning.plan(reading, [one], setting(judge), NOW)[0].blocked.code == "suppressed"
            narrow = setting(judge, Rules(stop_means_person=False))
            assert planning.plan(reading, [one], narrow, NOW)[0].blocked is None


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

    def test_a_senders_messages_stay_and_the_others_leave(self, store, clock):
        put(store, sender="Sam Sender")
        other = put(store, sender="Alex Other", phone="+13105550144")
        stop(store, "sender", str(commands.member(store, "Sam Sender", NOW)))
        drain(engine(store, connector := Scripted(), clock))
        assert [int(one.reference.split("-")[0]) for one in connector.sent] == messages(store, [other])

    def test_a_wrong_key_stops_the_channel_loudly_and_leaves_the_queue(self, store, clock):
        requests = [put(store, phone=f"+131055501{n:02}") for n in range(20)]
        wrong = Scripted(TryLater(timedelta(hours=1), Scope.CHANNEL, "The key is wrong", needs_person=True))
        drain(engine(store, wrong, clock, in_flight=5))
        assert len(wrong.sent) == 1  # what waits behind it does not run into the same
        assert {row(store, one)["status"] for one in requests} == {"queued"}
        (found,) = stops.active(store, clock())
        assert (found["cause"], found["subject"], found["needs_person"]) == ("provider", "sms", True)
        clock.forward(minutes=59)
        drain(engine(store, wrong, clock))
        assert len(wrong.sent) == 1

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
            original(replace(turn, barred=stops.Barred(everything=True)))
            one._start = original
            stop(store, "everything", "")

        one._start = stopped_meanwhile
        drain(one)
        assert connector.sent == []
        assert [found["status"] for found in store.rows("SELECT status FROM message")] == ["queued"]


class TestTransport:
    def test_tries_are_further_and_further_apart_and_end(self, store, clock):
        request = put(store)
        busy = Scripted(TryLater(timedelta(seconds=30), Scope.MESSAGE, "Busy"))
        moments = []
        for _ in range(MOST_TRIES + 3):
            before = len(busy.sent)
            drain(engine(store, busy, clock))
            moments += [clock()] * (len(busy.sent) - before)
            clock.now = max(clock(), row(store, request)["due_at"]) + timedelta(seconds=1)
        waits = [later - earlier for earlier, later in pairwise(moments)]
        assert len(busy.sent) == MOST_TRIES
        assert waits == sorted(waits)
        assert (row(store, request)["status"], row(store, request)["code"]) == ("failed", "retries")
        assert row(store, request)["retries"] == 0

    def test_a_pace_is_kept_by_all_engines_together(self, store, clock):
        for n in range(30):
            put(store, phone=f"+131055501{n:02}")
        connector = Scripted()
        engines = [
            engine(store, connector, clock, name=f"engine-{n}") for n in range(2 if store.shared_by_engines else 1)
        ]
        for one in engines:
            one._turns._paces = {"sms": 3.0}
        for second in range(5):
            for one in engines:
                a_moment_of(one)
            assert len(connector.sent) <= 3 * (second + 1)
            clock.forward(seconds=1)
        assert len(connector.sent) == 15

    def test_a_long_text_is_paid_off_before_the_next_leaves(self, store, clock):
        long = template(store, body="word " * 80 + "{link}")  # 3 segments
        for n in range(4):
            put(store, phone=f"+131055501{n:02}", template=long)
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        for _ in range(9):
            a_moment_of(one)
            clock.forward(seconds=1)
        assert len(connector.sent) == 3

    def test_a_drain_waits_for_its_pace(self, store, clock):
        for n in range(4):
            put(store, phone=f"+131055501{n:02}")
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        look = one._turns.is_idle

        def later(now):
            clock.forward(seconds=1)  # as time passes between two turns
            return look(now)

        one._turns.is_idle = later
        drain(one)
        assert len(connector.sent) == 4


class TestGuardrails:
    def test_a_channel_stops_itself_when_too_much_fails_and_names_the_cause(self, store, clock):
        keep(store, limits_from=20)
        for n in range(25):
            put(store, phone=f"+131055501{n:02}")
        drain(engine(store, Scripted(Refused(Fault.UNDELIVERED, "30006", "Landline")), clock))
        clock.forward(seconds=30)
        put(store, phone="+13105550160")
        drain(engine(store, connector := Scripted(), clock, name="engine-2"))
        assert connector.sent == []
        (found,) = stops.active(store, clock())
        assert (found["cause"], found["subject"]) == ("guardrail", "sms")
        assert "25 of 25" in found["reason"]
        assert "Sam Sender" in found["reason"]

    def test_once_lifted_only_what_comes_after_counts(self, store, clock):
        keep(store, limits_from=20)
        for n in range(25):
            put(store, phone=f"+131055501{n:02}")
        drain(engine(store, Scripted(Refused(Fault.UNDELIVERED, "30006", "Landline")), clock))
        clock.forward(seconds=30)
        drain(engine(store, Scripted(), clock, name="engine-2"))
        with store.transaction() as work:
            stops.lift(work, stops.active(work, clock())[0]["id"], "Sam", clock())
        clock.forward(seconds=30)
        put(store, phone="+13105550160", now=clock())
        drain(engine(store, connector := Scripted(), clock, name="engine-3"))
        assert len(connector.sent) == 1


class TestFollowUps:
    STEPS = (Step(72, None, None), Step(48, None, None))

    def run(self, store, clock, connector=None):
        drain(engine(store, connector := connector or Scripted(), clock))
        return connector

    def test_they_follow_at_their_time_and_count_as_retries(self, store, clock):
        request = put(store, steps=self.STEPS)
        connector = self.run(store, clock)
        found = row(store, request)
        assert (found["next_at"], found["next_number"]) == (NOW + timedelta(hours=72), 1)
        clock.forward(hours=72)
        self.run(store, clock, connector)
        assert (row(store, request)["retries"], row(store, request)["next_number"]) == (1, 2)
        clock.forward(hours=49)
        self.run(store, clock, connector)
        found = row(store, request)
        assert (found["retries"], found["next_at"], found["status"]) == (2, None, "sent")
        assert len({message.reference for message in connector.sent}) == 3
        clock.forward(days=30)
        self.run(store, clock, connector)
        assert len(connector.sent) == 3

    @pytest.mark.parametrize(
        "event", ["clicked", "responded", "replied", "opted_out", "complained", "undelivered", "failed"]
    )
    @pytest.mark.parametrize("steps", [1, 2])
    def test_whatever_a_person_does_ends_them(self, store, clock, steps, event):
        request = put(store, steps=self.STEPS[:steps])
        connector = self.run(store, clock)
        self.happens(store, clock, request, event)
        found = row(store, request)
        assert (found["next_at"], found["plan"]) == (None, None)
        clock.forward(days=10)
        self.run(store, clock, connector)
        assert len(connector.sent) == 1
        assert store.rows("SELECT status FROM message WHERE number = 1") == [{"status": "cancelled"}]
        assert row(store, request)["status"] != "cancelled"

    def test_a_program_that_opens_the_link_ends_nothing(self, store, clock):
        request = put(store, steps=self.STEPS)
        connector = self.run(store, clock)
        self.happens(store, clock, request, "machine_clicked")
        clock.forward(hours=72)
        self.run(store, clock, connector)
        assert len(connector.sent) == 2

    def test_they_are_paused_and_resumed_with_their_request(self, store, clock):
        request = put(store, steps=self.STEPS)
        connector = self.run(store, clock)
        assert commands.pause(store, [request], "Sam", NOW) == {request}
        clock.forward(hours=72)
        self.run(store, clock, connector)
        assert len(connector.sent) == 1
        assert commands.resume(store, [request], "Sam", clock()) == {request}
        self.run(store, clock, connector)
        assert len(connector.sent) == 2

    def test_a_step_by_another_channel_goes_to_the_other_address_or_is_left_out(self, store, clock):
        mail = template(store, Channel.EMAIL)
        steps = (Step(24, "email", mail[0]),)
        both = put(store, steps=steps, email="ann@example.com")
        phone_only = put(store, steps=steps, phone="+13105550144")
        connector = self.run(store, clock)
        clock.forward(hours=24)
        self.run(store, clock, connector)
        assert [message.address for message in connector.sent[2:]] == ["ann@example.com"]
        assert row(store, both)["retries"] == 1
        assert row(store, phone_only)["next_at"] is None
        events = store.rows("SELECT event FROM happening WHERE request_id = $id", id=phone_only)
        assert "follow_up_skipped" in {one["event"] for one in events}

    def test_a_person_stops_them_by_hand(self, store, clock):
        request = put(store, steps=self.STEPS)
        connector = self.run(store, clock)
        assert decisions.cancel(store, [request], "Sam", NOW, UTC) == 1
        clock.forward(days=10)
        self.run(store, clock, connector)
        assert len(connector.sent) == 1
        assert row(store, request)["next_at"] is None

    def test_caps_count_follow_ups(self, store, clock):
        keep(store, cap_7_days=2)
        request = put(store, steps=(Step(24, None, None), Step(24, None, None)))
        connector = self.run(store, clock)
        clock.forward(hours=24)
        self.run(store, clock, connector)
        clock.forward(hours=25)
        self.run(store, clock, connector)
        assert len(connector.sent) == 2
        assert row(store, request)["hold_code"] == "cap"
        assert row(store, request)["next_at"] == NOW + timedelta(days=7)

    def happens(self, store, clock, request, event):
        """As a hook would report it, folded by an engine."""
        (message,) = messages(store, [request])
        one = engine(store, Scripted(), clock)
        one._turns.take(clock(), [Said(News(message, event, clock()))], [], 0, False)


class TestDecisions:
    def unsure(self, store, clock):
        request = put(store)
        drain(engine(store, Scripted(NoAnswer("cut")), clock))
        assert row(store, request)["status"] == "unsure"
        return request

    def test_resend_sends_once_more_on_a_persons_word(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.resend(store, request, "Sam", clock(), UTC)
        assert row(store, request)["status"] == "queued"
        drain(engine(store, connector := Scripted(), clock))
        assert (len(connector.sent), row(store, request)["status"]) == (1, "sent")
        assert not decisions.resend(store, request, "Sam", clock(), UTC)

    def test_marked_as_sent_it_is_not_sent_again(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.mark_sent(store, request, "Sam", clock(), UTC)
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "sent")

    def test_news_that_it_did_arrive_call_a_resend_off(self, store, clock):
        request = self.unsure(store, clock)
        decisions.resend(store, request, "Sam", clock(), UTC)
        hear(store, News(messages(store, [request])[0], "delivered", clock()))
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "delivered")


@pytest.mark.parametrize("seed", range(6))
def test_no_rule_is_ever_broken_whatever_happens(store, seed):
    """Random people, zones, sequences, stops, clicks and crashes; every message that leaves is checked on its own."""
    lot = random.Random(seed)
    clock = Clock(NOW + timedelta(days=lot.randrange(300), minutes=lot.randrange(1440)))
    kept = keep(store, cooldown_days=lot.choice([1, 5, 30]), cap_7_days=lot.choice([1, 2, 3]), cap_30_days=4)
    phones = ["+13105550143", "+61412345678", "+919812345678", "+9779841234567", "+6859999999", "+18085550143"]
    left: dict[str, list[tuple[datetime, int]]] = {}
    suppressed: set[str] = set()

    class Witness(Scripted):
        async def send(self, message):
            phone, now = message.address, clock()
            where = whereabouts(phone, None, None, "UTC")
            assert open_from(now, where.zones, where.region, kept) == now, f"quiet hours of {phone}"
            assert phone not in suppressed
            number = int(message.reference.split("-")[0])
            request = store.rows("SELECT request_id FROM message WHERE id = $id", id=number)[0]["request_id"]
            before = left.setdefault(phone, [])
            others = [moment for moment, other in before if other != request]
            is_ask = store.rows("SELECT number FROM message WHERE id = $id", id=number)[0]["number"] == 0
            assert not is_ask or all(now - moment >= timedelta(days=kept.cooldown_days) for moment in others)
            for cap, days in ((kept.cap_7_days, 7), (kept.cap_30_days, 30)):
                assert sum(now - moment < timedelta(days=days) for moment, _ in before) < cap
            before.append((now, request))
            return Accepted(message.reference)

    steps = tuple(Step(lot.choice([1, 20, 100]), None, None) for _ in range(lot.randrange(4)))
    used = template(store)
    for turn in range(25):
        if lot.random() < 0.7:
            put(store, phone=lot.choice(phones), steps=steps, now=clock(), template=used)
        if lot.random() < 0.1:
            phone = lot.choice(phones)
            suppressed.add(phone)
            with store.transaction() as work:
                suppress(work, [Suppression(phone, "opted_out", "sms", "recipient")], clock())
        drain(engine(store, Witness(), clock, name=f"engine-{turn}"))  # each a new engine, as after a crash
        clock.forward(minutes=lot.choice([10, 90, 600, 2000]))
    assert left, "something must have left"
