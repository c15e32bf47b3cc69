"""A person is found again by every address they were ever asked at, also one that their contact does not show."""

from datetime import UTC

import pytest

from data import erasure, merging, people
from data.lifecycle import Channel
from data.opt_outs import stop_person
from data.store import Store, migrations
from tests.builders import NOW, add_follow_up, ask, row

PHONE, FIRST, SECOND = "+12025550143", "ann@example.com", "ann@work.example"


def asked_twice(store: Store) -> int:
    """One contact by the phone, asked under two emails; returns its id."""
    ask(store, channel=Channel.EMAIL, phone=PHONE, email=FIRST)
    return row(store, ask(store, channel=Channel.EMAIL, phone=PHONE, email=SECOND)[0])["contact_id"]


def kept(store: Store) -> list[tuple[int, str]]:
    return [(one["contact_id"], one["address"]) for one in store.rows("SELECT contact_id, address FROM other_address")]


def stopped_from(store: Store, address: str) -> int:
    """How many requests a STOP of the whole person takes out."""
    with store.transaction() as work:
        return len(
            stop_person(
                work, address, "opted_out", source="email", evidence=None, actor="recipient", now=NOW, zone=UTC,
                whole_person=True,
            )
        )  # fmt: skip


def test_only_what_the_contact_does_not_show_is_kept_and_only_once(store: Store):
    person = asked_twice(store)
    asked_twice(store)

    assert kept(store) == [(person, SECOND)]


def test_a_merged_person_is_found_by_the_second_email(store: Store):
    other = asked_twice(store)
    keep = row(store, ask(store, name="Ann", phone="+12025550199", email="ann.lee@example.com")[0])["contact_id"]
    assert merging.merge(store, keep, other, "Sam", NOW, UTC)

    assert kept(store) == [(keep, SECOND)]
    assert stopped_from(store, SECOND) == 3


def test_an_erased_person_leaves_no_address(store: Store):
    erasure.erase(store, asked_twice(store), "Sam", NOW, UTC)

    assert kept(store) == []


def test_an_older_store_learns_them_from_its_requests(store: Store, monkeypatch: pytest.MonkeyPatch):
    person = asked_twice(store)
    with store.transaction() as work:
        work.rows("DROP TABLE other_address")
        work.rows("DROP TABLE alert")
        work.rows("DELETE FROM schema_version WHERE number >= 5")
    monkeypatch.setattr(migrations, "CURRENT", 5)
    migrations.prepare(store, NOW)

    assert kept(store) == [(person, SECOND)]


def test_what_an_older_store_has_queued_for_a_former_phone_goes_to_that_of_its_ask(store: Store):
    (request,) = ask(store, channel=Channel.EMAIL, phone=PHONE, email=FIRST)
    follow_up = add_follow_up(store, request, 1)
    with store.transaction() as work:
        work.rows("UPDATE message SET channel = 'sms', address = '+13105550143' WHERE id = $id", id=follow_up)
        work.rows(migrations._split(migrations._files(10, postgresql=False)[0].read_text())[1])
    addresses = store.rows("SELECT address FROM message WHERE request_id = $id ORDER BY number", id=request)
    assert [one["address"] for one in addresses] == [FIRST, PHONE]


def test_never_ask_bars_and_empties_every_address_they_were_asked_at(store: Store):
    person = asked_twice(store)
    assert people.never_ask(store, person, "Asked us to", "Sam", NOW, UTC) == 2
    assert people.barred(store, SECOND)
    assert people.allow_again(store, person, "They called", "Sam", NOW)
    assert not people.barred(store, SECOND)


def test_a_stop_covers_an_address_that_a_later_ask_brought_along(store: Store):
    ask(store, phone=PHONE, email=None)
    ask(store, phone=PHONE, email=FIRST)
    stopped_from(store, PHONE)
    assert people.barred(store, FIRST)
