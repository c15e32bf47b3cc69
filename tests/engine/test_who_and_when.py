"""Nobody is written to in quiet hours, twice within the cooldown, too late, or after saying stop."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Fault, Refused
from data import audit, commands, planning, queries, rule_checks, why
from data.commands import Ask
from data.filters import Filters
from data.lifecycle import Channel
from data.opt_outs import stop_person
from data.rules import Rules
from data.sequences import Step
from data.suppressions import Suppression, suppress
from data.verdicts import Blocked
from engine.policy import judge
from tests.builders import NOW, row, setting, template, token
from tests.engine.asks import WEST, keep, put
from tests.engine.conftest import Scripted, drain, engine

OTHER = "+13105550199"


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

    def test_what_an_older_version_queued_goes_by_the_clock_of_its_number(self, store, clock):
        request = put(store)
        with store.transaction() as work:
            work.rows("UPDATE request SET zones = NULL, zone_source = NULL, region = NULL WHERE id = $id", id=request)
            work.rows("UPDATE message SET country = NULL WHERE request_id = $id", id=request)
        clock.now = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # 4:00 in Los Angeles
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert row(store, request)["due_at"] == datetime(2026, 3, 3, 16, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("changed", "left"), [({"opens": 5 * 60}, True), ({"opens": 7 * 60}, False)])
    def test_wider_hours_let_go_what_the_old_ones_held(self, store, clock, changed, left):
        clock.now = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 6:00 in Los Angeles
        request = put(store, now=clock.now)
        with store.transaction() as work:
            assert rule_checks.change(work, Rules(), Rules(**changed), "Lea", clock.now) == []
        drain(engine(store, connector := Scripted(), clock))
        assert bool(connector.sent) is left
        assert left or row(store, request)["due_at"] == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)

    def test_looser_caps_let_a_follow_up_go_that_the_old_ones_held(self, store, clock):
        kept = keep(store, cap_7_days=1)
        request = put(store, steps=(Step(24, None, None),))
        drain(engine(store, connector := Scripted(), clock))
        clock.forward(hours=24)
        drain(engine(store, connector, clock))
        assert row(store, request)["hold_code"] == "cap"
        with store.transaction() as work:
            assert rule_checks.change(work, kept, Rules(), "Lea", clock()) == []
        drain(engine(store, connector, clock))
        assert (len(connector.sent), row(store, request)["hold_code"]) == (2, None)


class TestWhoMayBeAsked:
    def test_who_said_stop_after_being_queued_is_not_written_to(self, store, clock):
        request = put(store)
        with store.transaction() as work:
            suppress(work, [Suppression(WEST, "opted_out", "sms", "recipient")], NOW)
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert (row(store, request)["status"], row(store, request)["code"]) == ("cancelled", "suppressed")

    def test_a_stop_between_the_verdict_and_the_queue_bars_the_new_address_too(self, store, clock):
        put(store, email="ann@example.com")
        used, sam = template(store), commands.member(store, "Sam", NOW)
        one = Ask("Ann", Channel.SMS, OTHER, sam, used, NOW, "import", "ann@example.com", OTHER, override="new")
        asked = planning.plan(store, [one], setting(judge), NOW)[0].ask
        with store.transaction() as work:
            stop_person(work, WEST, "opted_out", source="sms", evidence="STOP", actor="recipient", now=NOW, zone=UTC,
                        whole_person=True)  # fmt: skip
        (request,) = commands.ask(store, [asked], NOW, token())
        drain(engine(store, connector := Scripted(), clock))
        assert connector.sent == []
        assert row(store, request)["code"] == "suppressed"

    @pytest.mark.parametrize("ahead", [0, 60, 90])
    def test_an_ask_that_still_waits_is_not_told_as_one_that_was_made(self, store, ahead):
        used, sam = template(store), commands.member(store, "Sam", NOW)

        def planned(days: int) -> planning.Planned:
            due_at = NOW + timedelta(days=days)
            one = Ask("Ann", Channel.SMS, WEST, sam, used, due_at, "manual", None, WEST)
            return planning.plan(store, [one], setting(judge), NOW)[0]

        commands.ask(store, [planned(60).ask], NOW, token())
        assert planned(ahead).blocked == Blocked(
            "cooldown", "Another ask to them waits for 1 May 2026; the next may follow from 28 Oct 2026"
        )

    def test_two_asks_of_one_person_in_one_turn_are_one(self, store, clock):
        first = put(store)
        second = put(store, email="ann@example.com", channel=Channel.EMAIL)  # the same person by another channel
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 1
        assert sorted(row(store, one)["status"] for one in (first, second)) == ["cancelled", "sent"]

    def test_the_cooldown_holds_at_an_address_that_an_earlier_ask_brought_along(self, store, clock):
        put(store, email="ann@example.com")
        drain(engine(store, connector := Scripted(), clock))
        clock.forward(days=200)
        put(store, phone=OTHER, email="ann@example.com", now=clock())  # the same person, by their email
        drain(engine(store, connector, clock))
        clock.forward(days=1)
        again = put(store, phone=OTHER, now=clock())
        drain(engine(store, connector, clock))
        assert [one.address for one in connector.sent] == [WEST, OTHER]
        assert row(store, again)["code"] == "cooldown"

    @pytest.mark.parametrize("texted_first", [True, False])
    def test_two_contacts_that_one_ask_ties_together_are_one_person_in_one_turn(self, store, clock, texted_first):
        put(store, channel=Channel.EMAIL, email="bo@example.com")  # by phone one contact,
        drain(engine(store, connector := Scripted(), clock))
        clock.forward(days=200)
        later = [clock.now, clock.now + timedelta(minutes=1)]
        put(store, phone=None, channel=Channel.EMAIL, email="ann@example.com", now=later[texted_first])  # by email one
        put(store, email="ann@example.com", now=later[not texted_first])
        clock.forward(minutes=2)
        drain(engine(store, connector, clock))
        assert len(connector.sent) == 2

    def test_an_override_with_a_reason_is_kept_and_let_through(self, store, clock):
        put(store)
        again = put(store, override="They asked for the link again")
        drain(engine(store, connector := Scripted(), clock))
        assert len(connector.sent) == 2
        assert row(store, again)["override"] == "They asked for the link again"
        told = store.rows("SELECT request_id FROM happening WHERE event = 'overridden'")
        assert [one["request_id"] for one in told] == [again]
        (decided,) = audit.newest(store, 9)
        assert (decided["action"], decided["subject"]) == ("override", f"request {again}")
        assert decided["detail"] == "They asked for the link again"

    def test_what_follows_an_override_keeps_to_the_caps(self, store, clock):
        keep(store, cap_7_days=2)
        put(store)
        drain(engine(store, connector := Scripted(), clock))
        again = put(store, override="They asked for the link again", steps=(Step(24, None, None),))
        drain(engine(store, connector, clock))
        clock.forward(hours=25)
        drain(engine(store, connector, clock))
        assert len(connector.sent) == 2
        assert row(store, again)["hold_code"] == "cap"
        (found,) = why.reasons(store, Filters())
        assert (found.code, found.count, found.next_at) == ("cap", 1, row(store, again)["next_at"])
        assert [one["id"] for one in queries.page(store, Filters(why=("cap",)), queries.Sort(), 1, 9)] == [again]

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


def test_a_stop_counts_at_an_address_that_only_a_later_ask_told_to_be_theirs(store, clock):
    keep(store, cooldown_days=0)
    mail = put(store, phone=None, email="ann@example.com", channel=Channel.EMAIL, due=NOW + timedelta(hours=2))
    put(store, phone=WEST)
    drain(engine(store, Scripted(), clock))
    with store.transaction() as work:
        stop_person(
            work, WEST, "opted_out", source="sms", evidence="STOP", actor="recipient", now=NOW, zone=UTC,
            whole_person=True,
        )  # fmt: skip
    put(store, phone=WEST, email="ann@example.com")  # was planned before they said it
    clock.forward(hours=3)
    drain(engine(store, connector := Scripted(), clock, name="later"))
    assert (connector.sent, row(store, mail)["code"]) == ([], "suppressed")
