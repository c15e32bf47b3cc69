"""The table that decides what may move a message, and all that must agree with it."""

import itertools
import re
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from data import decisions
from data.folding import FIRSTS
from data.lifecycle import FACTS, MEANING, MOVES, PROOF_OF_DELIVERY, Status, after, heard_as
from data.moves import News
from data.store import migrations
from tests import builders
from tests.builders import NOW, add_follow_up, hear, messages, row


def test_the_schema_lists_the_same_statuses_in_the_same_order():
    schema = Path(migrations.__file__).with_name("schema.sql").read_text()
    listed = re.search(r"TYPE status AS ENUM \(.*?\n(.*?)\);", schema, re.DOTALL)
    assert listed
    assert re.findall(r"'(\w+)'", listed[1]) == [status.value for status in Status]


def test_every_status_has_a_meaning_and_is_reachable():
    assert set(MEANING) == set(Status)
    assert {move.to for move in MOVES.values()} == set(Status)


def test_no_event_is_both_a_move_and_a_mere_fact():
    assert not FACTS & set(MOVES)
    assert set(MOVES) >= PROOF_OF_DELIVERY
    assert set(FIRSTS) == PROOF_OF_DELIVERY


def test_nothing_leads_back_into_the_queue_but_the_certainty_that_it_never_left_or_a_persons_word():
    back = {event: move for event, move in MOVES.items() if move.to in (Status.QUEUED, Status.SENDING)}
    assert set(back) == {"put_off", "claimed", "resend"}
    assert back["resend"].allowed_from == {Status.UNSURE}
    assert back["put_off"].allowed_from == {Status.SENDING}
    assert back["claimed"].allowed_from == {Status.QUEUED}


def test_late_news_never_moves_a_row_back():
    progress = [Status.SENDING, Status.SENT, Status.DELIVERED, Status.OPENED]
    for event in ("accepted", "delivered", "opened"):
        for status in progress:
            assert progress.index(after(status, event)) >= progress.index(status)


@pytest.mark.parametrize("status", list(Status))
def test_every_event_in_every_status_does_what_the_table_says(store, status):
    events = sorted(set(MOVES) | FACTS)
    requests = builders.ask(store, len(events))
    ids = messages(store, requests)
    store_status(store, ids, status)
    hear(store, *(News(id, event, NOW, key=f"{event} again") for id, event in zip(ids, events, strict=True)))
    found = {r["id"]: r["status"] for r in store.rows("SELECT id, status FROM message WHERE id = ANY($ids)", ids=ids)}
    assert {event: found[id] for id, event in zip(ids, events, strict=True)} == {
        event: after(status, event).value for event in events
    }
    heard = store.rows("SELECT event FROM happening WHERE dedupe_key LIKE '% again'")
    assert sorted(r["event"] for r in heard) == sorted(heard_as(status, event, left=False) for event in events)


@pytest.mark.parametrize("event", ["clicked", "responded"])
@pytest.mark.parametrize("end", [[], ["cancelled"]])
def test_the_link_of_what_never_left_is_followed_by_colleagues_only(store, event, end):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    hear(store, *[News(message, one, NOW) for one in end], News(message, event, NOW))
    found = row(store, request)
    assert [found[name] for name in FIRSTS.values()] == [None] * len(FIRSTS)
    assert (found["status"], found["sent_at"]) == (*(end or ["queued"]), None)
    assert [one["event"] for one in store.rows("SELECT event FROM happening ORDER BY happened_at")][-1] == "looked_at"


def test_what_a_colleague_followed_before_it_left_the_recipient_follows_all_the_same(store):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    hear(store, News(message, "clicked", NOW), News(message, "clicked", NOW))
    hear(store, News(message, "claimed", NOW), News(message, "accepted", NOW))
    later = NOW + timedelta(hours=1)
    hear(store, News(message, "clicked", later))
    assert (row(store, request)["status"], row(store, request)["clicked_at"]) == ("delivered", later)


@pytest.mark.parametrize("end", [[], ["cancelled"]])
@pytest.mark.parametrize("proof", ["clicked", "responded", "delivered", "opened", "read"])
def test_what_may_have_left_before_it_was_sent_again_has_arrived_where_that_is_proven(store, end, proof):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    hear(store, News(message, "claimed", NOW), News(message, "lost", NOW))
    assert decisions.resend(store, [request], "Sam", NOW, UTC) == 1
    hear(store, *[News(message, one, NOW) for one in end], News(message, proof, NOW))
    assert row(store, request)["status"] == after(Status.SENT, proof).value
    assert row(store, request)["delivered_at"] == NOW


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["accepted", "delivered", "opened", "clicked", "responded"]))[::7]
)
def test_news_in_any_order_lands_right(store, order):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    store_status(store, [message], Status.SENDING)
    for minute, event in enumerate(order):
        hear(store, News(message, event, NOW + timedelta(minutes=minute)))
    found = row(store, request)
    assert found["status"] == "opened"
    assert found["retries"] == 0
    for event, column in FIRSTS.items():
        if event in order and event != "delivered":
            assert found[column] == NOW + timedelta(minutes=order.index(event))
    proof = min(order.index(event) for event in order if event in PROOF_OF_DELIVERY)
    assert found["delivered_at"] == NOW + timedelta(minutes=proof)
    assert found["sent_at"]


def test_firsts_are_the_earliest_whichever_was_heard_first(store):
    (request,) = builders.sent(store)
    (message,) = messages(store, [request])
    hear(store, News(message, "responded", NOW + timedelta(minutes=9), "late"))
    hear(store, News(message, "responded", NOW + timedelta(minutes=2), "early"))
    assert row(store, request)["responded_at"] == row(store, request)["delivered_at"] == NOW + timedelta(minutes=2)


def test_of_two_proofs_heard_at_once_the_earlier_tells_when_it_arrived(store):
    (request,) = builders.sent(store)
    (message,) = messages(store, [request])
    early, late = NOW + timedelta(minutes=2), NOW + timedelta(minutes=9)
    hear(store, News(message, "delivered", early), News(message, "opened", late))
    assert row(store, request)["delivered_at"] == early


def test_a_report_that_overtakes_the_providers_answer_does_not_move_the_day_it_was_sent(store):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    store_status(store, [message], Status.SENDING)
    midnight = NOW.replace(hour=0, minute=0) + timedelta(days=1)
    hear(store, News(message, "delivered", midnight + timedelta(seconds=5)))
    hear(store, News(message, "accepted", midnight - timedelta(seconds=5)))
    found = row(store, request)
    assert (found["sent_at"], found["sent_on"]) == (midnight - timedelta(seconds=5), NOW.date())
    assert found["status"] == "delivered"


def test_a_repeated_report_is_kept_once(store):
    (request,) = builders.sent(store)
    (message,) = messages(store, [request])
    hear(store, *[News(message, "delivered", NOW)] * 3)
    hear(store, News(message, "delivered", NOW))
    assert store.rows("SELECT count(*) AS n FROM happening WHERE event = 'delivered'")[0]["n"] == 1


def test_a_click_on_a_message_whose_sending_is_not_yet_written_down_is_not_lost(store):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    store_status(store, [message], Status.SENDING)
    hear(store, News(message, "clicked", NOW))
    assert row(store, request)["clicked_at"] == NOW
    hear(store, News(message, "accepted", NOW - timedelta(seconds=5)))
    found = row(store, request)
    assert (found["status"], found["sent_at"]) == ("delivered", NOW - timedelta(seconds=5))


def test_a_report_with_another_messages_token_changes_nothing(store):
    (request,) = builders.sent(store)
    (message,) = messages(store, [request])
    assert hear(store, News(message, "delivered", NOW, token="not its own")) == {message}
    assert row(store, request)["status"] == "sent"


def test_news_of_a_message_that_does_not_exist_is_named(store):
    assert hear(store, News(987_654, "delivered", NOW)) == {987_654}


def test_trouble_is_explained_on_the_row_and_cleared_when_it_arrives_after_all(store):
    (request,) = builders.sent(store)
    (message,) = messages(store, [request])
    hear(store, News(message, "undelivered", NOW, code="30003", reason="Phone is off"))
    assert (row(store, request)["status"], row(store, request)["code"]) == ("undelivered", "30003")
    hear(store, News(message, "delivered", NOW))
    assert (row(store, request)["status"], row(store, request)["code"]) == ("delivered", None)


@pytest.mark.parametrize("trouble", ["lost", "undelivered", "failed"])
@pytest.mark.parametrize("proof", ["clicked", "responded"])
@pytest.mark.parametrize("late", [True, False])
def test_whoever_follows_the_link_has_the_message_whatever_was_believed(store, trouble, proof, late):
    (request,) = builders.ask(store)
    (message,) = messages(store, [request])
    store_status(store, [message], Status.SENDING)
    for event in (trouble, proof) if late else (proof, trouble):
        hear(store, News(message, event, NOW, reason="Said"))
    found = row(store, request)
    assert (found["status"], found["reason"], found["delivered_at"]) == ("delivered", None, NOW)
    assert decisions.resend(store, [request], "Sam", NOW, UTC) == 0


def test_a_cancelled_follow_up_leaves_the_request_as_its_last_sent_message_left_it(store):
    (request,) = builders.sent(store)
    follow_up = add_follow_up(store, request, number=1)
    hear(store, News(follow_up, "cancelled", NOW))
    assert (row(store, request)["status"], row(store, request)["retries"]) == ("sent", 0)


def test_a_follow_up_that_left_speaks_for_the_request_and_counts_as_a_retry(store):
    (request,) = builders.sent(store)
    (first,) = messages(store, [request])
    follow_up = add_follow_up(store, request, number=1)
    store_status(store, [follow_up], Status.SENDING)
    hear(store, News(follow_up, "accepted", NOW))
    assert (row(store, request)["status"], row(store, request)["retries"]) == ("sent", 1)
    hear(store, News(first, "delivered", NOW))
    found = row(store, request)
    assert (found["status"], found["retries"], found["delivered_at"]) == ("sent", 1, NOW)


def test_late_trouble_of_the_ask_leaves_the_row_to_its_follow_up(store):
    (request,) = builders.sent(store)
    (first,) = messages(store, [request])
    follow_up = add_follow_up(store, request, number=1)
    store_status(store, [follow_up], Status.SENDING)
    hear(store, News(follow_up, "accepted", NOW))
    hear(store, News(first, "undelivered", NOW, code="30003", reason="Phone is off"))
    found = row(store, request)
    assert (found["status"], found["code"], found["reason"]) == ("sent", None, None)


def test_a_row_says_what_became_of_a_follow_up_by_another_channel(store):
    (request,) = builders.sent(store)
    first, second = (add_follow_up(store, request, number=number) for number in (1, 2))
    with store.transaction() as work:
        work.rows("UPDATE message SET channel = 'email', address = 'ann@example.com' WHERE id = $id", id=first)
    store_status(store, [first, second], Status.SENDING)
    hear(store, News(first, "accepted", NOW))
    assert row(store, request)["reason"] == "Follow-up by Email"
    hear(store, News(first, "undelivered", NOW, code="550", reason="Mailbox does not exist"))
    assert row(store, request)["reason"] == "Follow-up by Email: Mailbox does not exist"
    hear(store, News(second, "lost", NOW, reason="No answer"))
    assert row(store, request)["reason"] == "No answer"
    assert decisions.resend(store, [request], "Sam", NOW, UTC) == 1
    assert row(store, request)["reason"] == "Follow-up by Email: Mailbox does not exist"


def store_status(store, ids, status):
    with store.transaction() as work:
        work.rows(
            "UPDATE message SET status = CAST($status AS status) WHERE id = ANY($ids) RETURNING id",
            status=status,
            ids=ids,
        )
