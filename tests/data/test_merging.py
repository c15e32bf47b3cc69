"""Who is known twice is found, and becomes one."""

from datetime import UTC

import pytest

from data import merging, people
from data.contacts import known
from data.lifecycle import Channel
from data.owners import owners
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store
from data.suppressions import Suppression, suppress, suppressed
from tests.builders import NOW, messages, sent
from tests.data.contacts import EMAIL, LATER, PHONE, contact_of, make, names, place, whole


def split(store: Store) -> tuple[int, int]:
    """One person known twice, by a phone and by an email; the second has the phone, too."""
    first, second = make(store, ("Ann Lee", None, PHONE), ("Ann B. Lee", EMAIL, None))
    with store.transaction() as work:
        work.rows(
            "UPDATE contact SET phone = $phone, phone_number = $number WHERE id = $id",
            phone=PHONE, number=int(PHONE), id=second,
        )  # fmt: skip
    return first, second


def test_duplicates_are_found_once_and_of_one_person(store: Store):
    first, second = split(store)
    make(store, ("Bob Ray", "bob@example.com", None))

    (pair,) = merging.duplicates(store)

    assert (pair["keep"], pair["other"]) == (first, second)
    assert merging.duplicates_of(store, second) == merging.duplicates_of(store, first) == [pair]
    assert merging.duplicates_of(store, second + 1) == []


def test_two_emails_with_one_hash_are_no_duplicates(store: Store):
    first, _ = make(store, ("Ann", EMAIL, None), ("Bob", "bob@example.com", None))
    with store.transaction() as work:
        work.rows("UPDATE contact SET email_key = 7")

    assert merging.duplicates(store) == merging.duplicates_of(store, first) == []


def test_who_is_merged_is_no_duplicate_any_more(store: Store):
    first, second = split(store)
    merging.merge(store, first, second, "Sam", LATER, UTC)

    assert merging.duplicates(store) == []
    assert merging.duplicates_of(store, first) == merging.duplicates_of(store, second) == []


def test_a_merged_person_keeps_everything_under_one_id(store: Store):
    (by_phone,) = sent(store, phone=PHONE, email="old@example.com")
    (by_email,) = sent(store, phone="+12025550199", email=EMAIL, channel=Channel.EMAIL)
    keep, other = contact_of(store, by_phone), contact_of(store, by_email)
    place(store, other, zone="America/Denver")
    (message,) = messages(store, [by_email])
    with store.transaction() as work:
        receive(work, [Inbound("sms", "+12025550199", "Lovely", LATER, "SM1", None)], Rules(), LATER, UTC)
        work.append(
            "reach", {"contact_id": [other], "request_id": [by_email], "message_id": [message], "reached_at": [NOW]}
        )

    assert merging.merge(store, keep, other, "Sam", LATER, UTC)

    found = whole(store, keep)
    assert {one["id"] for one in found["requests"]} == {by_phone, by_email}
    assert [one["body"] for one in found["replies"]] == ["Lovely"]
    assert found["contact"]["zone"] == "America/Denver"
    assert set(found["addresses"]) == {PHONE, "old@example.com", "+12025550199", EMAIL}
    assert store.rows("SELECT contact_id FROM reach WHERE contact_id = $id", id=other) == []
    assert not merging.merge(store, keep, other, "Sam", LATER, UTC)


def test_a_merge_fills_in_what_was_missing(store: Store):
    keep, other = make(store, ("Ann Lee", None, PHONE), ("Ann B. Lee", EMAIL, None))

    merging.merge(store, keep, other, "Sam", LATER, UTC)

    contact = whole(store, keep)["contact"]
    assert (contact["phone"], contact["email"], contact["name"]) == (PHONE, EMAIL, "Ann Lee")
    assert names(store, EMAIL) == names(store, "B. Lee") == ["Ann Lee"]


@pytest.mark.parametrize("newest_is_kept", [False, True])
def test_whoever_was_merged_is_known_under_the_kept_id(store: Store, newest_is_kept: bool):
    ids = make(store, ("A", None, PHONE), ("B", EMAIL, None), ("C", "c@example.com", None))
    first, second, third = reversed(ids) if newest_is_kept else ids
    everybody = [("", None, PHONE), ("", EMAIL, None), ("", "c@example.com", None)]

    assert merging.merge(store, second, third, "Sam", NOW, UTC)
    assert merging.merge(store, first, second, "Sam", NOW, UTC)  # a chain, still one hop

    assert known(store, everybody) == [first] * 3
    assert make(store, *everybody) == [first] * 3
    assert {one["merged_into"] for one in store.rows("SELECT merged_into FROM contact")} == {None, first}
    assert owners(store, [EMAIL]) == {EMAIL: [first]}


def test_a_merge_with_oneself_or_nobody_is_none(store: Store):
    (id,) = make(store, ("Ann Lee", EMAIL, PHONE))

    assert not merging.merge(store, id, id, "Sam", LATER, UTC)
    assert not merging.merge(store, id, 10**12, "Sam", LATER, UTC)
    assert store.rows("SELECT * FROM audit") == []


def test_a_merge_keeps_what_bars_either(store: Store):
    keep, other = make(store, ("Ann Lee", None, PHONE), ("Ann B. Lee", EMAIL, None))
    people.never_ask(store, other, "", "Sam", NOW, UTC)

    merging.merge(store, keep, other, "Sam", LATER, UTC)

    assert suppressed(store, [("email", EMAIL)]) == {("email", EMAIL): "never_ask"}


def test_a_merge_widens_no_bar_of_one_channel(store: Store):
    keep, other = make(store, ("Ann Lee", EMAIL, PHONE), ("Ann B. Lee", "ann@other.example", "+12025550199"))
    with store.transaction() as work:
        suppress(work, [Suppression(PHONE, "never_ask", "spring.csv", "Sam", "sms")], NOW)

    merging.merge(store, keep, other, "Sam", LATER, UTC)

    everywhere = [("email", EMAIL), ("email", "ann@other.example"), ("whatsapp", PHONE), ("whatsapp", "+12025550199")]
    assert suppressed(store, [*everywhere, ("sms", "+12025550199")]) == {("sms", "+12025550199"): "never_ask"}


def test_stop_reaches_the_addresses_of_a_merged_person(store: Store):
    keep, other = make(store, ("Ann Lee", "old@example.com", PHONE), ("Ann B. Lee", EMAIL, None))
    merging.merge(store, keep, other, "Sam", NOW, UTC)

    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, "STOP", LATER, "SM1", "stop")], Rules(), LATER, UTC)

    assert set(suppressed(store, [("email", EMAIL), ("email", "old@example.com")])) == {
        ("email", EMAIL), ("email", "old@example.com"),
    }  # fmt: skip
