"""What got no answer is asked after, and never sent again."""

from datetime import UTC, timedelta

import pytest

from connectors.contract import Accepted, CannotTell, Found, NoAnswer
from data import decisions
from data.claims import claim
from data.moves import News
from data.sequences import Step
from engine.outcomes import Said
from engine.reconcile import DAY
from tests.builders import NOW, ask, hear, messages, row
from tests.engine.asks import put
from tests.engine.conftest import Asked, Scripted, drain, engine

LATER = NOW + timedelta(minutes=5)


def test_what_got_no_answer_is_asked_after_at_growing_distances(store, live):
    (request,) = ask(store)
    connector = Asked(answer=NoAnswer("cut off"))
    live(connector, 0, 0.5, 0.6, 0.5, 3, 0.5, 5, 5, 5, 20, 20, 0.5, 0.5, 30, 60)
    assert connector.lookups == 4
    assert row(store, request)["status"] == "unsure"
    assert len(connector.sent) == 1
    connector.found = Found("id9")
    live(connector, 0)
    found = store.rows("SELECT m.status, n.provider_id FROM message m JOIN provider_message n ON n.message_id = m.id")
    assert [(one["status"], one["provider_id"]) for one in found] == [("sent", "id9")]


def test_what_is_found_is_sent_and_what_is_not_is_left_to_a_person(store, live):
    connector = Asked(answer=NoAnswer("cut off"), found=CannotTell())
    (request,) = ask(store)
    live(connector, 0, 2)
    assert row(store, request)["status"] == "unsure"
    connector.answer, connector.found = Accepted("id2"), Found("id1")
    live(connector, 4)
    assert row(store, request)["status"] == "sent"
    assert len(connector.sent) == 1


def test_older_doubts_are_not_forgotten_over_many_younger_ones(store, clock, monkeypatch):
    monkeypatch.setattr("engine.reconcile.MOST", 2)
    older, younger = ask(store, 2), ask(store, 2, due_in=timedelta(minutes=3))
    for held, minutes in ((older, 0), (younger, 3)):
        with store.transaction() as work:
            assert len(claim(work, "engine", NOW + timedelta(minutes=minutes), 5)) == 2
        hear(store, *[News(message, "lost", NOW) for message in messages(store, held)])
    one = engine(store, Asked(), clock)
    due = one._questions._doubtful(LATER - timedelta(seconds=10), LATER + timedelta(seconds=10))
    assert sorted(claimed.request_id for claimed, _ in due) == older


def test_doubts_older_than_a_day_are_left_alone(store, live):
    ask(store)
    connector = Asked(answer=NoAnswer("cut off"))
    live(connector, 0)
    live(connector, DAY / timedelta(minutes=1) + 1)
    assert connector.lookups == 0


@pytest.mark.parametrize("words", [("accepted", "delivered"), ("delivered",), ("clicked", "delivered"), ("read",)])
def test_what_was_cancelled_after_a_resend_and_had_left_at_first_is_seen_to_have_arrived(store, clock, words):
    request = put(store, steps=(Step(24, None, None),))
    drain(engine(store, Scripted(NoAnswer("late")), clock))
    decisions.resend(store, [request], "Sam", clock(), UTC)
    decisions.cancel(store, [request], "Sam", clock(), UTC)
    assert row(store, request)["status"] == "cancelled"
    (message,) = messages(store, [request])
    heard = [Said(News(message, word, clock(), f"{word} SM1", actor="scripted")) for word in words]
    engine(store, Scripted(), clock)._turns.take(clock(), heard, [], 0, False)
    assert row(store, request)["status"] == ("read" if "read" in words else "delivered")
    assert row(store, request)["next_at"] is None, "whoever cancelled it wanted no follow-up either"
    assert len(store.rows("SELECT id FROM message")) == 1


def test_a_link_that_colleagues_follow_where_it_is_shown_uncancels_nothing(store, clock):
    request = put(store, due=NOW + timedelta(days=1))
    decisions.cancel(store, [request], "Sam", clock(), UTC)
    (message,) = messages(store, [request])
    engine(store, Scripted(), clock)._turns.take(clock(), [Said(News(message, "clicked", clock()))], [], 0, False)
    assert row(store, request)["status"] == "cancelled"
