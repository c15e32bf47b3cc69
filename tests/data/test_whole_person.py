"""What somebody said at one address counts at every other, and the other way round when they take it back."""

from datetime import UTC, datetime, timedelta

import pytest

from data import barring, cases, claims, merging, planning, rules
from data.commands import Ask
from data.contacts import find_or_create
from data.lifecycle import Channel
from data.opt_outs import stop_person
from data.replies import Inbound, decide, receive, waiting
from data.rules import Rules
from data.store import Store
from data.suppressions import suppressed
from data.versions import Around
from engine.policy import judge
from tests.builders import NOW, ask, messages, row, sent, setting, template

PHONE, OTHER_PHONE = "+12025550143", "+12025550199"
FIRST, SECOND = "ann@example.com", "ann@work.example"
LATER, LAST = NOW + timedelta(minutes=1), NOW + timedelta(minutes=9)
OPEN = Rules(opens=0, closes=24 * 60, cooldown_days=0)


def said(store: Store, address: str, basis: str, *, whole_person: bool, at: datetime = NOW) -> None:
    with store.transaction() as work:
        stop_person(
            work, address, basis, source="provider", evidence=None, actor="engine", now=at, zone=UTC,
            whole_person=whole_person,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "stop_means_person", "expected"),
    [("unsubscribed", True, "cancelled"), ("unsubscribed", False, "queued"), ("bounced", True, "queued")],
)
def test_a_merge_carries_a_stop_to_what_is_queued(store: Store, basis: str, stop_means_person: bool, expected: str):
    with store.transaction() as work:
        rules.keep(work, Rules(stop_means_person=stop_means_person), "Sam", NOW)
    (waits,) = ask(store, phone=PHONE, email=FIRST, channel=Channel.EMAIL)
    (gone,) = ask(store, phone=OTHER_PHONE, email=SECOND, channel=Channel.EMAIL)
    said(store, SECOND, basis, whole_person=False)

    keep, other = row(store, waits)["contact_id"], row(store, gone)["contact_id"]
    assert merging.merge(store, keep, other, "Sam", LATER, UTC)

    assert row(store, waits)["status"] == expected
    barred = suppressed(store, [("sms", PHONE), ("email", FIRST), ("sms", OTHER_PHONE)])
    assert set(barred.values()) == ({basis} if expected == "cancelled" else set())
    assert len(barred) == (3 if expected == "cancelled" else 0)


def texted(store: Store, phone: str, keyword: str, at: datetime) -> None:
    with store.transaction() as work:
        receive(work, [Inbound("sms", phone, keyword, at, f"{phone} {at}", keyword)], Rules(), at, UTC)


def refused(store: Store, channel: Channel, phone: str | None, email: str | None, kept: Rules = OPEN) -> bool:
    """Whether a new ask to this person would be, as the form and the import see it."""
    address = (email if channel is Channel.EMAIL else phone) or ""
    one = Ask("Ann", channel, address, 1, template(store, channel), LAST, "import", email=email, phone=phone)
    return planning.plan(store, [one], setting(judge, kept), LAST)[0].blocked is not None


STOP, START = "stop from the phone", "start from the phone"
WORDS = [  # what was said in this order, and whether the phone, the email may be written to after it
    ((STOP,), False, False),
    ((STOP, START), True, False),
    ((STOP, START, "merged"), True, False),
    ((STOP, START, "unsubscribed"), False, False),
    ((STOP, START, STOP), False, False),
    (("unsubscribed alone", START), True, False),
    ((START, "unsubscribed alone"), False, False),
    (("complained alone", START), False, False),
    (("never_ask alone", START), False, False),
    (("bounced alone",), True, False),
    (("wrong_person alone",), True, False),
    (("wrong_person alone", "merged"), True, False),
    (("bounced alone", "unsubscribed alone"), False, False),
]


def test_start_opens_the_phone_that_said_it_and_no_more(store: Store):
    got: list[tuple[tuple[str, ...], bool, bool]] = []
    for number, (words, _, _) in enumerate(WORDS):
        phone, email = f"+12025550{number:03}", f"ann{number}@example.com"
        person = row(store, ask(store, phone=phone, email=email)[0])["contact_id"]
        for minute, word in enumerate(words):
            at = NOW + timedelta(minutes=minute)
            if word in (STOP, START):
                texted(store, phone, word.split()[0], at)
            elif word == "merged":
                with store.transaction() as work:
                    barring.spread(work, person, "Sam", at, UTC)
            else:
                said(store, email, word.split()[0], whole_person="alone" not in word, at=at)
        by_phone = {refused(store, channel, phone, email) for channel in (Channel.SMS, Channel.WHATSAPP)}
        assert len(by_phone) == 1
        got.append((words, not by_phone.pop(), not refused(store, Channel.EMAIL, phone, email)))

    assert got == WORDS


def test_what_may_be_planned_after_start_also_leaves(store: Store):
    ask(store, phone=PHONE, email=FIRST)
    texted(store, PHONE, "stop", NOW)
    texted(store, PHONE, "start", LATER)
    ask(store, phone=PHONE, email=FIRST, now=LATER)
    with store.transaction() as work:
        (one,) = claims.claim(work, "test", LATER, 10)
        known = cases.facts(work, [one], OPEN, LATER, Around("The Shop"))

    assert known.recipients[0].suppressed is None


def test_a_new_ask_is_refused_for_any_address_of_the_person(store: Store):
    said(store, "gone@example.com", "unsubscribed", whole_person=False)  # of nobody who is known
    ask(store, phone=PHONE, email=FIRST)
    ask(store, phone=PHONE, email=SECOND, channel=Channel.EMAIL)  # kept beside the contact
    said(store, SECOND, "unsubscribed", whole_person=False)
    keep, other = (row(store, ask(store, phone=f"+1202555019{n}", email=f"bo{n}@x.com")[0])["contact_id"] for n in "12")
    said(store, "bo2@x.com", "unsubscribed", whole_person=False)
    with store.transaction() as work:  # as a merge left it that carried no stop yet
        work.rows("UPDATE contact SET merged_into = $keep WHERE id = $other", keep=keep, other=other)

    asks = [(OTHER_PHONE, "gone@example.com"), (PHONE, None), ("+12025550191", None), (OTHER_PHONE, "new@example.com")]
    assert [refused(store, Channel.SMS, phone, email) for phone, email in asks] == [True, True, True, False]


def test_a_refusal_from_a_second_phone_holds_the_whole_person_until_it_is_decided(store: Store):
    (waits,) = ask(store, phone=PHONE, email=FIRST)
    ask(store, phone=OTHER_PHONE, email=FIRST)  # the same person, by their email
    with store.transaction() as work:
        receive(work, [Inbound("sms", OTHER_PHONE, "Don't text me again", NOW, "1", None)], Rules(), NOW, UTC)

    assert row(store, waits)["paused"]

    (reply,) = waiting(store)
    decide(store, reply["id"], "fine", "Sam", LATER, UTC)
    assert not row(store, waits)["paused"]


def test_an_ask_that_names_two_contacts_waits_for_the_cooldown_of_either(store: Store):
    with store.transaction() as work:
        find_or_create(work, [("Ann", None, PHONE)], NOW)
    (asked,) = sent(store, phone=OTHER_PHONE, email=FIRST, channel=Channel.EMAIL)
    (message,), person = messages(store, [asked]), row(store, asked)["contact_id"]
    with store.transaction() as work:
        work.append(
            "reach", {"contact_id": [person], "request_id": [asked], "message_id": [message], "reached_at": [NOW]}
        )

    assert refused(store, Channel.SMS, PHONE, FIRST, Rules())
    assert not refused(store, Channel.SMS, PHONE, None, Rules())


def test_what_an_engine_noted_of_a_contact_while_it_was_merged_counts_for_whom_it_is_kept_as(store: Store):
    with store.transaction() as work:
        kept, other = find_or_create(work, [("Ann", FIRST, PHONE), ("Ann", SECOND, OTHER_PHONE)], NOW)
    assert merging.merge(store, kept, other, "Sam", NOW, UTC)
    assert not refused(store, Channel.SMS, PHONE, FIRST, Rules())
    with store.transaction() as work:
        work.append("reach", {"contact_id": [other], "request_id": [1], "message_id": [1], "reached_at": [NOW]})

    assert refused(store, Channel.SMS, PHONE, FIRST, Rules())
