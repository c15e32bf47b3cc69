"""Hooks that name a message only as its provider does: with a status, or by a person who hides their number."""

import json
from datetime import timedelta

import pytest

from data import erasure, inbox
from data.inbox import Received
from data.lifecycle import Channel
from data.sequences import Step
from tests.builders import row
from tests.connectors import meta_standin
from tests.connectors.meta_standin import NUMBER_ID, signed_body
from tests.connectors.test_meta import connector
from tests.engine.asks import WEST, put
from tests.engine.conftest import Scripted, drain, engine


class AtMeta(Scripted):
    """Sends nothing, reads as Meta's connector does."""

    name = "meta"

    def reports(self, hook):
        return connector().reports(hook)


@pytest.fixture
def asked(store, clock):
    """A request that left, whose follow-up is to come in three days."""
    request = put(store, channel=Channel.WHATSAPP, steps=(Step(72, None, None),))
    drain(engine(store, AtMeta(), clock))
    clock.forward(seconds=5)
    return request


@pytest.fixture
def hears(store, clock):
    def hears(hook, **ago):
        at = clock() - timedelta(**ago)
        with store.transaction() as work:
            inbox.receive(work, [Received("meta", hook.url, dict(hook.headers), hook.body, at, at)])
        drain(engine(store, AtMeta(), clock))

    return hears


def status(name: str, wamid: str = "id1") -> dict:
    return {"id": wamid, "status": name, "timestamp": "1772470800", "recipient_id": "13105550143"}


def answer(about: str, text: str = "STOP"):
    message = {
        "from": "US.13491208655302741918", "id": "wamid.in", "timestamp": "1772470800", "type": "button",
        "button": {"text": text}, "context": {"id": about},
    }  # fmt: skip
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "messages": [message]}
    return signed_body(json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}))


def notes(store) -> list:
    return [one["note"] for one in store.rows("SELECT note FROM inbox WHERE folded_at IS NOT NULL")]


def test_a_status_is_of_the_message_that_has_that_name(store, asked, hears):
    hears(meta_standin.signed(status("delivered")))
    assert row(store, asked)["status"] == "delivered"
    assert notes(store) == [None]


def look_again(store, clock) -> None:
    clock.forward(minutes=1)
    drain(engine(store, AtMeta(), clock))


@pytest.mark.parametrize("minutes", [0, 1])
def test_one_of_another_systems_message_is_passed_over_after_a_moment(store, clock, asked, hears, minutes):
    hears(meta_standin.signed(status("delivered", "foreign")), minutes=minutes)
    assert notes(store) == [], "it may have overtaken our own commit, or what names it stands beside it"
    look_again(store, clock)
    assert notes(store) == [None]
    assert row(store, asked)["status"] == "sent"


def test_it_takes_none_beside_it_along(store, asked, hears):
    hears(meta_standin.signed(status("delivered", "foreign"), status("read")))
    assert row(store, asked)["status"] == "read"


def test_who_hides_their_number_is_stopped_as_who_was_sent_the_message_they_answer(store, clock, asked, hears):
    hears(answer("id1"))
    assert [one["address"] for one in store.rows("SELECT address FROM suppression")] == [WEST]
    assert store.rows("SELECT address, keyword FROM reply") == [{"address": WEST, "keyword": "stop"}]
    clock.forward(days=4)
    drain(engine(store, again := AtMeta(), clock))
    assert again.sent == []


def test_what_else_they_answer_ends_the_follow_ups_too(store, clock, asked, hears):
    hears(answer("id1", "All was fine"))
    clock.forward(days=4)
    drain(engine(store, again := AtMeta(), clock))
    assert again.sent == []


def test_an_answer_to_a_message_that_nobody_knows_says_so(store, clock, asked, hears):
    hears(answer("foreign"))
    look_again(store, clock)
    assert notes(store) == ["no such message"]
    assert store.rows("SELECT id FROM suppression") == []


def test_of_who_was_erased_nothing_is_kept(store, clock, asked, hears):
    contact = store.rows("SELECT contact_id FROM request")[0]["contact_id"]
    erasure.erase(store, contact, "Sam", clock(), clock().tzinfo)
    hears(answer("id1", "All was fine"))
    assert store.rows("SELECT id FROM reply") == []
