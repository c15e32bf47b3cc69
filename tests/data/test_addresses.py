"""A phone and an email put right: the person stays one, with all that was said and done at the old address."""

import itertools
from datetime import UTC, timedelta

import pytest

from data import addresses, barring, erasure, people, queries, rules
from data.addresses import Corrected, correct
from data.claims import claim
from data.contacts import known
from data.filters import Filters
from data.lifecycle import Channel
from data.opt_outs import stop_person
from data.queries import Sort
from data.rules import Rules
from data.store import Store
from data.suppressions import Suppression, suppress
from tests.builders import NOW, add_follow_up, ask, row, sent

OLD, NEW, EMAIL = "+12025550143", "+13105550143", "ann@example.com"
LATER = NOW + timedelta(hours=1)
_seconds = itertools.count()


@pytest.fixture
def waits(store: Store) -> int:
    """A request to the old phone that is queued."""
    return ask(store, phone=OLD, email=EMAIL)[0]


def who(store: Store, request: int) -> int:
    return row(store, request)["contact_id"]


def put_right(
    store: Store, contact: int, phone: str = NEW, email: str = EMAIL, *, moving: bool = True,
    drawn: tuple[str, str] | None = None,
) -> Corrected:  # fmt: skip
    typed = {"phone": phone, "email": email}
    stands = drawn or (shown(store, contact)[0] or "", shown(store, contact)[2] or "")
    now = LATER + timedelta(seconds=next(_seconds))
    form = dict(zip(addresses.KINDS, stands, strict=True))
    return correct(store, contact, form, typed, "Sam", now, UTC, "US", moving=moving)


def shown(store: Store, contact: int) -> tuple:
    (kept,) = store.rows("SELECT phone, phone_number, email FROM contact WHERE id = $id", id=contact)
    return kept["phone"], kept["phone_number"], kept["email"]


def goes_to(store: Store, request: int) -> list[str]:
    rows = store.rows("SELECT address FROM message WHERE request_id = $id ORDER BY number", id=request)
    return [one["address"] for one in rows]


def found(store: Store, text: str) -> list[int]:
    return [one["id"] for one in queries.page(store, Filters(search=text), Sort("name"), 1, 50)]


def test_what_is_queued_goes_to_the_new_phone_and_what_has_left_stays(store: Store):
    (left,) = sent(store, phone=OLD, email=EMAIL)
    add_follow_up(store, left, 1)
    with store.transaction() as work:
        work.rows("UPDATE request SET next_at = $now, next_number = 1, next_channel = 'sms'", now=LATER)
    (waits,) = ask(store, phone=OLD, email=EMAIL)
    contact = who(store, waits)
    before = row(store, waits)["zones"]

    assert put_right(store, contact, "(310) 555-0143") == Corrected(moved=2)

    assert shown(store, contact) == (NEW, int(NEW), EMAIL)
    assert (goes_to(store, left), goes_to(store, waits)) == ([OLD, NEW], [NEW])
    assert (row(store, left)["address"], row(store, waits)["address"]) == (OLD, NEW)
    assert (found(store, OLD), found(store, NEW)) == ([left], [waits, left])
    assert row(store, waits)["zones"] != before
    assert row(store, waits)["zones"] == "America/Los_Angeles"
    told = queries.story(store, waits)["happenings"][-1]
    assert (told["event"], told["actor"], told["detail"]) == ("readdressed", "Sam", f"from {OLD} to {NEW}")
    (noted,) = store.rows("SELECT actor, action, subject, detail FROM audit")
    said = "phone; queued messages moved: 2"
    assert noted == {"actor": "Sam", "action": "change address", "subject": f"contact {contact}", "detail": said}


def test_what_somebody_changed_meanwhile_stays_unless_it_was_touched(store: Store, waits: int):
    contact, drawn = who(store, waits), (OLD, EMAIL)
    put_right(store, contact, NEW, EMAIL, drawn=drawn)
    assert put_right(store, contact, OLD, EMAIL, drawn=drawn) == Corrected()
    assert not put_right(store, contact, OLD, "ann@new.example", drawn=drawn).troubles
    assert shown(store, contact) == (NEW, int(NEW), "ann@new.example")
    assert goes_to(store, waits) == [NEW]
    refused = put_right(store, contact, "+14155550143", "ann@new.example", drawn=drawn)
    assert refused == Corrected({"phone": addresses.MEANWHILE})
    assert put_right(store, contact, NEW, "ann@new.example", drawn=drawn) == Corrected()
    assert shown(store, contact) == (NEW, int(NEW), "ann@new.example")


def test_it_may_stay_with_the_old_one(store: Store, waits: int):
    assert put_right(store, who(store, waits), moving=False) == Corrected()
    assert goes_to(store, waits) == [OLD]
    assert row(store, waits)["address"] == OLD


def test_what_an_engine_holds_goes_where_it_was_to_go(store: Store, waits: int):
    with store.transaction() as work:
        claim(work, "test", NOW, 10)
    (listed,) = addresses.waiting(store, who(store, waits))
    assert (listed["address"], listed["status"], listed["n"]) == (OLD, "sending", 1)
    assert put_right(store, who(store, waits)) == Corrected()
    assert goes_to(store, waits) == [OLD]
    assert row(store, waits)["address"] == OLD


def test_the_email_that_follow_ups_will_go_to_moves_along(store: Store, waits: int):
    with store.transaction() as work:
        work.rows("UPDATE request SET email = $email, plan = '[]'", email=EMAIL)
    (mailed,) = ask(store, phone=OLD, email=EMAIL, channel=Channel.EMAIL)
    assert put_right(store, who(store, waits), OLD, " Ann@New.Example ").moved == 1
    assert row(store, waits)["email"] == "ann@new.example"
    assert goes_to(store, mailed) == ["ann@new.example"]
    assert sorted(found(store, "new.example")) == [waits, mailed]


def test_the_person_is_known_by_the_old_phone_too(store: Store, waits: int):
    contact = who(store, waits)
    put_right(store, contact)
    assert known(store, [("Ann", None, OLD), ("Ann", None, NEW)]) == [contact, contact]
    assert who(store, ask(store, phone=OLD)[0]) == contact
    put_right(store, contact, OLD)  # and back
    assert [one["address"] for one in store.rows("SELECT address FROM other_address")].count(OLD) == 0


@pytest.mark.parametrize("means_person", [True, False])
def test_a_stop_from_the_old_phone_stays_there_or_means_the_person(store: Store, waits: int, means_person: bool):
    with store.transaction() as work:
        rules.keep(work, Rules(stop_means_person=means_person), "test", NOW)
    contact = who(store, waits)
    put_right(store, contact)
    with store.transaction() as work:
        stop_person(
            work, OLD, "opted_out", source="sms", evidence="STOP", actor="recipient", now=NOW, zone=UTC,
            whole_person=means_person,
        )  # fmt: skip
    assert people.barred(store, OLD)
    assert bool(people.barred(store, NEW)) is means_person
    put_right(store, contact, "+14155550143")
    assert bool(people.barred(store, "+14155550143")) is means_person
    assert people.barred(store, OLD)


def test_a_bounce_is_of_the_old_address_alone(store: Store, waits: int):
    with store.transaction() as work:
        suppress(work, [Suppression(EMAIL, "bounced", "email", "sendgrid")], NOW)
    put_right(store, who(store, waits), OLD, "ann@new.example")
    assert people.barred(store, EMAIL)
    assert not people.barred(store, "ann@new.example")


def test_who_is_never_to_be_asked_is_not_asked_at_a_new_address(store: Store, waits: int):
    with store.transaction() as work:
        rules.keep(work, Rules(stop_means_person=False), "test", NOW)
    people.never_ask(store, who(store, waits), "", "Sam", NOW, UTC)
    put_right(store, who(store, waits))
    assert [bar["basis"] for bar in people.barred(store, NEW)] == ["never_ask"]


@pytest.mark.parametrize("means_person", [True, False])
def test_a_bar_by_one_channel_widens_to_no_other(store: Store, means_person: bool):
    with store.transaction() as work:
        rules.keep(work, Rules(stop_means_person=means_person), "test", NOW)
    (mailed,) = ask(store, phone=OLD, email=EMAIL, channel=Channel.EMAIL)
    contact = who(store, mailed)
    barring.never_ask(store, {(Channel.SMS, OLD): 2}, "spring.csv", "Sam", NOW)
    put_right(store, contact, OLD, "ann@new.example")
    put_right(store, contact, NEW, "ann@new.example")
    assert goes_to(store, mailed) == ["ann@new.example"]
    assert row(store, mailed)["status"] == "queued"
    assert [(bar["basis"], bar["channel"]) for bar in people.barred(store, NEW)] == [("never_ask", "sms")]
    assert people.barred(store, "ann@new.example") == []
    assert len(people.barred(store, OLD)) == 1


def test_an_address_of_another_contact_is_told_and_not_taken(store: Store, waits: int):
    (other,) = ask(store, phone=NEW, email="bob@example.com")
    assert put_right(store, who(store, waits)) == Corrected(others={"phone": who(store, other)})
    assert shown(store, who(store, waits)) == (OLD, int(OLD), EMAIL)


def test_what_is_no_address_is_told_beside_its_field(store: Store, waits: int):
    contact = who(store, waits)
    troubles = put_right(store, contact, "12", "ann@").troubles
    assert "12" in troubles["phone"]
    assert "ann@" in troubles["email"]
    assert "Never ask" in put_right(store, contact, "", " ").troubles["phone"]
    assert shown(store, contact) == (OLD, int(OLD), EMAIL)
    assert put_right(store, contact, OLD, EMAIL) == Corrected()
    assert store.rows("SELECT subject FROM audit") == []


def test_one_may_be_removed_and_added_again(store: Store, waits: int):
    contact = who(store, waits)
    assert put_right(store, contact, "", EMAIL) == Corrected(cancelled=1)
    assert shown(store, contact) == (None, None, EMAIL)
    assert people.addresses_of(store, contact) == [EMAIL, OLD]
    put_right(store, contact, NEW, "")
    assert shown(store, contact) == (NEW, int(NEW), None)


def test_an_erasure_forgets_the_old_one_too(store: Store, waits: int):
    contact = who(store, waits)
    put_right(store, contact)
    erasure.erase(store, contact, "Sam", LATER, UTC)
    kept = str([store.rows(f"SELECT * FROM {table}") for table in ("request", "message", "happening", "other_address")])
    assert OLD[1:] not in kept
    assert NEW[1:] not in kept
    assert addresses.GONE in put_right(store, contact, OLD).troubles.values()
