"""People are found, seen whole, placed, barred and allowed."""

from datetime import UTC

import pytest

from data import people
from data.lifecycle import Channel
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store, migrations
from data.suppressions import suppressed
from tests.builders import NOW, ask, row, sent
from tests.data.contacts import EMAIL, LATER, PHONE, contact_of, make, names, place, whole


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


@pytest.mark.parametrize("text", ["", "example"])
def test_people_are_sorted_by_name_without_their_accents(store: Store, text: str):
    expected = ["Émile", "Zed", "zoé", "Zoë B"]
    make(store, *((name, f"p{number}@example.com", None) for number, name in enumerate(reversed(expected))))

    def listed(order: str, number: int = 1) -> list[str]:
        return [one["name"] for one in people.search(store, text, "US", number, 3, order)[0]]

    assert listed("name") + listed("name", 2) == expected
    assert listed("-name") + listed("-name", 2) == expected[::-1]


def test_older_contacts_are_found_without_their_accents(store: Store):
    latin = [*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1E00, 0x1E9A), *range(0x1EA0, 0x1EFA)]
    told = "".join([*map(chr, latin), *"‘’ʼ´‐‑‒–—−"])
    make(store, (told, EMAIL, None), ("Plain", "plain@example.com", None))
    before = store.rows("SELECT plain FROM contact ORDER BY id")
    with store.transaction() as work:
        work.rows("UPDATE contact SET plain = NULL")
        work.rows(migrations._split(migrations._files(12, postgresql=False)[0].read_text())[1])

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
