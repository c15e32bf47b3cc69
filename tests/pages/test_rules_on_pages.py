"""Stops, reasons and decisions as people meet them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from connectors.contract import NoAnswer
from data import alerts, audit, commands, queries, rules, stops, why
from data.alerts import Alert
from data.filter_address import parse
from data.filters import Filters
from data.lifecycle import Channel
from data.rules import Rules
from data.stops import Stop
from data.suppressions import Suppression, suppress
from engine.policy import judge
from pages import workspace as pages
from pages.request_table.payloads import Marked
from tests.builders import NOW, always_open, ask, row
from tests.engine.conftest import Clock, Scripted, drain, engine
from tests.pages.conftest import workspace
from tests.pages.test_send_request import choose, fill, press

CONSOLE = str(Path(__file__).parents[2] / "pages/console.py")


@pytest.fixture
def store(duckdb_store):
    pages.use(workspace(lambda: duckdb_store, judge=judge))
    always_open(duckdb_store)
    commands.member(duckdb_store, "Sam Sender", NOW)
    return duckdb_store


def opened(page: str) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    return app.switch_page(page).run()


def words(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.text])


def pressed(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


class TestAlerts:
    def test_a_strange_code_is_shown_on_every_page_until_seen(self, store):
        with store.transaction() as work:
            alerts.note(work, [Alert("twilio", "99999", "sms", "What *Twilio* says", known=False)] * 3, NOW)
        assert "Twilio 99999" in words(opened("send_request.py"))
        app = opened("request_list.py")
        assert "3 SMS messages since" in words(app)
        assert "does not know this code" in words(app)
        pressed(app, "Seen")
        assert "99999" not in words(opened("request_list.py"))

    def test_a_rejected_template_is_named_where_people_look_and_is_used_again_on_a_press(self, store):
        ask(store)
        id = store.rows("SELECT template_id FROM message")[0]["template_id"]
        with store.transaction() as work:
            stops.stop(work, Stop("template", str(id), "provider", "WhatsApp paused the template", "twilio"), NOW)
        assert "template “Test” is stopped" in words(opened("why_board.py"))
        assert "1 message waits" in words(opened("why_board.py"))
        assert "Cannot be sent" in words(opened("template_list.py"))
        pressed(opened("request_list.py"), "Use again")
        assert stops.active(store, datetime.now(UTC)) == []


class TestStops:
    def test_stop_now_stops_and_every_page_says_so_until_it_is_lifted(self, store):
        app = opened("switches.py")
        next(field for field in app.text_input if field.label == "Why").set_value("Wrong *list* imported")
        pressed(app, "Stop now")
        (found,) = stops.active(store, datetime.now(UTC))
        assert (found["scope"], found["reason"]) == ("everything", "Wrong *list* imported")
        for page in ("request_list.py", "send_request.py", "why_board.py"):
            elsewhere = opened(page)
            assert "All sending is stopped" in words(elsewhere)
            assert not elsewhere.exception
        pressed(opened("request_list.py"), "Lift the stop")
        assert stops.active(store, datetime.now(UTC)) == []
        actions = [one["action"] for one in audit.newest(store, 9)]
        assert actions[:2] == ["lift", "stop"]

    def test_a_wait_that_ends_by_itself_is_told_quietly(self, store):
        now = datetime.now(UTC)
        with store.transaction() as work:
            wait = Stop("channel", "sms", "provider", "Too fast", "twilio", "sms", now + timedelta(minutes=3), False)
            stops.stop(work, wait, now)
        app = opened("request_list.py")
        assert "Sending by SMS waits until" in words(app)
        assert not [button for button in app.button if button.label == "Lift the stop"]


class TestNotSent:
    def test_every_reason_is_counted_and_opens_its_rows(self, store):
        now = datetime.now(UTC)
        held, *paused = ask(store, 3, now=now, due_in=timedelta(hours=5))
        commands.pause(store, paused, "Sam", now)
        with store.transaction() as work:
            work.rows("UPDATE request SET hold_code = 'quiet_hours', hold_reason = 'night' WHERE id = $id", id=held)
        found = {one.code: one.count for one in why.reasons(store, Filters())}
        assert found == {"paused": 2, "quiet_hours": 1}
        app = opened("why_board.py")
        assert [(one.label, one.value) for one in app.metric] == [("Paused by a person", "2"), ("Quiet hours", "1")]
        assert not app.exception

    def test_filters_narrow_the_counts_and_go_along_to_the_rows(self, store):
        now = datetime.now(UTC)
        ask(store, 2, now=now, due_in=timedelta(days=3))
        ask(store, 1, now=now, due_in=timedelta(days=3), channel=Channel.EMAIL, sender="Kim & Co")
        day = f"{now + timedelta(days=3):%Y-%m-%d}"
        app = AppTest.from_file(CONSOLE, default_timeout=30).run()
        for name, text in (("channel", "Email"), ("sender", "Kim & Co"), ("due", day)):
            app.query_params[name] = [text, text] if name == "due" else text
        app.switch_page("why_board.py").run()
        assert [(one.label, one.value) for one in app.metric] == [("Waiting for its time or turn", "1")]
        (link,) = [one.proto for one in app.get("page_link") if one.proto.label == "Show them"]
        wanted = parse(parse_qsl(link.query_string), queries.members(store))
        assert wanted == parse(
            [("via", "Email"), ("by", "Kim & Co"), ("sent", day), ("why", "waiting")], queries.members(store)
        )
        assert queries.summary(store, wanted).count() == 1
        pressed(app, "Clear")
        assert [one.value for one in app.metric] == ["3"]

    def test_filters_that_let_nothing_through_say_so_and_can_be_cleared(self, store):
        ask(store, 2, now=datetime.now(UTC))
        app = opened("why_board.py")
        assert not [one for one in app.button if one.label.startswith("Clear")]
        next(one for one in app.multiselect if one.label == "Sent via").select("email").run()
        assert "Nothing that was not sent matches these filters" in words(app)
        assert not app.metric
        pressed(app, "Clear filters")
        assert [one.value for one in app.metric] == ["2"]

    def test_what_has_had_its_time_is_due_now(self, store):
        ask(store, now=datetime.now(UTC) - timedelta(hours=30))
        assert "Next released: **due now**" in words(opened("why_board.py"))

    def test_blocked_ones_are_among_them(self, store):
        (request,) = ask(store, phone="+12024000077")
        with store.transaction() as work:
            suppress(work, [Suppression("+12024000077", "opted_out", "sms", "recipient")], NOW)
        drain(engine(store, Scripted(), Clock()))
        assert row(store, request)["status"] == "cancelled"
        assert [one.code for one in why.reasons(store, Filters(why=("suppressed",)))] == ["suppressed"]


class TestSend:
    def test_who_said_stop_cannot_be_asked_and_nothing_overrides_that(self, store):
        with store.transaction() as work:
            suppress(work, [Suppression("+12025550143", "opted_out", "sms", "recipient")], NOW)
        app = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        assert "Must not be written to" in words(app)
        assert not app.checkbox
        press(app)
        assert store.rows("SELECT id FROM request") == []

    def test_who_was_asked_lately_is_asked_again_only_with_a_reason(self, store):
        app = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        press(app)
        again = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        assert "the next may follow from" in words(again)
        press(again)
        assert len(store.rows("SELECT id FROM request")) == 1
        again.checkbox[0].check().run()
        fill(again, reason="They lost the link")
        press(again)
        assert [one["override"] for one in store.rows("SELECT override FROM request ORDER BY id")] == [
            None, "They lost the link",
        ]  # fmt: skip

    def test_who_was_written_to_often_enough_is_asked_all_the_same_with_a_reason(self, store):
        with store.transaction() as work:
            rules.keep(work, Rules(opens=0, closes=24 * 60, cooldown_days=0, cap_7_days=1), "test", NOW)
        press(fill(opened("send_request.py"), name="Ann Lee", phone="2025550143"))
        drain(engine(store, Scripted(), Clock(datetime.now(UTC))))
        again = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        assert "Written to often enough" in words(again)
        again.checkbox[0].check().run()
        press(fill(again, reason="She asked us to"))
        assert [one["hold_code"] for one in store.rows("SELECT hold_code FROM request")] == [None, None]
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        app.session_state["story"] = max(one["id"] for one in store.rows("SELECT id FROM request"))
        assert "Asked all the same: She asked us to" in words(app.run())

    def test_at_night_it_is_queued_for_the_morning_there_and_the_form_says_so(self, store):
        with store.transaction() as work:
            shut = Rules(opens=(hour := (datetime.now(UTC).hour + 2) % 24) * 60, closes=hour * 60 + 60)
            rules.keep(work, shut, "test", NOW)
        app = fill(opened("send_request.py"), name="Ann Lee", email="ann@example.com", phone="")
        choose(app, "Channel", "email")
        assert "Held until" in words(app)
        assert "your own zone" in words(app)
        press(app)
        (kept,) = store.rows("SELECT hold_code, due_at FROM request")
        assert kept["hold_code"] == "quiet_hours"
        assert kept["due_at"] > datetime.now(UTC)


class TestStory:
    def unsure(self, store) -> AppTest:
        (request,) = ask(store)
        drain(engine(store, Scripted(NoAnswer("The connection was cut")), Clock()))
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        app.session_state["story"] = request
        return app.run()

    @pytest.mark.parametrize(("label", "status"), [("Mark as sent", "sent"), ("Resend", "queued")])
    def test_a_person_decides_about_an_unsure_one(self, store, label, status):
        pressed(self.unsure(store), label)
        assert [one["status"] for one in store.rows("SELECT status FROM request")] == [status]

    @pytest.mark.parametrize(("label", "status"), [("Mark as sent", "sent"), ("Resend 2 requests", "queued")])
    def test_the_unsure_ones_of_a_selection_are_decided_together(self, store, label, status):
        unsure = ask(store, 2)
        drain(engine(store, Scripted(NoAnswer("The connection was cut")), Clock()))
        (queued,) = ask(store)
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        app.session_state["table.selection"] = Marked((*unsure, queued), 1)
        app.run()
        assert {"Pause", "Resume", "Mark as sent"} <= {button.label for button in app.button}
        pressed(app, label)
        assert [row(store, one)["status"] for one in (*unsure, queued)] == [status, status, "queued"]
        assert label not in {button.label for button in app.button}

    def test_what_was_ticked_under_other_filters_is_out_of_sight_and_let_go(self, store):
        requests = ask(store, 2)
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        app.session_state["table.selection"] = Marked(tuple(requests), 1)
        assert "**2** selected" in words(app.run().run())

        app = app.text_input(key="q").set_value("nobody").run()
        assert "selected" not in words(app)
        assert "selected" not in words(app.text_input(key="q").set_value("").run())

    def test_what_waits_is_paused_and_resumed_where_its_story_is_told(self, store):
        (request,) = ask(store)
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        app.session_state["story"] = request
        for label, paused in (("Pause", True), ("Resume", False)):
            app = pressed(app.run(), label)
            assert row(store, request)["paused"] is paused
