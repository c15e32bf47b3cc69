"""While something is stopped, no page says that what waits for it would leave by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, queries, stops
from data.filters import Filters
from data.stops import Stop
from data.store import Store
from pages import workspace as pages
from pages.literal import literal
from pages.request_row import table_row
from pages.stop_words import held_words
from tests.builders import NOW, add_follow_up, ask, sent
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE, opened, words
from tests.pages.test_send_many import drop, lines, said
from tests.pages.test_send_request import fill

PLAIN = "Sending by Blair *Demo* is stopped: On leave"


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def stop(store: Store, scope: str = "sender", subject: str = "", channel: str | None = None) -> None:
    blair = commands.member(store, "Blair *Demo*", NOW)
    with store.transaction() as work:
        stops.stop(work, Stop(scope, subject or str(blair), "person", "On leave", "Ann", channel), NOW)


def drawer(request: int) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    app.session_state["story"] = request
    return app.run()


def shown(store: Store) -> dict:
    return queries.page(store, Filters(), queries.Sort(), 1, 9)[0]


class TestRows:
    def test_the_drawer_names_the_stop_and_send_now_is_not_offered(self, store):
        (request,) = ask(store, sender="Blair *Demo*", now=datetime.now(UTC))
        assert "Waiting its turn" in words(drawer(request))
        stop(store)
        app = drawer(request)
        assert PLAIN in words(app)
        assert "Waiting its turn" not in words(app)
        assert app.button(key="send-now").disabled

    def test_a_follow_up_that_waits_for_a_stop_says_so(self, store):
        (request,) = sent(store, sender="Blair *Demo*")
        add_follow_up(store, request, 1)
        with store.transaction() as work:
            work.rows("UPDATE request SET next_at = $at, next_number = 1, next_channel = 'sms'", at=NOW)
            work.rows("UPDATE message SET sent_by = r.sent_by FROM request r WHERE r.id = message.request_id")
        stop(store)
        app = drawer(request)
        assert literal(PLAIN) in words(app)
        assert app.button(key="send-now").disabled

    def test_follow_ups_are_told_apart_from_the_requests_counted_below(self, store):
        add_follow_up(store, sent(store)[0], 1)
        ask(store)
        stop(store, "everything")
        assert "2 messages wait (1 is a follow-up)" in words(opened("why_board.py"))

    def test_the_list_names_the_stop_too(self, store):
        (request,) = ask(store, sender="Blair *Demo*")
        stop(store)
        assert held_words([request], queries.members(store)) == {request: PLAIN}
        assert table_row(shown(store), {}, UTC, NOW, PLAIN)["held"] == PLAIN
        commands.pause(store, [request], "Sam", NOW)
        assert table_row(shown(store), {}, UTC, NOW, PLAIN)["held"] == ""  # a person comes first

    def test_somebody_elses_request_is_as_before(self, store):
        (request,) = ask(store, sender="Sam", now=datetime.now(UTC))
        stop(store)
        app = drawer(request)
        assert "Waiting its turn" in words(app)
        assert not app.button(key="send-now").disabled


class TestNotSent:
    def test_what_waits_for_a_stop_does_not_leave_by_itself(self, store):
        ask(store, 3, sender="Blair *Demo*", due_in=timedelta(days=1), now=datetime.now(UTC))
        stop(store)
        board = words(opened("why_board.py"))
        assert "3 messages wait, none of them due now." in board
        assert "They leave by themselves" not in board
        assert "They leave when the stop is over" in board

    def test_others_beside_them_do(self, store):
        ask(store, 3, sender="Blair *Demo*", now=datetime.now(UTC))
        ask(store, 2, sender="Sam", now=datetime.now(UTC))
        stop(store)
        board = words(opened("why_board.py"))
        assert "3 messages wait." in board
        assert "They leave by themselves" in board
        assert "3 of them only when the stop is over" in board

    def test_those_that_a_person_paused_are_told_apart(self, store):
        requests = ask(store, 3, sender="Blair *Demo*", now=datetime.now(UTC))
        commands.pause(store, requests[:2], "Sam", NOW)
        stop(store)
        assert "1 message waits; 2 more are paused." in words(opened("why_board.py"))
        commands.pause(store, requests[2:], "Sam", NOW)
        assert "No message waits; 3 are paused." in words(opened("why_board.py"))


class TestAsking:
    @pytest.mark.parametrize(
        ("scope", "subject", "channel"), [("sender", "", None), ("channel", "sms", "sms"), ("everything", "-", None)]
    )
    def test_send_warns_and_promises_no_time(self, store, scope, subject, channel):
        commands.member(store, "Blair *Demo*", NOW)
        app = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        assert "Leaves " in words(app)
        stop(store, scope, subject, channel)
        app = fill(opened("send_request.py"), name="Ann Lee", phone="2025550143")
        assert "It leaves when the stop is over" in words(app)
        assert "Leaves " not in words(app)

    def test_send_by_another_channel_is_as_before(self, store):
        commands.member(store, "Blair *Demo*", NOW)
        stop(store, "channel", "email", "email")
        assert "Leaves " in words(fill(opened("send_request.py"), name="Ann Lee", phone="2025550143"))

    @pytest.mark.parametrize(("scope", "subject", "channel"), [("sender", "", None), ("channel", "sms", "sms")])
    def test_import_says_that_they_wait(self, store, scope, subject, channel):
        commands.member(store, "Blair *Demo*", NOW)
        stop(store, scope, subject, channel)
        app = drop(opened("send_many.py"), lines("Ann Lee,2025550143,"))
        assert "leave when the stop is over" in said(app)
        assert "as fast as the provider takes them" not in said(app)
