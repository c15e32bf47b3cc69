"""What rows and stories say of a request, in words."""

from datetime import UTC, timedelta

import pytest

from data import commands, decisions, queries
from data.filters import Filters
from data.moves import News
from pages.request_row import table_row
from pages.wording import status_words, told
from tests.builders import NOW, add_follow_up, ask, hear, messages, sent, tell


def shown(store) -> dict:
    return queries.page(store, Filters(), queries.Sort(), 1, 9)[0]


def date_label(store) -> str:
    return table_row(shown(store), {}, UTC, NOW)["date_label"]


def story(store, request: int) -> list[str]:
    found = queries.story(store, request)
    assert found
    return [told(one, "Sam") for one in found["happenings"]]


class TestRow:
    def test_what_waits_is_due(self, duckdb_store):
        ask(duckdb_store, due_in=timedelta(days=1))
        assert date_label(duckdb_store) == "Due tomorrow, 17:00"

    def test_what_was_cancelled_was_due(self, duckdb_store):
        request = ask(duckdb_store, due_in=timedelta(days=1))
        decisions.cancel(duckdb_store, request, "Ann", NOW, UTC)
        assert date_label(duckdb_store) == "Was due tomorrow, 17:00"

    def test_what_was_sent_was_sent_then(self, duckdb_store):
        sent(duckdb_store)
        assert date_label(duckdb_store) == "Today, 17:00"


class TestStory:
    def test_who_cancelled_is_told(self, duckdb_store):
        request = ask(duckdb_store)
        decisions.cancel(duckdb_store, request, "Ann Boss", NOW, UTC)
        assert story(duckdb_store, request[0])[-1] == "Cancelled by Ann Boss"

    @pytest.mark.parametrize(
        ("event", "code", "says"),
        [
            ("blocked", "suppressed", "Not sent: Why"),
            ("blocked", "called_off", "Not sent: Why"),
            ("failed", "30007", "Failed: Why (code 30007)"),
        ],
    )
    def test_a_providers_code_is_told_and_none_of_ours(self, duckdb_store, event, code, says):
        request = ask(duckdb_store) if event == "blocked" else sent(duckdb_store)
        hear(
            duckdb_store, News(messages(duckdb_store, request)[0], event, NOW, actor="engine", code=code, reason="Why")
        )
        assert story(duckdb_store, request[0])[-1] == says
        assert status_words(shown(duckdb_store))[1] == says.partition(": ")[2]

    @pytest.mark.parametrize("became", ["delivered", "undelivered", "failed", "opened"])
    def test_within_a_second_the_handing_over_comes_first(self, duckdb_store, became):
        (request,) = ask(duckdb_store)
        tell(duckdb_store, request, became, at=NOW)
        tell(duckdb_store, request, "accepted", at=NOW + timedelta(milliseconds=700))
        assert story(duckdb_store, request)[1] == "Handed to the provider"

    def test_that_nothing_follows_is_concluded_last_and_said_once(self, duckdb_store):
        (request,) = sent(duckdb_store)
        message, reason = add_follow_up(duckdb_store, request, 1), "No follow-up: they followed the link"
        hear(duckdb_store, News(message, "cancelled", NOW, actor="engine", reason=reason))
        tell(duckdb_store, request, "clicked", at=NOW + timedelta(milliseconds=500))
        assert story(duckdb_store, request)[-2:] == ["Link followed", reason]

    def test_otherwise_the_order_is_that_of_time(self, duckdb_store):
        (request,) = ask(duckdb_store)
        tell(duckdb_store, request, "delivered", at=NOW)
        tell(duckdb_store, request, "accepted", at=NOW + timedelta(seconds=2))
        commands.pause(duckdb_store, [request], "Ann", NOW + timedelta(seconds=3))
        assert story(duckdb_store, request)[1:3] == ["Delivered", "Handed to the provider"]


@pytest.mark.parametrize(
    ("actor", "words"),
    [("twilio", "Handed to the provider"), ("sandbox", "Handed to the sandbox: nobody gets it")],
)
def test_who_got_a_message_is_told(actor, words):
    assert told({"event": "accepted", "detail": None, "code": None, "actor": actor}, "Sam") == words
