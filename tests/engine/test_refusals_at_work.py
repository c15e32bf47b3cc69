"""While a likely refusal waits to be read nobody asks that person again; what is decided goes for all that waits."""

from datetime import UTC, timedelta

import pytest

from data import commands, erasure, why
from data.filters import Filters
from data.lifecycle import Channel
from data.replies import Inbound, decide, receive, waiting
from data.rules import Rules
from pages.wording import status_words
from tests.builders import NOW, row
from tests.engine.asks import WEST, keep, put
from tests.engine.conftest import Scripted, drain, engine


def hear(store, text="please don't text me again", address=WEST) -> int:
    with store.transaction() as work:
        receive(work, [Inbound("sms", address, text, NOW, text, None)], Rules(), NOW, UTC)
    return waiting(store)[0]["id"]


def test_a_new_ask_waits_and_says_why(store, clock):
    hear(store)
    later = put(store, due=NOW + timedelta(hours=2))
    shown = row(store, later)
    assert (shown["paused"], shown["hold_code"], shown["due_at"]) == (True, "refusal", NOW + timedelta(hours=2))
    label, words = status_words(shown)
    assert (label, "by a person" in words, "looks like a refusal" in words) == ("Paused", False, True)
    assert [(one.code, one.count, one.next_at) for one in why.reasons(store, Filters())] == [("refusal", 1, None)]
    clock.forward(hours=3)
    drain(engine(store, connector := Scripted(), clock))
    assert connector.sent == []


@pytest.mark.parametrize(("verdict", "left"), [("fine", 1), ("opted_out", 0), ("wrong_person", 0)])
def test_what_is_decided_lets_it_go_or_ends_it(store, clock, verdict, left):
    reply = hear(store)
    request = put(store)
    assert decide(store, reply, verdict, "Sam", NOW, UTC)
    shown = row(store, request)
    assert left == 0 or (shown["paused"], shown["hold_code"], shown["hold_reason"]) == (False, None, None)
    drain(engine(store, connector := Scripted(), clock))
    assert len(connector.sent) == left


def test_the_hold_is_the_persons_whatever_the_channel(store, clock):
    put(store, email="ann@example.com")
    drain(engine(store, Scripted(), clock))
    hear(store)
    mail = put(store, email="ann@example.com", channel=Channel.EMAIL, override="Their wish")
    assert row(store, mail)["hold_code"] == "refusal"


def test_resume_alone_does_not_send_it(store, clock):
    hear(store)
    request = put(store)
    clock.forward(minutes=1)
    assert commands.resume(store, [request], "Sam", clock()) == {request}
    drain(engine(store, connector := Scripted(), clock))
    assert connector.sent == []
    assert (row(store, request)["paused"], row(store, request)["hold_code"]) == (True, "refusal")


def test_nor_where_the_refusal_came_from_another_address_that_nobody_was_known_by(store, clock):
    other = "+13105550144"
    hear(store, address=other)
    mail = put(store, phone=other, email="ann@example.com", channel=Channel.EMAIL)
    clock.forward(minutes=1)
    commands.resume(store, [mail], "Sam", clock())
    drain(engine(store, connector := Scripted(), clock))
    assert (connector.sent, row(store, mail)["hold_code"]) == ([], "refusal")
    hear(store, "Leave me alone", address="+13105550145")
    assert decide(store, waiting(store)[1]["id"], "fine", "Sam", clock(), UTC)
    assert row(store, mail)["paused"]


def test_who_paused_by_hand_resumes_by_hand(store, clock):
    request = put(store)
    commands.pause(store, [request], "Sam", NOW)
    reply = hear(store)
    assert "by a person" in status_words(row(store, request))[1]
    decide(store, reply, "fine", "Sam", NOW, UTC)
    assert row(store, request)["paused"]


def test_friendly_words_hold_nobody(store, clock):
    hear(store, "Lovely stay, thank you")
    put(store)
    drain(engine(store, connector := Scripted(), clock))
    assert len(connector.sent) == 1


@pytest.mark.parametrize(("verdict", "expected"), [("fine", "sent"), ("opted_out", "cancelled")])
def test_what_is_decided_goes_for_everybody_who_shares_an_address(store, clock, verdict, expected):
    keep(store, cooldown_days=0)
    other, shared = "+13105550144", "family@example.com"
    waits = put(store, email=shared, due=NOW + timedelta(hours=2))
    put(store, phone=other)
    put(store, phone=other, email=shared)
    drain(engine(store, Scripted(), clock))
    reply = hear(store, address=other)
    clock.forward(hours=3)
    drain(engine(store, connector := Scripted(), clock))
    assert (connector.sent, row(store, waits)["hold_code"]) == ([], "refusal")
    assert decide(store, reply, verdict, "Lea", clock(), UTC)
    drain(engine(store, connector, clock))
    assert (row(store, waits)["status"], row(store, waits)["hold_code"]) == (expected, None)


def test_one_refusal_that_is_decided_leaves_what_another_of_theirs_holds(store, clock):
    first = hear(store)
    hear(store, "leave me alone")
    request = put(store)
    assert decide(store, first, "fine", "Lea", clock(), UTC)
    assert (row(store, request)["paused"], row(store, request)["hold_code"]) == (True, "refusal")
    (second,) = waiting(store)
    assert decide(store, second["id"], "fine", "Lea", clock(), UTC)
    assert not row(store, request)["paused"]


def test_who_is_erased_holds_nobody_who_shares_their_address(store, clock):
    keep(store, cooldown_days=0)
    other, shared = "+13105550144", "family@example.com"
    waits = put(store, email=shared, due=NOW + timedelta(hours=2))
    erased = row(store, put(store, phone=other))["contact_id"]
    put(store, phone=other, email=shared)
    hear(store, address=other)
    clock.forward(hours=3)
    drain(engine(store, Scripted(), clock))
    assert row(store, waits)["hold_code"] == "refusal"
    assert erasure.erase(store, erased, "Lea", clock(), UTC)
    assert not row(store, waits)["paused"]
