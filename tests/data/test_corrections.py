"""What a person puts right before it leaves; what has left stays as it was read."""

from datetime import timedelta

import pytest

from data import commands, corrections, queries
from data.checks.searching import renamed, search_bits, search_terms
from data.claims import claim
from data.commands import Ask
from data.filters import Filters
from data.lifecycle import Channel
from data.queries import Sort
from tests.builders import NOW, ask, row, sent, template, token

PHONE = "+12025550143"


def audited(store) -> list[tuple]:
    rows = store.rows("SELECT actor, action, subject, detail FROM audit")
    return [(one["actor"], one["action"], one["subject"], one["detail"]) for one in rows]


def found(store, text: str) -> list[int]:
    return [one["id"] for one in queries.page(store, Filters(search=text), Sort("name"), 1, 50)]


def test_a_name_is_corrected_in_the_queue_and_not_in_what_was_sent(store):
    (left,) = sent(store, name="Zoé Lnog", phone=PHONE)
    (waits,) = ask(store, name="Zoé Lnog", phone=PHONE)
    who = row(store, waits)["contact_id"]
    assert corrections.rename(store, who, " Zoë  Long ", "Sam", NOW) is None
    assert store.rows("SELECT name, plain FROM contact") == [{"name": "Zoë Long", "plain": "zoe long"}]
    assert [row(store, one)["contact_name"] for one in (left, waits)] == ["Zoé Lnog", "Zoë Long"]
    assert found(store, "zoe long") == [waits]
    assert found(store, "lnog") == [left]
    assert sorted(found(store, PHONE)) == [left, waits]
    kept = row(store, waits)
    assert (kept["plain"], row(store, left)["plain"]) == ("zoe long", "zoe lnog")
    assert kept["search_bits"] == search_bits(kept["search"])
    assert audited(store) == [("Sam", "rename contact", f"contact {who}", "")]
    corrections.rename(store, who, "Zoë Long", "Sam", NOW)
    assert len(audited(store)) == 1
    assert corrections.rename(store, who, " ", "Sam", NOW)


def test_what_an_engine_holds_keeps_its_name(store):
    (held,) = ask(store, name="Ann Lnog", phone=PHONE)
    with store.transaction() as work:
        claim(work, "test", NOW, 10)
    corrections.rename(store, row(store, held)["contact_id"], "Ann Long", "Sam", NOW)
    assert row(store, held)["contact_name"] == "Ann Lnog"


@pytest.mark.parametrize("old", ["Zoé", "Ann"])
@pytest.mark.parametrize("new", ["Zoë B", "Bob"])
@pytest.mark.parametrize("reference", ["", "VISIT-7"])
def test_a_search_text_keeps_all_but_the_name(old: str, new: str, reference: str):
    rest = ("ann@example.com", PHONE, reference)
    assert renamed(search_terms(old, *rest), old, new) == search_terms(new, *rest)


def test_an_ask_that_waits_is_moved_and_judged_anew(store):
    (id,) = ask(store, due_in=timedelta(hours=1))
    with store.transaction() as work:
        work.rows("UPDATE request SET hold_code = 'quiet_hours', hold_reason = 'Night' WHERE id = $id", id=id)
    wanted = NOW + timedelta(days=3)
    assert corrections.change_time(store, id, wanted, "Sam", NOW) is None
    kept = row(store, id)
    assert (kept["due_at"], kept["wanted_at"], kept["hold_code"]) == (wanted, wanted, None)
    assert kept["expires_at"] > wanted
    assert store.rows("SELECT due_at FROM message") == [{"due_at": wanted}]
    said = "to 5 Mar 2026, 17:00 UTC"
    told = queries.story(store, id)["happenings"][-1]
    assert (told["event"], told["actor"], told["detail"]) == ("rescheduled", "Sam", said)
    assert audited(store) == [("Sam", "change time", f"request {id}", said)]
    with store.transaction() as work:
        assert claim(work, "test", NOW + timedelta(hours=2), 10) == []
        assert len(claim(work, "test", wanted, 10)) == 1


def test_the_time_it_has_already_is_no_news(store):
    (id,) = ask(store, now=NOW + timedelta(seconds=9), due_in=timedelta(hours=1))
    before = row(store, id)
    assert corrections.change_time(store, id, before["due_at"].replace(second=0), "Sam", NOW) is None
    assert row(store, id) == before
    assert "rescheduled" not in [told["event"] for told in queries.story(store, id)["happenings"]]
    assert audited(store) == []


def test_a_likely_refusal_still_waits_for_a_person(store):
    (id,) = ask(store)
    with store.transaction() as work:
        work.rows("UPDATE request SET hold_code = 'refusal', paused = true WHERE id = $id", id=id)
        work.rows("UPDATE message SET paused = true WHERE request_id = $id", id=id)
    corrections.change_time(store, id, NOW, "Sam", NOW)
    assert (row(store, id)["hold_code"], row(store, id)["paused"]) == ("refusal", True)
    with store.transaction() as work:
        assert claim(work, "test", NOW, 10) == []


def test_nobody_is_asked_before_their_visit_nor_long_after_it_nor_again(store):
    visit = NOW + timedelta(days=1)
    one = Ask(
        "Ann", Channel.SMS, PHONE, commands.member(store, "Sam", NOW), template(store), visit, "manual", phone=PHONE,
        visited_at=visit,
    )  # fmt: skip
    (id,) = commands.ask(store, [one], NOW, token())
    before = row(store, id)
    assert "before their visit" in corrections.change_time(store, id, NOW, "Sam", NOW)
    assert "too long after" in corrections.change_time(store, id, visit + timedelta(days=365), "Sam", NOW)
    assert row(store, id) == before
    (left,) = sent(store)
    assert "does not wait" in corrections.change_time(store, left, visit, "Sam", NOW)
    assert audited(store) == []
