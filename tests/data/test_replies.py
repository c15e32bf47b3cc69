"""What people write back: heard once, acted upon at once or put before a person."""

from datetime import UTC, timedelta

import pytest

from data import contacts
from data.barring import reasons
from data.lifecycle import Channel
from data.moves import Change, News
from data.opt_outs import stop_person
from data.replies import Inbound, count_waiting, receive, waiting
from data.rules import Rules
from data.store import Store
from data.suppressions import Suppression, suppress, suppressed
from tests.builders import NOW, ask, messages, row, sent
from tests.builders import hear as tell

PHONE, EMAIL = "+12025550143", "ann@example.com"
LATER, LAST = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)


def hear(
    store: Store, text: str, keyword: str | None = None, key: str = "", address: str = PHONE, **rules: bool
) -> list[Change]:
    with store.transaction() as work:
        return receive(work, [Inbound("sms", address, text, LATER, key or text, keyword)], Rules(**rules), LATER, UTC)


def barred(store: Store) -> dict[tuple[str, str], str]:
    return suppressed(store, [("sms", PHONE), ("email", EMAIL)])


def both(store: Store) -> tuple[int, int]:
    """A person asked by SMS and, still to come, by email."""
    sent(store, phone=PHONE, email=EMAIL)
    return (*ask(store, phone=PHONE, email=EMAIL), *ask(store, phone=PHONE, email=EMAIL, channel=Channel.EMAIL))


def statuses(store: Store, *requests: int) -> list[str]:
    return [row(store, id)["status"] for id in requests]


def test_stop_means_the_whole_person(store: Store):
    asked = both(store)

    hear(store, "STOP", "stop")

    assert statuses(store, *asked) == ["cancelled", "cancelled"]
    assert barred(store) == {("sms", PHONE): "opted_out", ("email", EMAIL): "opted_out"}


def test_stop_means_the_address_where_the_rules_say_so(store: Store):
    asked = both(store)

    hear(store, "STOP", "stop", stop_means_person=False)

    assert statuses(store, *asked) == ["cancelled", "queued"]
    assert barred(store) == {("sms", PHONE): "opted_out"}


def test_start_opens_the_address_again(store: Store):
    for moment, said in ((LATER, "stop"), (LAST, "start")):
        with store.transaction() as work:
            receive(work, [Inbound("sms", PHONE, said, moment, said, said)], Rules(), LAST, UTC)

    assert barred(store) == {}


@pytest.mark.parametrize("gap", [0, 2], ids=["at the same moment", "later"])
@pytest.mark.parametrize("together", [True, False], ids=["newest first in one list", "each by a hook of its own"])
def test_a_start_takes_no_later_stop_back(store: Store, together: bool, gap: int):
    stop = Inbound("sms", PHONE, "STOP", LATER + timedelta(minutes=gap), "SM2", "stop")
    start = Inbound("whatsapp", PHONE, "Yes", LATER, "SM1", "start")
    for heard in [[stop, start]] if together else [[stop], [start]]:
        with store.transaction() as work:
            receive(work, heard, Rules(), LAST, UTC)

    assert barred(store) == {("sms", PHONE): "opted_out"}


def test_nor_one_that_they_said_at_another_address(store: Store):
    sent(store, phone=PHONE, email=EMAIL)
    said = [Inbound("email", EMAIL, "stop", LAST, "1", "stop"), Inbound("sms", PHONE, "Yes", LATER, "2", "start")]
    for one in said:
        with store.transaction() as work:
            receive(work, [one], Rules(), LAST, UTC)

    assert barred(store) == {("sms", PHONE): "opted_out", ("email", EMAIL): "opted_out"}


def test_nor_a_later_word_of_another_kind(store: Store):
    """Said by a link or a provider at noon; START of eleven comes after it, as hooks do after an outage."""
    sent(store, phone=PHONE, email=EMAIL)
    for basis, address in (("unsubscribed", EMAIL), ("opted_out", PHONE)):
        with store.transaction() as work:
            stop_person(
                work, address, basis, source="link", evidence=None, actor="engine", now=LAST, zone=UTC,
                whole_person=True, said_at=LATER,
            )  # fmt: skip

    for moment, still in ((NOW, True), (LATER, True), (LATER + timedelta(seconds=1), False)):
        with store.transaction() as work:
            receive(work, [Inbound("sms", PHONE, "START", moment, str(moment), "start")], Rules(), LAST, UTC)
        assert (("sms", PHONE) in barred(store)) is still
    assert ("email", EMAIL) in barred(store)


@pytest.mark.parametrize("early", [True, False])
def test_a_start_takes_back_nothing_said_later_elsewhere(store: Store, early: bool):
    """The email unsubscribed alone; START from the phone is heard after it, and may have been written before."""
    sent(store, phone=PHONE, email=EMAIL)
    with store.transaction() as work:
        suppress(work, [Suppression(EMAIL, "unsubscribed", "link", "engine", said_at=LATER)], LAST)
        moment = NOW if early else LATER + timedelta(seconds=1)
        receive(work, [Inbound("sms", PHONE, "START", moment, "1", "start")], Rules(), LAST, UTC)

    (why,) = reasons(store, [[("sms", PHONE), ("email", EMAIL)]])
    assert why == ("unsubscribed" if early else None)


def test_a_stop_said_again_is_no_older_than_the_last_time(store: Store):
    for moment, said in ((NOW, "stop"), (LAST, "stop"), (LATER, "start")):
        with store.transaction() as work:
            receive(work, [Inbound("sms", PHONE, said, moment, str(moment), said)], Rules(), LAST, UTC)

    assert barred(store) == {("sms", PHONE): "opted_out"}


def test_what_was_barred_before_moments_were_kept_counts_from_when_it_was_written_down(store: Store):
    hear(store, "STOP", "stop")
    with store.transaction() as work:
        work.rows("UPDATE suppression SET said_at = NULL")
    for moment, still in ((LATER, True), (LAST, False)):
        with store.transaction() as work:
            receive(work, [Inbound("sms", PHONE, "START", moment, str(moment), "start")], Rules(), LAST, UTC)
        assert bool(barred(store)) is still


def test_an_answer_is_told_in_the_story_of_the_newest_message(store: Store):
    sent(store, phone=PHONE)
    (newest,) = sent(store, phone=PHONE)

    (change,) = hear(store, "Lovely stay")

    assert (change.request_id, [news.event for news in change.fresh]) == (newest, ["replied"])


def test_an_answer_leaves_what_is_known_of_the_message(store: Store):
    (request,) = sent(store, phone=PHONE, email=EMAIL)
    (message,) = messages(store, [request])
    tell(store, News(message, "undelivered", NOW, code="30006", reason="Landline"))
    hear(store, "Hello?")
    shown = row(store, request)
    assert (shown["status"], shown["code"], shown["reason"]) == ("undelivered", "30006", "Landline")


def test_a_repeated_hook_does_nothing_twice(store: Store):
    sent(store, phone=PHONE)
    first = hear(store, "STOP", "stop", key="SM1")
    before = {table: store.rows(f"SELECT * FROM {table}") for table in ("reply", "consent", "happening")}

    assert first
    assert hear(store, "STOP", "stop", key="SM1") == []
    assert {table: store.rows(f"SELECT * FROM {table}") for table in before} == before


def test_the_same_words_again_are_a_second_answer(store: Store):
    hear(store, "Hello?", key="SM1")
    hear(store, "Hello?", key="SM2")

    assert count_waiting(store) == len(waiting(store)) == 2


def test_known_words_wait_for_nobody(store: Store):
    hear(store, "STOP", "stop")
    hear(store, "START", "start")

    assert waiting(store) == []


def test_help_waits_for_a_person_unless_the_provider_has_answered_it(store: Store):
    with store.transaction() as work:
        for key in ("answered", "open"):
            said = Inbound("sms", PHONE, "HELP", LATER, key, "help", answered=key == "answered")
            receive(work, [said], Rules(), LATER, UTC)

    assert [(one["dedupe_key"], one["keyword"]) for one in waiting(store)] == [("open", "help")]


def test_likely_refusals_come_first(store: Store):
    hear(store, "Lovely stay")
    hear(store, "wrong number")

    assert [one["body"] for one in waiting(store)] == ["wrong number", "Lovely stay"]


@pytest.mark.parametrize("sender", ["AMAZON", "ann@example.com", "", "9" * 30])
def test_strange_senders_are_kept_and_stop_no_engine(store: Store, sender: str):
    assert hear(store, "wrong number", address=sender) == []
    assert [one["address"] for one in waiting(store)] == [sender]


def test_an_answer_by_email_finds_its_message(store: Store):
    (asked,) = sent(store, email=EMAIL, channel=Channel.EMAIL)

    (change,) = hear(store, "Lovely", address=EMAIL)

    assert change.request_id == asked
    assert waiting(store)[0]["contact_id"] == contacts.known(store, [("", EMAIL, None)])[0]
