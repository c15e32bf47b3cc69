"""Addresses that are part of others' addresses: a copy and an erasure are about one person, and about nobody else."""

import json
import random
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote_plus

import pytest

from data import alerts, audit, erasure, inbox, person_copy
from data.alerts import Alert
from data.inbox import Received
from data.lifecycle import Channel
from data.store import Store
from tests.builders import NOW, ask, row, together

ERASED = 6  # people of the crowd


@dataclass(frozen=True)
class Person:
    id: int
    mark: str  # stands in everything that was said of them, and nowhere else
    email: str
    phone: str


def crowd(store: Store) -> list[Person]:
    """People whose emails and phones are grown from each other's by a character or a part in front or behind."""
    lot = random.Random(20260302)
    emails, phones = ["ann@shop.example", "b@shop.example"], ["+12025550", "+4930123"]
    while len(emails) < 30:
        local, _, domain = lot.choice(emails).partition("@")
        grown = lot.choice(["jo", "x", "7"]) + lot.choice(["", ".", "-", "_", "+", "'"]) + local
        emails.append(lot.choice([f"{grown}@{domain}", f"{local}@{domain}.au", f"{local}@my-{domain}"]))
    while len(phones) < 30:
        digits = lot.choice(phones)[1:]
        phones.append("+" + lot.choice([digits + lot.choice("123"), lot.choice("1234") + digits])[:15])
    emails, phones = list(dict.fromkeys(emails)), list(dict.fromkeys(phones))
    pairs = list(zip(emails, phones, strict=False))
    lot.shuffle(pairs)
    people: list[Person] = []
    with together(store) as one:
        for number, (email, phone) in enumerate(pairs):
            (request,) = ask(one, name=f"P{number}", channel=Channel.EMAIL, email=email, phone=phone)
            people.append(Person(row(one, request)["contact_id"], f"mark-{number}-", email, phone))
    return people


def hooks_of(people: list[Person]) -> list[str]:
    """Single and batched, as JSON with its escapes and as forms."""
    mails = [
        {"email": one.email.upper(), "note": one.mark, "reason": f"550 <{one.email}>: unknown\n{one.email}"}
        for one in people
    ]
    texts = [{"from": one.phone[1:], "text": {"body": one.mark}} for one in people]
    told = {"entry": [{"changes": [{"value": {"metadata": {"id": "9"}, "messages": texts}}]}]}
    forms = [f"From={quote_plus(one.phone)}&Note={one.mark}&Body=Hi+{quote_plus(one.email)}" for one in people]
    alone = [json.dumps([mail]).replace("<", "\\u003c").replace(">", "\\u003e") for mail in mails]
    return [json.dumps(mails), json.dumps(told), *forms, *alone]


def receive(store: Store, bodies: list[str]) -> None:
    with store.transaction() as work:
        inbox.receive(work, [Received("sendgrid", "https://c.test/h", {}, body, NOW, NOW) for body in bodies])
        inbox.settle(work, {one["id"]: None for one in work.rows("SELECT id FROM inbox")}, NOW)


def copied(store: Store, id: int) -> str:
    return json.dumps(person_copy.export_person(store, id)["inbox"])


def erase(store: Store, id: int) -> None:
    assert erasure.erase(store, id, "Sam", NOW, UTC)


def bodies(store: Store) -> list[str]:
    return [one["body"] for one in store.rows("SELECT body FROM inbox ORDER BY id")]


def test_a_copy_holds_only_what_is_ones_own(store: Store):
    people = crowd(store)
    receive(store, hooks_of(people))

    for one in people:
        said = copied(store, one.id)
        assert said.count(one.mark) == 4, "both batches, the form and the hook of its own"
        assert [other.mark for other in people if other != one and other.mark in said] == []


def test_erasure_blanks_whatever_names_them_and_nothing_else(store: Store):
    people = crowd(store)
    singles = hooks_of(people)[2:]
    receive(store, singles)

    for one in people[:ERASED]:
        erase(store, one.id)
        singles = ["erased" if one.mark in body else body for body in singles]
        assert bodies(store) == singles


def test_what_was_said_of_others_keeps_its_words(store: Store):
    people = crowd(store)
    gone, stay = people[:ERASED], people[ERASED:]
    with store.transaction() as work:
        for one in people:
            audit.record(work, "Sam", "note", one.mark, f"({one.email}, {one.phone})", NOW)
            audit.record(work, "Sam", "note", one.mark, f"Told by {one.email}.", NOW)
            alerts.note(work, [Alert("sendgrid", one.mark, "email", f"to=<{one.email}> {one.phone}", False)], NOW)

    for one in gone:
        erase(store, one.id)

    notes = store.rows("SELECT subject, detail FROM audit WHERE action = 'note' ORDER BY detail")
    kept = [(one.mark, said) for one in stay for said in (f"({one.email}, {one.phone})", f"Told by {one.email}.")]
    lost = [(one.mark, said) for one in gone for said in ("(erased, +erased)", "Told by erased.")]
    assert sorted((note["subject"], note["detail"]) for note in notes) == sorted(kept + lost)
    meanings = {one["code"]: one["meaning"] for one in store.rows("SELECT code, meaning FROM alert")}
    assert meanings == {one.mark: f"to=<{one.email}> {one.phone}" for one in stay} | {
        one.mark: "to=<erased> +erased" for one in gone
    }


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Ann Leeward moved, Joann Lee too", "Ann Leeward moved, Joann Lee too"),
        ("ANN LEE's brother; (Ann Lee)", "erased's brother; (erased)"),
        ("今日はAnn Leeさんが来た", "今日はerasedさんが来た"),
        ("call 0012024000001, not 212024000001", "call erased, not 212024000001"),
    ],
)
def test_a_name_or_number_within_other_words_is_no_name_of_theirs(store: Store, told: str, kept: str):
    (request,) = ask(store, name="Ann Lee", phone="+12024000001", email="ann@example.com")
    with store.transaction() as work:
        audit.record(work, "Sam", "note", "x", told, NOW)

    erase(store, row(store, request)["contact_id"])

    assert store.rows("SELECT detail FROM audit WHERE action = 'note'") == [{"detail": kept}]
