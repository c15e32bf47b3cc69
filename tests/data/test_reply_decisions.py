"""What waits for a person: held meanwhile, then decided once."""

from datetime import UTC, timedelta

from data import commands, decisions, planning, queries
from data.commands import Ask
from data.lifecycle import Channel
from data.pausing import REFUSAL
from data.replies import decide, waiting
from data.store import Store
from data.troubles import tally
from engine.policy import judge
from tests.builders import NOW, ask, row, sent, setting, template, token
from tests.data.test_replies import EMAIL, LAST, LATER, PHONE, barred, both, hear, statuses


def paused(store: Store, *requests: int) -> list[bool]:
    shown = [row(store, id)["paused"] for id in requests]
    kept = {r["request_id"]: r["paused"] for r in store.rows("SELECT request_id, paused FROM message")}
    assert shown == [kept[id] for id in requests]
    return shown


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


def test_what_waits_for_words_from_an_address_of_nobody_known_waits_on_when_others_are_decided(store: Store):
    hear(store, "Leave me alone")  # by somebody who was never asked
    used = template(store, Channel.EMAIL)
    one = Ask("Ann", Channel.EMAIL, EMAIL, 1, used, LATER, "manual", EMAIL, PHONE)
    (request,) = commands.ask(store, [planning.plan(store, [one], setting(judge), LATER)[0].ask], LATER, token())
    hear(store, "Leave me alone", address="+12025550177", key="other")
    assert paused(store, request) == [True]

    others, theirs = sorted(waiting(store), key=lambda answer: answer["address"] == PHONE)
    decide(store, others["id"], "fine", "Sam", LAST, UTC)
    assert paused(store, request) == [True]

    decide(store, theirs["id"], "fine", "Sam", LAST, UTC)
    assert paused(store, request) == [False]


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
    assert [one["opted_out"] for one in tally(store, NOW, NOW - timedelta(days=1))] == [1]
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
