"""A person is forgotten: nothing tells who they were, and still they are not asked again."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

import pytest

from data import commands, erased, erasure, inbox, merging, people, person_copy, planning, queries
from data.commands import Ask
from data.contacts import address_key, known
from data.filters import Filters
from data.inbox import Received
from data.lifecycle import Channel
from data.replies import Inbound, count_waiting, receive
from data.rules import Rules
from data.store import Store
from data.suppressions import Suppression, suppress, suppressed
from data.verdicts import Blocked
from engine.policy import judge
from tests.builders import NOW, ask, row, sent, setting, template, token
from tests.data.conftest import EMAIL, LATER, NAME, OLD, PHONE, hook

TOLD = (("alert", "meaning"), ("stop", "reason"))
TELLING = ("quirke", "2025550143", "lovely", "tok-", "competitor")


def erase(store: Store, id: int) -> bool:
    return erasure.erase(store, id, "Sam", LATER, UTC)


def everything(store: Store) -> str:
    """All that any table holds, so that a new one cannot be forgotten."""
    schema = "SELECT DISTINCT table_name FROM information_schema.tables WHERE table_schema IN ('main', 'public')"
    tables = [one["table_name"] for one in store.rows(schema)]
    return str({table: store.rows(f"SELECT * FROM {table}") for table in tables}).lower()


def verdicts(store: Store, **change: object) -> list[object]:
    one = Ask(NAME, Channel.SMS, PHONE, 1, template(store), LATER, "import", email=EMAIL, phone=PHONE)
    plan = planning.plan(store, [replace(one, **change)], setting(judge, Rules(opens=0, closes=24 * 60)), LATER)
    return [entry.verdict for entry in plan]


def test_why_they_were_asked_against_a_rule_is_told_no_more(store: Store, person: int):
    used, reason = template(store), "Their mother asked us to"
    again = Ask(NAME, Channel.SMS, PHONE, 1, used, NOW, "manual", EMAIL, PHONE, override=reason)
    commands.ask(store, [again], NOW, token())
    assert "mother" in everything(store)
    assert erase(store, person)
    assert "mother" not in everything(store)


def test_nothing_tells_who_it_was(store: Store, person: int):
    people.never_ask(store, person, "A competitor", "Sam", NOW, UTC)
    before = everything(store)
    assert all(word in before for word in TELLING)

    assert erase(store, person)

    after = everything(store)
    assert [word for word in TELLING if word in after] == []
    told = [store.rows(f"SELECT {column} AS said FROM {table}")[0]["said"] for table, column in TOLD]
    assert told == [
        "No mail to erased <erased>, ever",
        "To +erased is not permitted",
    ]  # what concerns all stays legible


def test_what_was_counted_stays(store: Store, person: int):
    shape = {table: len(store.rows(f"SELECT * FROM {table}")) for table in ("contact", "request", "happening", "inbox")}
    left = store.rows("SELECT id, status, sent_at FROM message WHERE status <> 'queued'")

    erase(store, person)

    assert {table: len(store.rows(f"SELECT * FROM {table}")) for table in ("contact", "request", "inbox")} == {
        table: shape[table] for table in ("contact", "request", "inbox")
    }
    assert store.rows("SELECT id, status, sent_at FROM message WHERE status <> 'cancelled'") == left
    assert queries.summary(store, Filters()).count() == 3
    emptied = store.rows("SELECT count(*) AS n FROM request WHERE search = $word", word=erasure.WORD)[0]["n"]
    assert queries.summary(store, Filters(search=erasure.WORD)).count() == emptied > 0


def test_what_waited_is_cancelled(store: Store, person: int):
    erase(store, person)

    rows = store.rows("SELECT status, code FROM message ORDER BY id")
    assert [(one["status"], one["code"]) for one in rows] == [
        ("undelivered", "21211"), ("cancelled", "suppressed"), ("cancelled", "suppressed"),
    ]  # fmt: skip


def test_nothing_more_is_planned(store: Store, person: int):
    with store.transaction() as work:
        work.rows("UPDATE request SET plan = '[]', next_at = due_at, next_number = 1, next_channel = 'sms'")

    erase(store, person)

    assert store.rows("SELECT id FROM request WHERE plan IS NOT NULL OR next_at IS NOT NULL") == []


def test_others_are_left_alone(store: Store, person: int):
    (other,) = ask(store, name="Bob Ray", phone="+12025550144", email="bob@example.com")
    before: Mapping = row(store, other)

    erase(store, person)

    assert row(store, other) == before
    assert store.rows("SELECT body FROM inbox ORDER BY id")[-1]["body"] == "other"
    assert store.rows("SELECT name FROM contact WHERE id = $id", id=before["contact_id"])[0]["name"] == "Bob Ray"


def test_hooks_that_are_not_folded_yet_are_left(store: Store, person: int):
    body = f"From=%2B{PHONE[1:]}&Body=later"
    with store.transaction() as work:
        inbox.receive(work, [hook(body)])

    erase(store, person)

    assert [one.body for one in inbox.waiting(store, LATER, 10)] == [body]


def test_the_suppression_is_a_hash_that_still_counts(store: Store, person: int):
    erase(store, person)

    rows = store.rows("SELECT address, basis FROM suppression WHERE address IS NULL")
    assert [one["basis"] for one in rows] == ["never_ask"] * 3  # both emails and the phone
    assert set(suppressed(store, [("sms", PHONE), ("whatsapp", PHONE), ("email", EMAIL), ("email", OLD)]).values()) == {
        "never_ask"
    }


def test_who_had_said_stop_still_has(store: Store, person: int):
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, "STOP", LATER, "SM2", "stop")], Rules(), LATER, UTC)

    erase(store, person)

    assert suppressed(store, [("sms", PHONE)]) == {("sms", PHONE): "opted_out"}
    assert "opted_out" in [one["basis"] for one in store.rows("SELECT basis FROM suppression WHERE address IS NULL")]


def test_an_import_of_the_same_person_is_not_asked(store: Store, person: int):
    erase(store, person)

    assert known(store, [(NAME, EMAIL, PHONE)]) == [None]
    for change in ({}, {"channel": Channel.WHATSAPP}, {"channel": Channel.EMAIL, "address": EMAIL}):
        (verdict,) = verdicts(store, **change)
        assert isinstance(verdict, Blocked)
        assert verdict.code == "suppressed"
    (allowed,) = verdicts(store, address="+12025550177", phone="+12025550177", email=None)
    assert not isinstance(allowed, Blocked)


def test_nor_is_who_was_erased_with_an_address_that_bounced(store: Store, person: int):
    with store.transaction() as work:
        suppress(work, [Suppression(PHONE, "bounced", "twilio", "engine")], NOW)
    erase(store, person)

    (verdict,) = verdicts(store, channel=Channel.EMAIL, address="new@example.com", email="new@example.com")
    assert isinstance(verdict, Blocked)


def test_no_message_can_go_to_the_word_in_their_place(store: Store, person: int):
    erase(store, person)

    assert suppressed(store, [("sms", erasure.WORD), ("email", erasure.WORD)])


def test_answers_that_waited_wait_no_more(store: Store, person: int):
    assert count_waiting(store) == 1

    erase(store, person)

    assert count_waiting(store) == 0


def test_a_person_is_forgotten_under_every_id(store: Store, person: int):
    (extra,) = ask(store, name="A. Quirke", phone="+12025550155", email="aq@example.com")
    other = row(store, extra)["contact_id"]
    merging.merge(store, person, other, "Sam", NOW, UTC)

    assert not erase(store, other)  # kept under another
    assert erase(store, person)

    assert "quirke" not in everything(store)
    assert suppressed(store, [("email", "aq@example.com")])


def test_nobody_is_forgotten_where_there_is_nobody(store: Store):
    assert not erase(store, 10**12)
    assert store.rows("SELECT * FROM audit") == []


def test_twice_forgotten_is_once(store: Store, person: int):
    erase(store, person)
    before = store.rows("SELECT * FROM suppression")

    assert erase(store, person)
    assert store.rows("SELECT * FROM suppression") == before


@pytest.mark.parametrize(
    ("phone", "told"),
    [("+5511987654321", "551187654321"), ("+525512345678", "5215512345678")],
    ids=["Brazil", "Mexico"],
)
def test_hooks_that_name_them_by_an_older_form_of_their_number_are_forgotten_too(store: Store, phone: str, told: str):
    (gone,) = sent(store, phone=phone, email="bob+shop@example.com", channel=Channel.WHATSAPP)
    with store.transaction() as work:
        inbox.receive(work, [hook(f'{{"wa_id": "{told}"}}'), hook("to=bob%2Bshop%40example.com"), hook("other")])
        inbox.settle(work, {one["id"]: None for one in work.rows("SELECT id FROM inbox")}, NOW)
    assert erase(store, row(store, gone)["contact_id"])
    assert sorted(one["body"] for one in store.rows("SELECT body FROM inbox")) == ["erased", "erased", "other"]
    assert address_key(f"+{told}") in erased.keys(store), "nor do later ones"


def test_notes_of_who_followed_their_link_are_forgotten(store: Store, person: int):
    (message, *_) = people.messages_of(store, people.requests_of(store, person))
    note = Received(
        "link", "", {}, json.dumps({"id": message["id"], "token": message["token"], "agent": "x"}), NOW, NOW
    )
    with store.transaction() as work:
        inbox.receive(work, [note])
        inbox.settle(work, {one["id"]: None for one in work.rows("SELECT id FROM inbox")}, NOW)
    assert message["token"] in json.dumps(person_copy.export_person(store, person)["inbox"])
    assert erase(store, person)
    assert store.rows("SELECT body FROM inbox WHERE provider = 'link'") == [{"body": "erased"}]


def test_a_name_is_forgotten_without_its_accents_too(store: Store):
    (request,) = ask(store, name="Zoë Brûlé")
    assert "brule" in everything(store)
    erase(store, row(store, request)["contact_id"])
    assert "brule" not in everything(store)
