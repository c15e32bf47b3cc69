"""Hooks that wait in the inbox: early ones wait, broken ones move nothing, old ones are forgotten."""

from datetime import timedelta

import pytest

from connectors.sandbox import SIGNATURE, URL
from data.inbox import Received, receive
from data.moves import News
from engine.inbox import open_due
from tests.builders import NOW, ask, hear, messages, row
from tests.engine.conftest import Scripted, drain, engine


def test_a_hook_that_overtakes_our_own_commit_waits_and_lands(store, sandbox, clock, mail):
    (request,) = ask(store)
    (message,) = messages(store, [request])
    token = store.rows("SELECT token FROM message")[0]["token"]
    body = f'[{{"reference": "{message + 1}-{token}", "event": "delivered", "time": 1, "key": "delivered"}}]'
    with store.transaction() as work:
        receive(work, [hook(sandbox, body, clock())])
    drain(engine(store, sandbox, clock, mail))
    assert store.rows("SELECT folded_at FROM inbox WHERE due_at > $now", now=NOW)[0]["folded_at"] is None
    clock.forward(hours=1)
    drain(engine(store, sandbox, clock, mail))
    assert store.rows("SELECT note FROM inbox WHERE note IS NOT NULL")[0]["note"] == "no such message"


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        '[{"event": "delivered"}]',
        '{"reference": 5}',
        f'[{{"reference": "{2**80}-y", "event": "delivered", "time": 1, "key": "d"}}]',
        '[{"reference": "1-y", "event": "delivered", "time": 1e99, "key": "d"}]',
        '[{"reference": "1-y", "event": "delivered", "time": NaN, "key": "d"}]',
        '[{"reference": "x-y", "event": "delivered", "time": 1, "key": "d"}]',
    ],
)
def test_a_hook_that_is_garbage_moves_nothing_and_is_kept_with_a_note(store, sandbox, clock, mail, body):
    (request,) = ask(store, due_in=timedelta(days=1))
    with store.transaction() as work:
        receive(work, [hook(sandbox, body, clock())])
    drain(engine(store, sandbox, clock, mail))
    assert store.rows("SELECT note FROM inbox")[0]["note"] == "not understood"
    assert row(store, request)["status"] == "queued"


def hook(sandbox, body, now) -> Received:
    return Received("sandbox", URL, {SIGNATURE: sandbox._sign(body)}, body, now, now)


@pytest.mark.parametrize("answer", [None, "another"])
def test_the_providers_id_that_was_told_first_stays(store, answer):
    (request,) = ask(store)
    (message,) = messages(store, [request])
    told = News(message, "delivered", NOW, actor="meta", provider_id="first")
    hear(store, told, News(message, "accepted", NOW, actor="other", provider_id=answer))
    (found,) = store.rows("SELECT provider, provider_id FROM provider_message")
    assert (found["provider"], found["provider_id"]) == ("meta", "first")


def test_one_turn_takes_no_more_events_than_others_can_wait_for(store, sandbox, clock, mail, monkeypatch):
    monkeypatch.setattr("engine.inbox.EVENTS", 4)
    ask(store, 6)
    drain(engine(store, sandbox, clock, []))
    with store.transaction() as work:
        receive(work, mail)
    with store.reading() as reading:
        first = open_due(reading, {"sandbox": sandbox}, clock())
    assert 0 < len(first) < len(mail)
    assert sum(len(one.news) for one in first) >= 4 > sum(len(one.news) for one in first[:-1])
    drain(engine(store, sandbox, clock))
    assert {one["note"] for one in store.rows("SELECT note FROM inbox WHERE folded_at IS NOT NULL")} == {None}
    assert store.rows("SELECT id FROM inbox WHERE folded_at IS NULL") == []


def test_folded_hooks_are_forgotten_after_a_month(store, sandbox, clock, mail):
    ask(store, 3)
    drain(engine(store, sandbox, clock, mail))
    assert store.rows("SELECT id FROM inbox")
    clock.forward(days=31)
    ask(store, now=clock())
    drain(engine(store, Scripted(), clock))
    assert store.rows("SELECT id FROM inbox") == []
