"""People are found, seen whole, placed, barred, allowed and merged."""

from datetime import UTC, timedelta

import pytest

from data import merging, migrations, people
from data.contacts import find_or_create, known
from data.lifecycle import Channel
from data.owners import owners
from data.places import Place
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store
from data.suppressions import suppressed
from tests.builders import NOW, ask, messages, row, sent

PHONE, EMAIL = "+12025550143", "ann@example.com"
LATER = NOW + timedelta(minutes=1)


def make(store: Store, *wanted: tuple[str, str | None, str | None]) -> list[int]:
    with store.transaction() as work:
        return [find_or_create(work, [one], NOW)[0] for one in wanted]


def split(store: Store) -> tuple[int, int]:
    """One person known twice, by a phone and by an email; the second has the phone, too."""
    first, second = make(store, ("Ann Lee", None, PHONE), ("Ann B. Lee", EMAIL, None))
    with store.transaction() as work:
        work.rows(
            "UPDATE contact SET phone = $phone, phone_number = $number WHERE id = $id",
            phone=PHONE, number=int(PHONE), id=second,
        )  # fmt: skip
    return first, second


def place(store: Store, id: int, **said: str) -> dict[str, str]:
    return people.set_place(store, id, Place(**said), "Sam", LATER, "UTC", "US")


def names(store: Store, text: str, number: int = 1, size: int = 50) -> list[str]:
    return [one["name"] for one in people.search(store, text, "US", number, size)[0]]


def whole(store: Store, id: int) -> dict:
    found = people.person(store, id, "Europe/Berlin")
    assert found
    return found


def contact_of(store: Store, request: int) -> int:
    return row(store, request)["contact_id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["Bob Ray", "Ann Lee"]),
        ("LEE", ["Ann Lee"]),
        ("(202) 555-0143", ["Ann Lee"]),
        ("555-014", ["Bob Ray", "Ann Lee"]),
        ("ANN@example.com", ["Ann Lee"]),
        ("@example", ["Bob Ray", "Ann Lee"]),
        ("ann@example.co", ["Ann Lee"]),
        ("ann@example.org", []),
        ("100%", []),
        ("nobody", []),
    ],
)
def test_people_are_found(store: Store, text: str, expected: list[str]):
    make(store, ("Ann Lee", EMAIL, PHONE), ("Bob Ray", "bob@example.com", "+12025550144"))

    assert names(store, text) == expected
    assert people.search(store, text, "US", 1, 50)[1] == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("garcia", ["José García"]),
        ("GARCÍA", ["José García"]),
        ("jose garcía", ["José García"]),
        ("elodie lefevre", ["ÉLODIE Lefèvre"]),
        ("élodie", ["Elodie Plain", "ÉLODIE Lefèvre"]),
        ("lukasz ost", ["Łukasz Øst"]),
        ("strasse", ["Max Straße"]),
        ("o'brien", ["O'Brien Sam", "O’Brien Pat"]),
        ("o’brien", ["O'Brien Sam", "O’Brien Pat"]),
        ("иван", ["ИВАН Ёлкин"]),
        ("елкин", ["ИВАН Ёлкин"]),
    ],
)
def test_people_are_found_without_their_accents(store: Store, text: str, expected: list[str]):
    everybody = "José García", "ÉLODIE Lefèvre", "Łukasz Øst", "Max Straße", "O’Brien Pat", "ИВАН Ёлкин"
    people_ = [(name, f"p{number}@example.com", None) for number, name in enumerate(everybody)]
    make(store, *people_, ("O'Brien Sam", "sam@example.com", None), ("Elodie Plain", "plain@example.com", None))

    assert names(store, text) == expected


def test_older_contacts_are_found_without_their_accents(store: Store):
    latin = [*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1E00, 0x1E9A), *range(0x1EA0, 0x1EFA)]
    told = "".join([*map(chr, latin), *"‘’ʼ´‐‑‒–—−"])
    make(store, (told, EMAIL, None), ("Plain", "plain@example.com", None))
    before = store.rows("SELECT plain FROM contact ORDER BY id")
    with store.transaction() as work:
        work.rows("UPDATE contact SET plain = NULL")
        work.rows(migrations._statements(12, postgresql=False)[1])

    assert store.rows("SELECT plain FROM contact ORDER BY id") == before


@pytest.mark.parametrize("text", ["second@example.com", "second@ex", "+1 310 555 0143", "310 555 01"])
def test_people_are_found_by_what_only_an_ask_of_theirs_had(store: Store, text: str):
    ask(store, name="Two Mails", phone=PHONE, email=EMAIL)
    ask(store, name="Two Mails", phone=PHONE, email="second@example.com", channel=Channel.EMAIL)
    ask(store, name="Two Mails", phone="+13105550143", email=EMAIL)
    ask(store, name="Bob Ray")

    assert names(store, text) == ["Two Mails"]


def test_no_more_than_the_most_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people, "MOST", 2)
    make(store, *((f"Ann É {number}", f"ann{number}@example.com", None) for number in range(5)))

    assert people.search(store, "ann", "US", 1, 50)[1] == 3


def test_pages_never_overlap_and_hold_no_more_than_asked(store: Store):
    make(store, *((f"Ann {number}", None, f"+1202555{number:04}") for number in range(7)))

    pages = [names(store, "ann", number, 3) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [name for page in pages for name in page] == [f"Ann {number}" for number in range(6, -1, -1)]


def test_a_person_is_seen_whole(store: Store):
    (request,) = sent(store, phone=PHONE, email=EMAIL)
    id = contact_of(store, request)
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, "STOP", LATER, "SM1", "stop")], Rules(), LATER, UTC)

    found = whole(store, id)

    assert found["contact"]["name"] == "Ann Lee"
    assert {address: [one["basis"] for one in bars] for address, bars in found["addresses"].items()} == {
        PHONE: ["opted_out"], EMAIL: ["opted_out"],
    }  # fmt: skip
    assert [one["id"] for one in found["requests"]] == [request]
    assert [one["body"] for one in found["replies"]] == ["STOP"]
    assert [(one["state"], one["basis"]) for one in found["consent"]] == [
        ("granted", "customer"), ("withdrawn", "opted_out"), ("withdrawn", "opted_out"),
    ]  # fmt: skip
    assert (found["where"]["zones"], found["where"]["source"]) == (("America/New_York",), "number")
    assert people.person(store, 10**12, "UTC") is None


def test_a_zone_counts_for_what_is_queued_not_for_what_has_left(store: Store):
    (gone,) = sent(store, phone=PHONE)
    (waits,) = ask(store, phone=PHONE)
    id = contact_of(store, waits)

    assert place(store, id, zone="America/Denver", region="Utah") == {}

    shown = row(store, waits)
    assert (shown["zones"], shown["zone_source"], shown["region"]) == ("America/Denver", "contact", "US-UT")
    assert row(store, gone)["zones"] is None
    assert whole(store, id)["where"]["region"] == "US-UT"


def test_a_zone_taken_back_is_worked_out_again(store: Store):
    (waits,) = ask(store, phone=PHONE)
    id = contact_of(store, waits)
    place(store, id, zone="America/Denver")

    place(store, id)

    assert (row(store, waits)["zones"], row(store, waits)["zone_source"]) == ("America/New_York", "number")


def test_a_postal_code_decides_zone_and_state(store: Store):
    (waits,) = ask(store, phone=PHONE)
    id = contact_of(store, waits)

    assert place(store, id, postal="79901-1234") == {}

    shown = row(store, waits)
    assert (shown["zones"], shown["zone_source"], shown["region"]) == ("America/Denver", "postal", "US-TX")
    assert (whole(store, id)["contact"]["postal"], whole(store, id)["contact"]["region"]) == ("79901", "US-TX")


@pytest.mark.parametrize(("field", "said"), [("zone", "Mars/Base"), ("region", "Atlantis"), ("postal", "1234567")])
def test_a_place_that_does_not_exist_is_told(store: Store, field: str, said: str):
    (id,) = make(store, ("Ann Lee", EMAIL, PHONE))

    troubles = place(store, id, **{field: said})

    assert list(troubles) == [field]
    assert said in troubles[field]
    assert whole(store, id)["contact"]["zone"] is None


def test_never_ask_bars_every_address_and_empties_the_queue(store: Store):
    (request,) = ask(store, phone=PHONE, email=EMAIL)
    id = contact_of(store, request)

    assert people.never_ask(store, id, "Is a competitor", "Sam", LATER, UTC) == 1

    assert (row(store, request)["status"], row(store, request)["code"]) == ("cancelled", "suppressed")
    assert suppressed(store, [("sms", PHONE), ("email", EMAIL)]) == dict.fromkeys(
        [("sms", PHONE), ("email", EMAIL)], "never_ask"
    )
    withdrawn = [one for one in whole(store, id)["consent"] if one["state"] == "withdrawn"]
    assert [one["evidence"] for one in withdrawn] == ["Is a competitor"] * 2
    assert "competitor" not in str(store.rows("SELECT * FROM audit"))


def test_the_team_takes_back_what_the_team_said(store: Store):
    (id,) = make(store, ("Ann Lee", EMAIL, PHONE))
    people.never_ask(store, id, "", "Sam", NOW, UTC)

    assert people.allow_again(store, id, "", "Sam", LATER)
    assert suppressed(store, [("sms", PHONE), ("email", EMAIL)]) == {}
    assert not people.allow_again(store, id, "", "Sam", LATER)


def test_what_a_person_said_needs_their_consent_anew(store: Store):
    (id,) = make(store, ("Ann Lee", EMAIL, PHONE))
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, "STOP", NOW, "SM1", "stop")], Rules(), NOW, UTC)

    assert not people.allow_again(store, id, "  ", "Sam", LATER)
    assert suppressed(store, [("sms", PHONE)]) == {("sms", PHONE): "opted_out"}

    assert people.allow_again(store, id, "Signed the form again", "Sam", LATER)
    assert suppressed(store, [("sms", PHONE)]) == {}


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
    assert {one[0] for one in owners(store, EMAIL)} == {first}


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


def test_stop_reaches_the_addresses_of_a_merged_person(store: Store):
    keep, other = make(store, ("Ann Lee", "old@example.com", PHONE), ("Ann B. Lee", EMAIL, None))
    merging.merge(store, keep, other, "Sam", NOW, UTC)

    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, "STOP", LATER, "SM1", "stop")], Rules(), LATER, UTC)

    assert set(suppressed(store, [("email", EMAIL), ("email", "old@example.com")])) == {
        ("email", EMAIL), ("email", "old@example.com"),
    }  # fmt: skip
