"""Follow-ups leave at their time and end when a person does anything."""

from datetime import UTC, timedelta

import pytest

from connectors.contract import NoAnswer, Scope, TryLater
from data import commands, decisions, merging
from data.lifecycle import Channel
from data.moves import News
from data.sequences import Step
from data.suppressions import Suppression, suppress
from engine.outcomes import Said
from tests.builders import NOW, ask, messages, row, template
from tests.engine.asks import keep, put
from tests.engine.conftest import Scripted, drain, engine


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

    @pytest.mark.parametrize("event", ["failed", "undelivered"])
    def test_a_failure_that_moves_nothing_ends_nothing(self, store, clock, event):
        request = put(store, steps=self.STEPS)
        self.run(store, clock)
        self.happens(store, clock, request, "delivered")
        self.happens(store, clock, request, event)  # on another device of theirs
        found = row(store, request)
        assert (found["status"], found["next_at"]) == ("delivered", NOW + timedelta(hours=72))

    @pytest.mark.parametrize("event", ["clicked", "responded", "replied"])
    def test_one_that_was_under_way_when_they_answered_does_not_leave_later(self, store, clock, event):
        request = put(store, steps=self.STEPS)
        self.run(store, clock)
        clock.forward(hours=72)
        first = messages(store, [request])[0]

        def busy(_message):
            told = Said(News(first, event, clock(), "they answered"))
            one._turns.take(clock(), [told], [], 0, False)
            return TryLater(timedelta(minutes=5), Scope.MESSAGE, "Busy")

        one = engine(store, Scripted(busy), clock)
        drain(one)
        clock.forward(hours=1)
        connector = self.run(store, clock)
        assert connector.sent == []
        found = row(store, request)
        status = "sent" if event == "replied" else "delivered"
        assert (found["status"], found["next_at"], found["hold_code"], found["plan"]) == (status, None, None, None)
        (late,) = store.rows("SELECT status, code FROM message WHERE number = 1")
        assert late == {"status": "cancelled", "code": "called_off"}

    def test_they_follow_what_a_person_marked_as_sent(self, store, clock):
        request = put(store, steps=self.STEPS[:1])
        self.run(store, clock, Scripted(NoAnswer("cut")))
        assert decisions.mark_sent(store, [request], "Sam", clock(), UTC) == 1
        assert row(store, request)["next_at"] == NOW + timedelta(hours=72)
        clock.forward(hours=72)
        self.run(store, clock, Scripted(NoAnswer("cut")))
        assert decisions.mark_sent(store, [request], "Sam", clock(), UTC) == 1
        assert (row(store, request)["retries"], row(store, request)["next_at"]) == (1, None)

    def test_they_expire_by_their_own_time_and_outlive_their_template(self, store, clock):
        mail = template(store, Channel.EMAIL)
        put(store, steps=(Step(60 * 24, "email", mail[0]),), email="ann@example.com")
        with store.transaction() as work:
            work.rows("UPDATE template SET retired_at = $now WHERE id = $id RETURNING id", now=NOW, id=mail[0])
        connector = self.run(store, clock)
        clock.forward(days=60)
        self.run(store, clock, connector)
        assert len(connector.sent) == 2

    def test_one_that_is_to_be_sent_again_is_seen_ahead(self, store, clock):
        request = put(store, steps=self.STEPS[:1])
        self.run(store, clock)
        clock.forward(hours=72)
        self.run(store, clock, Scripted(NoAnswer("cut")))
        found = row(store, request)
        assert (found["status"], found["next_at"], found["next_number"]) == ("unsure", None, None)
        clock.forward(hours=1)
        assert decisions.resend(store, [request], "Sam", clock(), UTC) == 1
        found = row(store, request)
        assert (found["status"], found["next_number"], found["next_channel"]) == ("sent", 1, "sms")
        assert found["next_at"] == clock()
        self.run(store, clock)
        assert (row(store, request)["status"], row(store, request)["next_at"]) == ("sent", None)

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

    @pytest.mark.parametrize("by_text", [True, False])
    def test_a_step_by_another_channel_goes_to_what_the_ask_gave_whatever_the_person_had_before(
        self, store, clock, by_text
    ):
        keep(store, cooldown_days=0)
        mail, text = template(store, Channel.EMAIL), template(store)
        put(store, phone="+13105550143", email="old@example.com", template=text)
        connector = self.run(store, clock)
        new = {"phone": "+442079460123", "email": "new@example.com"} | (
            {"email": "old@example.com"} if by_text else {"phone": "+13105550143"}
        )
        clock.forward(days=40)
        if by_text:
            put(store, **new, now=clock(), channel=Channel.EMAIL, template=mail, steps=(Step(24, "sms", text[0]),))
        else:
            put(store, **new, now=clock(), template=text, steps=(Step(24, "email", mail[0]),))
        self.run(store, clock, connector)
        clock.forward(hours=24)
        self.run(store, clock, connector)
        assert connector.sent[2].address == new["phone" if by_text else "email"]

    def test_a_text_to_a_phone_the_ask_did_not_give_goes_by_the_clock_of_that_phone(self, store, clock):
        mail, text = template(store, Channel.EMAIL), template(store)
        steps = (Step(9, "sms", text[0]),)  # 2:00 where the workspace is, 18:00 in Los Angeles
        asked = put(store, phone=None, email="ann@example.com", channel=Channel.EMAIL, template=mail, steps=steps)
        (other,) = ask(store, phone="+13105550143", due_in=timedelta(days=90))
        assert merging.merge(store, *(row(store, one)["contact_id"] for one in (asked, other)), "Sam", NOW, UTC)
        connector = self.run(store, clock)
        found = row(store, asked)
        assert (found["zones"], found["region"]) == ("America/Los_Angeles", "US-CA")
        assert found["next_at"] == NOW + timedelta(hours=9)
        assert store.rows("SELECT country FROM message WHERE number = 1") == [{"country": "US"}]
        clock.forward(hours=9)
        self.run(store, clock, connector)
        assert connector.sent[-1].address == "+13105550143"

    def test_a_step_to_an_address_that_is_barred_is_left_out(self, store, clock):
        mail, text = template(store, Channel.EMAIL), template(store)
        with store.transaction() as work:
            suppress(work, [Suppression("ann@example.com", "bounced", "sendgrid", "engine")], NOW)
        steps = (Step(24, "email", mail[0]), Step(72, "sms", text[0]))
        request = put(store, email="ann@example.com", template=text, steps=steps)
        connector = self.run(store, clock)
        found = row(store, request)
        assert (found["next_at"], found["next_channel"]) == (NOW + timedelta(hours=96), "sms")
        clock.forward(hours=96)
        self.run(store, clock, connector)
        assert [message.channel for message in connector.sent] == ["sms", "sms"]

    def test_one_that_a_rule_blocks_at_its_turn_is_promised_no_longer(self, store, clock):
        keep(store, expires_days=5)
        request = put(store, steps=(Step(24, None, None), Step(24, None, None)))
        connector = self.run(store, clock)
        commands.pause(store, [request], "Ann", clock())
        clock.forward(days=40)
        commands.resume(store, [request], "Ann", clock())
        self.run(store, clock, connector)
        found = row(store, request)
        assert (len(connector.sent), found["status"]) == (1, "sent")
        assert [found[name] for name in ("next_at", "next_number", "next_channel", "plan")] == [None] * 4

    def test_a_person_stops_them_by_hand(self, store, clock):
        request = put(store, steps=self.STEPS)
        connector = self.run(store, clock)
        assert decisions.cancel(store, [request], "Sam", NOW, UTC).follow_ups == 1
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
