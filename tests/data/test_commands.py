"""Asking, pausing, resuming: once, in time, and written down."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

from data import commands
from data.claims import claim
from data.commands import Ask
from data.lifecycle import Channel
from data.store import StoreUnavailable
from tests.builders import NOW, ask, messages, row, sent, template, token


def one(store, key=None, phone="+12024000001", email=None, name="Ann Lee"):
    sender = commands.member(store, "Sam", NOW)
    return Ask(
        name, Channel.SMS, phone or "", sender, template(store), NOW, "manual", email=email, phone=phone, key=key
    )


def test_the_same_key_is_queued_once_in_one_batch_and_over_batches(store):
    again = one(store, key="form-1")
    assert len(commands.ask(store, [again, again], NOW, token())) == 1
    assert commands.ask(store, [again], NOW, token()) == []
    assert commands.known_keys(store, ["form-1", "form-2"]) == {"form-1"}
    assert len(store.rows("SELECT id FROM request")) == len(store.rows("SELECT id FROM message")) == 1


def test_the_same_key_from_two_consoles_at_once_is_queued_once(store):
    again = one(store, key="form-1")

    def attempt(_):
        try:
            return len(commands.ask(store, [again], NOW, token()))
        except StoreUnavailable as trouble:  # the second of two at the very same moment may be refused whole
            assert "same moment" in str(trouble)
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert len(store.rows("SELECT id FROM request")) == 1


def test_two_imports_of_one_new_person_at_the_same_moment_make_one_contact(store):
    first, second = one(store, key="line 1 of one file"), one(store, key="line 1 of another")
    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as work:
            commands.ask_within(work, [first], NOW, token())
            other = pool.submit(commands.ask, store, [second], NOW, token())
            wait([other], timeout=0.3)
        other.result()
    assert len(store.rows("SELECT id FROM contact")) == 1


def test_one_person_is_one_contact_however_often_they_are_asked(store):
    commands.ask(store, [one(store, email="ann@example.com"), one(store)], NOW, token())
    commands.ask(store, [one(store, phone="+12024000009", email="ann@example.com")], NOW, token())
    commands.ask(store, [one(store, phone="+12024000002")], NOW, token())
    contacts = [found["contact_id"] for found in store.rows("SELECT contact_id FROM request ORDER BY id")]
    assert contacts[0] == contacts[1] == contacts[2] != contacts[3]
    assert len(store.rows("SELECT id FROM contact")) == 2


def test_every_request_is_written_down_with_its_message_and_its_beginning(store):
    (request,) = ask(store, due_in=timedelta(hours=1))
    found = row(store, request)
    assert (found["status"], found["paused"], found["retries"], found["due_at"]) == (
        "queued",
        False,
        0,
        NOW + timedelta(hours=1),
    )
    assert store.rows("SELECT number, status FROM message") == [{"number": 0, "status": "queued"}]
    assert store.rows("SELECT event, message_id FROM happening") == [
        {"event": "created", "message_id": messages(store, [request])[0]}
    ]


def test_pause_and_resume_reach_queued_requests_only_and_say_which(store):
    gone, waiting = sent(store), ask(store, 2)
    assert commands.pause(store, [*waiting, *gone, 10**12], "Sam", NOW) == set(waiting)
    assert commands.pause(store, waiting, "Sam", NOW) == set()
    with store.transaction() as work:
        assert claim(work, "engine", NOW, 10) == []
    assert commands.resume(store, waiting[:1], "Sam", NOW) == {waiting[0]}
    with store.transaction() as work:
        assert [held.request_id for held in claim(work, "engine", NOW, 10)] == waiting[:1]
    assert commands.pause(store, [], "Sam", NOW) == set()


def test_a_member_is_added_once(store):
    assert commands.member(store, "Sam", NOW) == commands.member(store, "Sam", NOW)
    assert commands.member(store, "Kim", NOW) != commands.member(store, "Sam", NOW)
