"""What a provider says late stops what leaves now only where it still says something of it."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from connectors.codes import table
from connectors.contract import Reply
from connectors.keywords import Keyword
from data import moves, rules, stops, template_store
from data.template_store import Kept
from engine import consequences
from engine.inbox import news
from tests.builders import NOW, messages, row, sent

LATER = NOW + timedelta(days=3)


def says(store, message: int, code: str, at, now) -> None:
    """Twilio says by hook what became of a message, and a turn hears it `now`."""
    told = news(table("twilio").report(code, "", "", at, f"hook {message}", f"SM{message}"), message, "twilio")
    with store.transaction() as work:
        changes = moves.apply(work, [told], now, UTC).changes
        consequences.of_changes(work, changes, rules.load(work), now, UTC, lambda: "t-new")


@pytest.mark.parametrize("code", ["63038", "30023", "30001", "30022"])
@pytest.mark.parametrize(("passed", "left"), [(0, 1), (0.5, 0.5), (1, None), (9, None)])
def test_a_wait_counts_from_when_it_was_said(store, code, passed, left):
    wait = table("twilio").meaning(code).wait
    (message,) = messages(store, sent(store))
    says(store, message, code, NOW, NOW + passed * wait)
    found = [one["until"] for one in stops.active(store, NOW + passed * wait)]
    assert found == ([NOW + passed * wait + left * wait] if left else [])


@pytest.mark.parametrize("code", ["30034", "30018", "63040"])
def test_a_word_of_what_left_before_the_stop_was_lifted_stops_nothing_anew(store, code):
    first, second = messages(store, sent(store, 2))
    says(store, first, code, NOW, NOW)
    (stop,) = stops.active(store, NOW)
    with store.transaction() as work:
        stops.lift(work, stop["id"], "Sam", NOW + timedelta(minutes=30))
    later = NOW + timedelta(hours=1)
    says(store, second, code, later, later)
    assert stops.active(store, later) == []
    assert [one["messages"] for one in store.rows("SELECT messages FROM alert")] in ([], [2])
    (third,) = messages(store, sent(store, at=later))
    with store.transaction() as work:
        used = work.rows("SELECT template_id FROM message WHERE id = $id", id=first)[0]["template_id"]
        work.rows("UPDATE message SET template_id = $used WHERE id = $id", used=used, id=third)
    says(store, third, code, later, later)
    assert len(stops.active(store, later)) == 1


def test_nor_does_one_of_a_text_that_was_corrected_since(store):
    (message,) = messages(store, sent(store))
    (id,) = {row["template_id"] for row in store.rows("SELECT template_id FROM message")}
    draft = template_store.draft_of(template_store.versions(store, id)[0])
    draft = replace(draft, body=draft.body.replace("how was", "how did you like"))
    assert template_store.keep(store, draft, "The Shop", "Sam", NOW, Kept(id, 1)) == Kept(id, 2)
    says(store, message, "63040", NOW, NOW)
    assert stops.active(store, NOW) == []


def test_who_sues_over_texts_is_not_asked_again_for_saying_yes(store):
    (message,) = messages(store, sent(store, phone="+12024000001"))
    says(store, message, "30640", NOW, NOW)
    yes = Reply("sms", "+12024000001", "Yes", LATER, "reply 1", Keyword.START)
    with store.transaction() as work:
        consequences.of_replies(work, [yes], rules.load(work), LATER, UTC, lambda: "t-new")
    found = store.rows("SELECT basis, lifted_at FROM suppression")
    assert {(one["basis"], one["lifted_at"]) for one in found} == {("never_ask", None)}


@pytest.mark.parametrize(("code", "again"), [("30036", True), ("30610", True), ("30017", True), ("30005", False)])
def test_what_waited_in_vain_is_left_to_a_person_and_its_row_says_what_to_do(store, code, again):
    (request,) = sent(store)
    (message,) = messages(store, [request])
    says(store, message, code, NOW, NOW)
    found = row(store, request)
    assert found["status"] == "undelivered"
    assert ("They got nothing: press Ask again" in found["reason"]) is again
