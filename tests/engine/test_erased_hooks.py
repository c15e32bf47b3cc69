"""Hooks about somebody who was erased: unfolded ones and late ones land, others lose nothing, no address comes back."""

import json
import time
from datetime import UTC, timedelta
from urllib.parse import unquote

import pytest

from connectors.contract import Reply, Report, Scope, TryLater
from data import erased, erasure, inbox
from data.contacts import address_key
from data.inbox import Received
from data.moves import News
from data.suppressions import Suppression, suppress
from tests.builders import NOW, ask, messages, row, sent
from tests.engine.conftest import Scripted, drain, engine

PHONE, EMAIL, OTHER = "+12025550143", "ann@example.com", "+12025550144"


class Telling(Scripted):
    """Hooks are JSON: what is reported of messages, and what people wrote."""

    def reports(self, hook):
        said = json.loads(hook.body)
        reports = [
            Report(one["ref"], one["event"], NOW, one["ref"] + one["event"], reason=one.get("to"))
            for one in said
            if "ref" in one
        ]
        return reports + [
            Reply("sms", one["from"], one["text"], NOW, one["text"], None) for one in said if "from" in one
        ]


def came(store, said, url="https://c.test/hooks/scripted") -> None:
    with store.transaction() as work:
        inbox.receive(work, [Received("scripted", url, {"x": "1"}, json.dumps(said), NOW, NOW)])


def reference(store, request) -> str:
    (message,) = messages(store, [request])
    return f"{message}-{store.rows('SELECT token FROM message WHERE id = $id', id=message)[0]['token']}"


def everything(store) -> str:
    tables = ("contact", "request", "message", "happening", "inbox", "reply", "suppression", "consent", "audit", "stop")
    return json.dumps({table: store.rows(f"SELECT * FROM {table}") for table in tables}, default=str)


def about_both(store) -> tuple[int, int, list]:
    (gone,) = sent(store, phone=PHONE, email=EMAIL)
    (stays,) = sent(store, phone=OTHER, email="bo@example.com")
    said = [
        {"ref": reference(store, gone), "event": "undelivered", "to": f"{PHONE} and {EMAIL.title()} are unreachable"},
        {"ref": reference(store, stays), "event": "delivered", "to": OTHER},
    ]
    return gone, stays, said


def fold(store, clock) -> None:
    """Until all is folded: a hook whose message is not known (any more) is kept for ten minutes first."""
    one = Telling()
    drain(engine(store, one, clock))
    clock.forward(minutes=11)
    drain(engine(store, one, clock))
    assert store.rows("SELECT id FROM inbox WHERE folded_at IS NULL") == []


def erase(store, request) -> None:
    assert erasure.erase(store, row(store, request)["contact_id"], "Sam", NOW, UTC)


def test_an_unfolded_hook_is_folded_for_the_others_and_then_blanked(store, clock):
    gone, stays, said = about_both(store)
    came(store, said)
    erase(store, gone)
    fold(store, clock)
    assert row(store, stays)["status"] == "delivered"
    assert "2025550143" not in everything(store)
    assert "ann@example" not in everything(store).lower()
    assert store.rows("SELECT body, url, headers FROM inbox") == [{"body": "erased", "url": "erased", "headers": "{}"}]


def test_a_late_hook_lands_and_brings_no_address_back(store, clock):
    gone, stays, said = about_both(store)
    erase(store, gone)
    came(store, said)
    came(store, [{"from": PHONE, "text": "Hello, it is Ann"}, {"from": OTHER, "text": "Lovely"}])
    came(store, [], url=f"https://c.test/hooks/scripted?to=%2B{PHONE[1:]}")
    fold(store, clock)
    assert row(store, stays)["status"] == "delivered"
    assert [one["body"] for one in store.rows("SELECT body FROM reply")] == ["Lovely"]
    assert "2025550143" not in everything(store)
    assert "it is Ann" not in everything(store)


def test_hooks_about_others_stay_as_they_came(store, clock):
    gone, _, said = about_both(store)
    erase(store, gone)
    came(store, said[1:])
    fold(store, clock)
    assert OTHER in store.rows("SELECT body FROM inbox")[0]["body"]


def test_a_providers_reason_does_not_bring_an_address_back(store):
    with store.transaction() as work:
        suppress(work, [Suppression(PHONE, "never_ask", "console", "Sam")], NOW)
        work.rows("UPDATE suppression SET address = NULL")
    gone = erased.keys(store)
    (one,) = erased.scrubbed([News(1, "undelivered", NOW, reason=f"To {PHONE}, not {OTHER}: unreachable")], gone)
    assert one.reason == f"To +erased, not {OTHER}: unreachable"


def test_a_stop_that_comes_of_the_last_answer_does_not_bring_an_address_back(store, clock):
    (request,) = ask(store, phone=PHONE, email=EMAIL)

    def refuse(_):
        erase(store, request)
        return TryLater(timedelta(hours=1), Scope.CHANNEL, f"The key may not write to {PHONE}", needs_person=True)

    drain(engine(store, Scripted(refuse), clock))

    assert store.rows("SELECT reason FROM stop") == [{"reason": "The key may not write to +erased"}]
    assert "2025550143" not in everything(store)


@pytest.mark.parametrize(
    "said",
    [
        "550 'ann@example.com' unknown", "<ann@example.com>:", "to=ann%40example.com&x=1", "--ann@example.com--",
        "From=12025550143&to=bo@example.com", "no ann@example.com.", "mailto:Ann@Example.com?x", "+12025550143",
        "x=1&email=ann@example.com", "'ann@example.com", "/ann@example.com/",
    ],
)  # fmt: skip
def test_an_erased_address_is_seen_whatever_stands_around_it(said):
    gone = frozenset({address_key(EMAIL), address_key(PHONE)})
    assert erased.naming({1: [said]}, gone) == [1]
    assert not any(one in erased.without(unquote(said), gone).lower() for one in (EMAIL, PHONE[1:]))


@pytest.mark.parametrize(
    "said",
    [
        "jo-ann@example.com",
        "jo.ann@example.com",
        "ann@example.com.au",
        "joann@example.com",
        "112025550143",
        "ann@example.co",
    ],
)
def test_what_only_looks_like_it_stays(said):
    gone = frozenset({address_key("ann@example.com"), address_key(PHONE)})
    assert erased.without(said, gone) == said


def test_a_long_text_without_an_address_takes_no_time():
    started = time.process_time()
    erased.naming({1: ["a=b&c" * 50_000]}, frozenset({1}))
    assert time.process_time() - started < 5, "each place of it must not be looked at from each other"
