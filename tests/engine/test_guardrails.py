"""Guardrails: a channel with too many opt-outs or errors stops itself, names the cause and asks a person."""

from datetime import timedelta

import pytest

from connectors.contract import Fault, Refused
from data import rules, stops, troubles
from data.lifecycle import Channel
from data.moves import News
from data.stops import Stop
from engine.guardrails import watch
from tests.builders import NOW, hear, messages, sent
from tests.engine.asks import keep, put
from tests.engine.conftest import Scripted, drain, engine


def go_wrong(store, clock):
    """Nothing of 12 arrives, where 10 are enough to stop a channel."""
    keep(store, limits_from=10)
    for n in range(12):
        put(store, phone=f"+131055501{n:02}")
    drain(engine(store, Scripted(Refused(Fault.UNDELIVERED, "30006", "Landline")), clock))
    clock.forward(seconds=30)


def opt_out(store, requests, at):
    with store.transaction() as work:
        work.rows("UPDATE message SET provider = 'twilio' WHERE provider IS NULL RETURNING id")
    hear(store, *(News(one, "opted_out", at) for one in messages(store, requests)), now=at)


def look(store, at) -> list[str]:
    """What stops channels once the guardrails have looked."""
    with store.transaction() as work:
        watch(work, rules.load(work), at)
    return [one["reason"] for one in stops.active(store, at)]


class TestSpans:
    @pytest.mark.parametrize(
        ("hours", "said"),
        [
            (2, "4 of 20 messages of the last day opted out (20.0%; the limit is 1%)"),
            (26, "4 of 20 messages of the last 3 days opted out"),
            (24 * 6, "4 of 20 messages of the last 7 days opted out"),
            (24 * 29, "4 of 20 messages of the last 30 days opted out"),
        ],
    )
    def test_what_comes_long_after_sending_counts_and_the_span_is_named(self, store, hours, said):
        keep(store, limits_from=20)
        requests, at = sent(store, 20), NOW + timedelta(hours=hours)
        opt_out(store, requests[:4], at)
        (reason,) = look(store, at + timedelta(minutes=1))
        assert said in reason

    def test_an_engine_looks_far_back_too(self, store, clock):
        keep(store, limits_from=20)
        opt_out(store, sent(store, 20)[:4], NOW)
        clock.forward(days=20)
        drain(engine(store, Scripted(), clock))
        (found,) = stops.active(store, clock())
        assert "of the last 30 days" in found["reason"]

    def test_who_sends_little_is_judged_by_more_days(self, store):
        keep(store, limits_from=20)
        for day in range(5):
            at = NOW + timedelta(days=day)
            assert look(store, at) == []
            opt_out(store, sent(store, 4, at=at)[:1], at)
        assert "5 of 20 messages of the last 7 days" in look(store, at)[0]

    def test_two_of_a_hundred_in_a_month_are_chance(self, store):
        requests = [id for day in range(5) for id in sent(store, 20, at=NOW + timedelta(days=5 * day))]
        at = NOW + timedelta(days=25)
        opt_out(store, requests[:2], at)
        assert look(store, at) == []
        opt_out(store, requests[2:6], at)
        assert "6 of 100 messages of the last 30 days" in look(store, at)[0]

    def test_one_fewer_than_are_enough_to_tell_stop_nothing(self, store):
        keep(store, limits_from=20)
        opt_out(store, sent(store, 19), NOW)
        assert look(store, NOW) == []
        sent(store, 1)
        assert "19 of 20" in look(store, NOW)[0]

    def test_a_lifted_stop_does_not_come_back_for_the_same_messages_nor_for_their_cause(self, store):
        keep(store, limits_from=20)
        opt_out(store, sent(store, 30, sender="Old Trouble"), NOW)
        assert "Old Trouble" in look(store, NOW)[0]
        for hours in (1, 2):  # twice: the later counts
            at = NOW + timedelta(hours=hours)
            with store.transaction() as work:
                for one in stops.active(work, at) or [{"id": stops.stop(work, GUARDED, at)}]:
                    stops.lift(work, one["id"], "Sam", at)
            assert look(store, at + timedelta(minutes=1)) == []
            opt_out(store, sent(store, 19, at=at + timedelta(minutes=2), sender="Between"), at + timedelta(minutes=3))
        at += timedelta(minutes=4)
        assert look(store, at) == []  # 19 since the later lift, 38 since the first
        opt_out(store, sent(store, 1, at=at, sender="New Trouble"), at)
        (reason,) = look(store, at)
        assert "20 of 20" in reason
        assert "95% of the trouble came from Between" in reason


GUARDED = Stop("channel", "sms", "guardrail", "Too much", "guardrail", "sms")


class TestGuardrails:
    def test_a_channel_stops_itself_when_too_much_fails_and_names_the_cause(self, store, clock):
        go_wrong(store, clock)
        put(store, phone="+13105550160")
        drain(engine(store, connector := Scripted(), clock, name="engine-2"))
        assert connector.sent == []
        (found,) = stops.active(store, clock())
        assert (found["cause"], found["subject"]) == ("guardrail", "sms")
        assert "12 of 12" in found["reason"]
        assert "Sam Sender" in found["reason"]

    def test_the_cause_is_named_as_its_template_is_called_now(self, store, clock):
        go_wrong(store, clock)
        with store.transaction() as work:
            work.rows(
                """
                INSERT INTO template (id, version, channel, name, subject, body, created_at)
                SELECT id, version + 1, channel, 'A newer name', subject, body, created_at FROM template RETURNING id
                """
            )
        assert "“A newer name”" in (troubles.worst(store, Channel.SMS, NOW) or "")

    def test_once_lifted_only_what_comes_after_counts(self, store, clock):
        go_wrong(store, clock)
        drain(engine(store, Scripted(), clock, name="engine-2"))
        with store.transaction() as work:
            stops.lift(work, stops.active(work, clock())[0]["id"], "Sam", clock())
        clock.forward(seconds=30)
        put(store, phone="+13105550160", now=clock())
        drain(engine(store, connector := Scripted(), clock, name="engine-3"))
        assert len(connector.sent) == 1
