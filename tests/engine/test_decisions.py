"""What a person decides about messages that nobody is sure of."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from connectors.contract import NoAnswer, Scope, TryLater
from data import audit, decisions, rule_checks, rules
from data.claims import claim
from data.decisions import Cancelled
from data.moves import WITHDRAWN, News
from data.sequences import Step
from tests.builders import NOW, ask, hear, messages, row
from tests.engine.asks import WEST, put
from tests.engine.conftest import Scripted, drain, engine


class TestDecisions:
    def unsure(self, store, clock, **how):
        request = put(store, **how)
        drain(engine(store, Scripted(NoAnswer("cut")), clock))
        assert row(store, request)["status"] == "unsure"
        return request

    def test_resend_sends_once_more_on_a_persons_word(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.resend(store, [request], "Sam", clock(), UTC)
        assert row(store, request)["status"] == "queued"
        drain(engine(store, connector := Scripted(), clock))
        assert (len(connector.sent), row(store, request)["status"]) == (1, "sent")
        assert not decisions.resend(store, [request], "Sam", clock(), UTC)

    def test_a_selection_is_decided_at_once_and_only_what_is_unsure_of_it(self, store, clock):
        first, second, third = (self.unsure(store, clock, phone=f"+1310555014{n}") for n in range(3))
        queued = put(store, phone="+13105550149")
        assert sorted(decisions.unsure(store, [first, second, third, queued])) == [first, second, third]
        assert decisions.mark_sent(store, [first, queued], "Sam", clock(), UTC) == 1
        assert decisions.resend(store, [first, second, third, queued], "Sam", clock(), UTC) == 2
        assert decisions.resend(store, [first], "Sam", clock(), UTC) == 0
        assert [row(store, one)["status"] for one in (first, second, third, queued)] == ["sent", *["queued"] * 3]
        told = store.rows("SELECT request_id, event, actor FROM happening WHERE event IN ('resend', 'marked_sent')")
        assert sorted((one["request_id"], one["event"], one["actor"]) for one in told) == [
            (first, "marked_sent", "Sam"), (second, "resend", "Sam"), (third, "resend", "Sam"),
        ]  # fmt: skip
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 3

    def test_a_decision_that_comes_too_late_is_not_said_to_be_taken(self, store, clock):
        held, waiting = put(store), put(store, phone="+13105550149")
        with store.transaction() as work:
            assert len(claim(work, "engine", clock(), 1)) == 1
        later = clock() + timedelta(minutes=1)
        decisions.send_now(store, [held], "Sam", later)
        assert audit.newest(store, 10) == []
        assert decisions.cancel(store, [held, waiting], "Sam", later, UTC) == Cancelled(asks=1, under_way=1)
        assert [(one["action"], one["subject"], one["detail"]) for one in audit.newest(store, 10)] == [
            ("cancel", "2 requests", "1 just being sent")
        ]

    @pytest.mark.parametrize("waited", [timedelta(0), timedelta(hours=3)])
    def test_what_is_to_be_sent_now_leaves_before_an_import_that_waits_for_its_pace(self, store, waited):
        ask(store, 3)
        later = NOW + waited
        (request,) = ask(store, now=later)
        assert decisions.send_now(store, [request], "Sam", later) == 1
        assert row(store, request)["due_at"] == later
        with store.transaction() as work:
            assert [one.request_id for one in claim(work, "engine-1", later, 1)] == [request]

    def test_cancelling_what_is_being_sent_ends_what_was_to_follow_and_says_so(self, store, clock):
        request = put(store, steps=(Step(24, None, None),))
        with store.transaction() as work:
            claim(work, "engine", clock(), 1)
        assert decisions.cancel(store, [request], "Sam", clock(), UTC) == Cancelled(under_way=1)
        (told,) = store.rows("SELECT actor FROM happening WHERE event = 'called_off'")
        assert told == {"actor": "Sam"}
        assert row(store, request)["plan"] is None

    def test_what_was_cancelled_while_it_was_being_sent_is_not_tried_again(self, store, clock):
        request = put(store, steps=(Step(24, None, None),))

        def cancelled_meanwhile(_):
            decisions.cancel(store, [request], "Sam", clock(), UTC)
            return TryLater(timedelta(minutes=1), Scope.MESSAGE, "busy")

        drain(engine(store, connector := Scripted(cancelled_meanwhile), clock))
        clock.forward(hours=48)
        drain(engine(store, connector, clock, name="later"))
        assert len(connector.sent) == 1
        kept = row(store, request)
        assert (kept["status"], kept["code"], kept["reason"], kept["next_at"]) == ("cancelled", None, WITHDRAWN, None)
        assert store.rows("SELECT * FROM reach") == []

    def test_sent_again_on_a_persons_word_it_may_be_tried_again(self, store, clock):
        request = put(store)
        with store.transaction() as work:
            claim(work, "engine", clock(), 1)
        decisions.cancel(store, [request], "Sam", clock(), UTC)
        (message,) = messages(store, [request])
        hear(store, News(message, "lost", clock()))
        clock.forward(minutes=1)
        decisions.resend(store, [request], "Sam", clock(), UTC)
        with store.transaction() as work:
            claim(work, "engine", clock(), 1)
        hear(store, News(message, "put_off", clock(), due_at=clock()))
        assert row(store, request)["status"] == "queued"
        assert store.rows("SELECT status FROM message") == [{"status": "queued"}]

    def test_marked_as_sent_it_is_not_sent_again(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.mark_sent(store, [request], "Sam", clock(), UTC)
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "sent")

    def test_news_that_it_did_arrive_call_a_resend_off(self, store, clock):
        request = self.unsure(store, clock)
        decisions.resend(store, [request], "Sam", clock(), UTC)
        hear(store, News(messages(store, [request])[0], "delivered", clock()))
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "delivered")


def test_what_was_sent_now_and_waits_for_the_morning_keeps_that_place_when_rules_change(store, clock):
    request = put(store, phone=WEST, due=NOW + timedelta(days=20))
    clock.now = NOW + timedelta(hours=13)  # 22:00 where they are
    decisions.send_now(store, [request], "Sam", clock())
    drain(engine(store, Scripted(), clock))
    with store.transaction() as work:
        held = rules.load(work)
        rule_checks.change(work, held, replace(held, opens=held.opens + 30), "Sam", clock())
    clock.forward(hours=14)
    drain(engine(store, tomorrow := Scripted(), clock, name="later"))
    assert len(tomorrow.sent) == 1
