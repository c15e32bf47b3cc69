"""What people write back: heard once, acted upon at once or put before a person."""

from datetime import UTC, timedelta

import pytest

from data import commands, contacts, decisions, queries
from data.lifecycle import Channel
from data.moves import Change, News
from data.pausing import REFUSAL
from data.refusals import is_refusal
from data.replies import Inbound, count_waiting, decide, receive, waiting
from data.rules import Rules
from data.store import Store
from data.suppressions import suppressed
from data.troubles import tally
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


def paused(store: Store, *requests: int) -> list[bool]:
    shown = [row(store, id)["paused"] for id in requests]
    kept = {r["request_id"]: r["paused"] for r in store.rows("SELECT request_id, paused FROM message")}
    assert shown == [kept[id] for id in requests]
    return shown


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
    hear(store, "HELP", "help")
    hear(store, "STOP", "stop")

    assert waiting(store) == []


def test_likely_refusals_come_first(store: Store):
    hear(store, "Lovely stay")
    hear(store, "wrong number")

    assert [one["body"] for one in waiting(store)] == ["wrong number", "Lovely stay"]


def test_a_refusal_in_their_own_words_holds_the_queue(store: Store):
    asked = both(store)

    hear(store, "please don't text me again")

    assert paused(store, *asked) == [True, True]
    assert statuses(store, *asked) == ["queued", "queued"]
    assert barred(store) == {}
    actors = store.rows("SELECT DISTINCT actor FROM happening WHERE event = 'paused'")
    assert [one["actor"] for one in actors] == [REFUSAL]


def test_what_a_refusal_holds_waits_for_it_also_when_told_to_leave_now(store: Store):
    (waits,) = ask(store, phone=PHONE, due_in=timedelta(days=1))
    hear(store, "Leave me alone")
    decisions.send_now(store, [waits], "Sam", LAST)

    assert paused(store, waits) == [True]
    assert row(store, waits)["hold_code"] == "refusal"


def test_friendly_words_hold_nothing(store: Store):
    asked = both(store)

    hear(store, "can't stop smiling, great stay")

    assert paused(store, *asked) == [False, False]


def test_fine_lets_the_queue_go_on(store: Store):
    asked = both(store)
    hear(store, "wrong number")

    assert decide(store, waiting(store)[0]["id"], "fine", "Sam", LAST, UTC)

    assert paused(store, *asked) == [False, False]
    assert waiting(store) == []


def test_fine_does_not_resume_what_a_person_had_paused(store: Store):
    by_hand, by_refusal = both(store)
    commands.pause(store, [by_hand], "Sam", NOW)
    hear(store, "wrong number")

    decide(store, waiting(store)[0]["id"], "fine", "Sam", LAST, UTC)

    assert paused(store, by_hand, by_refusal) == [True, False]


def test_fine_does_not_resume_what_a_person_paused_again(store: Store):
    again, other = both(store)
    hear(store, "wrong number")
    commands.resume(store, [again], "Sam", LATER + timedelta(seconds=1))
    commands.pause(store, [again], "Sam", LATER + timedelta(seconds=2))

    decide(store, waiting(store)[0]["id"], "fine", "Sam", LAST, UTC)

    assert paused(store, again, other) == [True, False]


def test_the_queue_waits_for_the_last_refusal(store: Store):
    asked = both(store)
    hear(store, "who is this?")
    hear(store, "leave me alone")
    first, second = waiting(store)

    decide(store, first["id"], "fine", "Sam", LAST, UTC)
    assert paused(store, *asked) == [True, True]

    decide(store, second["id"], "fine", "Sam", LAST, UTC)
    assert paused(store, *asked) == [False, False]


def test_opted_out_suppresses_the_whole_person(store: Store):
    asked = both(store)
    hear(store, "please don't text me again")

    decide(store, waiting(store)[0]["id"], "opted_out", "Sam", LAST, UTC)

    assert statuses(store, *asked) == ["cancelled", "cancelled"]
    assert set(barred(store)) == {("sms", PHONE), ("email", EMAIL)}


def test_an_opt_out_that_a_person_read_out_of_an_answer_counts_like_any(store: Store):
    (request,) = sent(store, phone=PHONE)
    with store.transaction() as work:
        work.rows("UPDATE message SET provider = 'twilio'")
    hear(store, "please don't text me again")
    decide(store, waiting(store)[0]["id"], "opted_out", "Sam", LAST, UTC)
    assert [one["opted_out"] for one in tally(store, NOW - timedelta(days=1))] == [1]
    story = queries.story(store, request)
    assert story
    assert "opted_out" in {one["event"] for one in story["happenings"]}


def test_a_wrong_person_loses_the_number_not_the_email(store: Store):
    by_sms, by_email = both(store)
    hear(store, "wrong number")

    decide(store, waiting(store)[0]["id"], "wrong_person", "Sam", LAST, UTC)

    assert statuses(store, by_sms, by_email) == ["cancelled", "queued"]
    assert paused(store, by_email) == [False]
    assert barred(store) == {("sms", PHONE): "wrong_person"}


def test_who_decides_second_is_told_so(store: Store):
    hear(store, "wrong number")
    (one,) = waiting(store)

    assert decide(store, one["id"], "fine", "Sam", LAST, UTC)
    assert not decide(store, one["id"], "opted_out", "Kim", LAST, UTC)
    assert barred(store) == {}
    (decision,) = store.rows("SELECT * FROM audit")
    assert (decision["actor"], decision["detail"]) == ("Sam", "fine")


@pytest.mark.parametrize("sender", ["AMAZON", "ann@example.com", "", "9" * 30])
def test_strange_senders_are_kept_and_stop_no_engine(store: Store, sender: str):
    assert hear(store, "wrong number", address=sender) == []
    assert [one["address"] for one in waiting(store)] == [sender]


def test_an_answer_by_email_finds_its_message(store: Store):
    (asked,) = sent(store, email=EMAIL, channel=Channel.EMAIL)

    (change,) = hear(store, "Lovely", address=EMAIL)

    assert change.request_id == asked
    assert waiting(store)[0]["contact_id"] == contacts.known(store, [("", EMAIL, None)])[0]


GUILTY = """STOP it now please|please don't text me again|Please dont text me|DO NOT CONTACT ME|wrong number
Wrong person, sorry|who is this?|unsubscribe me|Unsubscribed!|opt me out|opt-out|I'm opting out|remove me from your list
take me off this list|take my name off your list|leave me alone|never text me again|no more messages please|quit texting
not interested|stop at once|lose my number|this is spam|stop harassing me|I don’t want any more texts
I don't want to be contacted
do not ever call this number|I will report you|no thanks|delete my number|don't\nmessage me|go away
This is no longer her number|stop, stop, stop|Can you stop texting me?|I can't stop you, but stop texting"""
INNOCENT = """don't worry, will do|can't stop smiling, great stay|couldn't stop laughing|I cannot stop recommending you
I never got the link|Thanks!|Great service, 5 stars|will stop by again next week|we love stopping in
the bus stop is right outside, very handy|your mail went to spam but I found it|it was in my spam folder
no thanks needed, happy to help|The link does not work|Which site?|I left one on Google|Done 👍|never better
You never stop amazing us|a one-stop shop|Who did the work again?|Don't change a thing|yes|"""


@pytest.mark.parametrize("text", GUILTY.replace("\nmessage", " message").replace("\n", "|").split("|"))
def test_a_refusal_is_seen(text: str):
    assert is_refusal(text)


@pytest.mark.parametrize("text", INNOCENT.replace("\n", "|").split("|"))
def test_other_words_are_no_refusal(text: str):
    assert not is_refusal(text)


def test_a_refusal_is_seen_over_lines_and_in_typographic_quotes():
    assert is_refusal("Please don’t\n text me")
