"""What the list shows: every filter, every sort, pages that never overlap, the same on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from data import commands, queries
from data.checks.searching import search_bits
from data.filter_address import address, parse
from data.filters import Filters
from data.lifecycle import Channel, Status
from data.queries import SORTS, Sort
from data.store import migrations
from tests.builders import NOW, ask, row, sent, tell


def listed(store, filters=Filters(), sort=Sort(), number=1, size=50):
    return [found["id"] for found in queries.page(store, filters, sort, number, size)]


@pytest.mark.parametrize(
    "typed",
    ["+1 202-555-0143", "(202) 555-0143", "202.555.0143", "12025550143", "555-0143", "+12025550143", "  2025550143 "],
)
def test_a_phone_is_found_in_any_format(store, typed):
    ask(store, 3)
    (wanted,) = ask(store, phone="+12025550143")
    assert listed(store, Filters(search=typed)) == [wanted]


@pytest.mark.parametrize(
    ("kept", "typed", "region"),
    [
        ("+4930123456", "+49 +4930 +493012 +4930123 +49301234 +493012345 +4930123456 030/12345", "DE"),
        ("+442079460958", "2079460958 (207)946-0958 207946095 +44", "US"),
    ],
)
def test_a_phone_is_found_by_every_part_even_one_that_is_a_number_itself(store, kept, typed, region):
    ask(store, phone="+12025550100", email="somebody@example.com")
    (wanted,) = ask(store, phone=kept)
    for text in typed.split():
        filters = Filters(search=text, region=region)
        assert listed(store, filters) == [wanted], text
        assert queries.summary(store, filters).count() == 1
        assert listed(store, filters, Sort("name")) == [wanted]


@pytest.mark.parametrize("typed", ["7-11", "(7-11", "2024-11", "2025550143"])
def test_digits_are_sought_in_names_and_emails_as_they_are_typed(store, typed):
    ask(store)
    (wanted,) = ask(store, name="The (7-11) Store", email="2025550143.2024-11@example.com")
    assert listed(store, Filters(search=typed)) == [wanted]


@pytest.mark.parametrize("typed", ["zoë", "ZOË", "zoe", "oë M", "Müller"])
def test_a_name_is_found_whatever_its_case_and_accents(store, typed):
    ask(store)
    (wanted,) = ask(store, name="Zoë Müller")
    assert listed(store, Filters(search=typed)) == [wanted]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Pat O’Neil", ["o'neil", "O’NEIL"]),
        ("Pat O'Neil", ["o’neil"]),
        ("Łukasz Żółć", ["lukasz zolc", "ŁUKASZ", "Łukasz Zolc"]),
        ("Søren Straße", ["soren", "strasse", "STRAßE", "søren straße"]),
        ("José Ñandú", ["jose ñandu", "ñandu", "nandú"]),
        ("Jose Nandu", ["José"]),
    ],
)
def test_a_name_is_found_as_any_keyboard_writes_it(store, name, typed):
    ask(store)
    (wanted,) = ask(store, name=name)
    for text in typed:
        assert listed(store, Filters(search=text)) == [wanted], text
        assert queries.summary(store, Filters(search=text)).count() == 1


def test_a_name_kept_before_it_was_folded_is_found_as_it_is_written(store):
    (wanted,) = ask(store, name="Łukasz Żółć")
    old = "łukasz żółć\nann@example.com\n\nłukasz zołc"
    with store.transaction() as work:
        work.rows("UPDATE request SET search = $old, search_bits = $bits", old=old, bits=search_bits(old))
    for text in ("łukasz", "ŻÓŁĆ", "kasz zoł"):
        assert listed(store, Filters(search=text)) == [wanted], text


def test_an_email_is_found_even_where_the_request_goes_by_sms(store):
    ask(store)
    (wanted,) = ask(store, email="zoe_m%x@example.com")
    assert listed(store, Filters(search="ZOE_M%X@example")) == [wanted]
    assert listed(store, Filters(search="zoe.m")) == []


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "%", "_", "\\", "$needle", "'; DROP TABLE request; --", "<script>"])
def test_hostile_text_in_the_search_finds_nothing_and_harms_nothing(store, typed):
    ask(store)
    assert listed(store, Filters(search=typed)) == []
    assert len(listed(store)) == 1


def test_an_older_store_gets_the_bits_that_new_requests_have(store):
    for name in ("Al", "Zoë Müller", "😀 Smile", "محمد علي", "Ann Zimmer-O'Neill"):
        ask(store, name=name)
    told = store.rows("SELECT id, search, search_bits FROM request")
    with store.transaction() as work:
        work.rows("UPDATE request SET search_bits = NULL")
        work.rows((Path(migrations.__file__).parent / "steps/0008.sql").read_text().partition(";")[2])
    assert store.rows("SELECT id, search, search_bits FROM request") == told
    assert all(one["search_bits"] == search_bits(one["search"]) for one in told)


def test_the_counts_above_a_search_follow_it_and_the_other_filters(store):
    sent(store, name="Zoë Müller")
    sent(store, name="Zoë Müller", email="zoe@example.com", channel=Channel.EMAIL)
    ask(store, 2)
    for typed in ("müller", "ül", "zo"):
        assert queries.summary(store, Filters(search=typed)).by_status == {Status.SENT: 2}
        assert queries.summary(store, Filters(search=typed, channels=("email",))).by_status == {Status.SENT: 1}
    assert queries.summary(store, Filters(search="nobody")).by_status == {}


def test_each_filter_narrows_and_they_combine(store):
    (sms,) = sent(store, sender="Sam")
    (email,) = sent(store, channel=Channel.EMAIL, sender="Kim", at=NOW + timedelta(days=3))
    (waiting,) = ask(store, sender="Kim")
    sam, kim = row(store, sms)["sent_by"], row(store, email)["sent_by"]
    assert listed(store, Filters(channels=("email",))) == [email]
    assert listed(store, Filters(statuses=("queued",))) == [waiting]
    assert listed(store, Filters(statuses=("queued", "sent"))) == [waiting, email, sms]
    assert listed(store, Filters(senders=(sam,))) == [sms]
    assert listed(store, Filters(senders=(kim,), statuses=("sent",))) == [email]
    assert listed(store, Filters(since=NOW.date(), until=NOW.date())) == [sms]
    assert listed(store, Filters(since=(NOW + timedelta(days=1)).date())) == [email]


@pytest.mark.parametrize("column", [None, *SORTS])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_every_sort_hold_every_request_once(store, column, descending):
    every = [
        *ask(store, 4, name="bob"),
        *sent(store, 5, name="Ann", channel=Channel.EMAIL),
        *ask(store, 4, sender="Zed"),
    ]
    sort = Sort(column, descending)
    found = [id for number in (1, 2, 3, 4, 5) for id in listed(store, sort=sort, number=number, size=3)]
    assert sorted(found) == sorted(every)
    assert listed(store, sort=sort, size=50) == found


def test_names_are_sorted_without_regard_to_case(store):
    bob, anna, dan = (ask(store, name=name, sender=f"{name} S")[0] for name in ("Bob", "anna", "Dan"))
    assert listed(store, sort=Sort("name", descending=False)) == [anna, bob, dan]
    assert listed(store, sort=Sort("sent_by", descending=True)) == [dan, bob, anna]


def test_names_are_sorted_without_regard_to_accents(store):
    expected = ["_x", "Emil", "Émile", "emmy", "Ødegaard", "Øst", "Zed", "Иван"]
    for name in reversed(expected):
        ask(store, name=name)
    listed = [one["contact_name"] for one in queries.page(store, Filters(), Sort("name", descending=False), 1, 50)]
    assert listed == expected
    with store.transaction() as work:  # as it is in a store of before
        before = work.rows("SELECT id, plain FROM request ORDER BY id")
        work.rows("UPDATE request SET plain = NULL")
        work.rows(migrations._split(migrations._files(15, postgresql=False)[0].read_text())[1])
        assert work.rows("SELECT id, plain FROM request ORDER BY id") == before


def test_the_newest_ask_comes_first_unless_asked_otherwise(store):
    requests = ask(store, 3)
    assert listed(store) == requests[::-1]
    assert listed(store, sort=Sort("nonsense")) == requests[::-1]


def test_requests_without_a_date_come_last_in_both_directions(store):
    (waiting,) = ask(store)
    (done,) = sent(store)
    assert listed(store, sort=Sort("sent_at", descending=True)) == [done, waiting]
    assert listed(store, sort=Sort("sent_at", descending=False)) == [done, waiting]


def test_the_summary_counts_what_the_other_filters_let_through(store):
    ask(store, 2)
    (delivered, seen, failed) = sent(store, 3, channel=Channel.EMAIL)
    tell(store, delivered, "delivered")
    tell(store, seen, "opened")
    tell(store, failed, "failed")
    summary = queries.summary(store, Filters(statuses=("queued",)))
    assert summary.count() == 5
    assert summary.count(Status.QUEUED) == 2
    assert summary.count(Status.DELIVERED) == summary.count(Status.OPENED, Status.READ) == summary.problems == 1
    assert queries.summary(store, Filters(channels=("email",))).count() == 3


def test_the_story_tells_all_that_happened_in_order(store):
    (request,) = ask(store)
    commands.pause(store, [request], "Sam", NOW + timedelta(minutes=1))
    commands.resume(store, [request], "Sam", NOW + timedelta(minutes=2))
    story = queries.story(store, request)
    assert story
    assert [happening["event"] for happening in story["happenings"]] == ["created", "paused", "resumed"]
    assert story["happenings"][1]["actor"] == "Sam"
    assert story["messages"][0]["body"]
    assert queries.story(store, 10**12) is None


def test_an_address_says_the_same_as_the_filters(store):
    (request,) = sent(store, sender="Kim O'Neil & Söhne")
    names = queries.members(store)
    filters = Filters(
        "a b&c=d", ("sms", "email"), ("queued", "read"), (row(store, request)["sent_by"],), NOW.date(), NOW.date()
    )
    assert parse(address(filters, names), names) == filters
    assert parse([], names) == Filters()


@pytest.mark.parametrize(
    "items",
    [
        [("via", "pigeon")],
        [("status", "'; DROP TABLE")],
        [("by", "Nobody")],
        [("sent", "yesterday")],
        [("sent", "2026-13-45")],
    ],
)
def test_an_address_that_makes_no_sense_is_answered_with_a_sentence(items):
    assert "does not exist" in str(parse(items, {1: "Sam"}))


def test_strange_parameters_are_nobodys_business():
    assert parse([("utm_source", "x"), ("via", "SMS")], {}) == Filters(channels=("sms",))
