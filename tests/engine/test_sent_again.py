"""What a person had sent again: news of the first copy keeps the second from leaving."""

import json
from datetime import UTC, timedelta

import pytest

from connectors.contract import NoAnswer
from data import decisions, inbox
from data.inbox import Received
from data.sequences import Step
from engine.hits import NAME
from tests.builders import NOW, row
from tests.engine.asks import WEST, keep, put
from tests.engine.conftest import Scripted, drain, engine


def follow_the_link(store, clock, request) -> None:
    """As the web notes it."""
    (found,) = store.rows("SELECT id, token FROM message WHERE request_id = $id AND number = 0", id=request)
    said = {"kind": "person", "agent": "Mozilla", "at": clock().isoformat(), **found}
    with store.transaction() as work:
        inbox.receive(work, [Received(NAME, "", {}, json.dumps(said), clock(), clock())])


def test_whoever_follows_the_first_copys_link_gets_no_second_one(store, clock):
    keep(store, opens=8 * 60, closes=21 * 60)
    request = put(store, phone=WEST)
    connector = Scripted(answer=NoAnswer("Nothing came back"))
    drain(engine(store, connector, clock))
    clock.forward(hours=13)  # 22:00 there
    assert decisions.resend(store, [request], "Ann", clock(), UTC) == 1
    drain(engine(store, connector, clock))
    assert (row(store, request)["status"], row(store, request)["hold_code"]) == ("queued", "quiet_hours")
    follow_the_link(store, clock, request)
    drain(engine(store, connector, clock))
    clock.forward(hours=13)
    drain(engine(store, connector, clock))
    assert len(connector.sent) == 1
    assert row(store, request)["status"] == "delivered"


def test_a_follow_up_that_nobody_was_sure_of_is_not_sent_again_to_who_has_answered(store, clock):
    request = put(store, steps=(Step(24, None, None),))
    drain(engine(store, Scripted(), clock))
    clock.forward(hours=25)
    drain(engine(store, Scripted(NoAnswer("Nothing came back")), clock))
    assert row(store, request)["status"] == "unsure"
    follow_the_link(store, clock, request)
    drain(engine(store, Scripted(), clock))
    clock.forward(hours=1)
    assert decisions.resend(store, [request], "Ann", clock(), UTC) == 1
    drain(engine(store, connector := Scripted(), clock))
    assert connector.sent == []
    told = store.rows("SELECT status, code, reason FROM message WHERE request_id = $id AND number = 1", id=request)
    assert (told[0]["status"], told[0]["code"]) == ("cancelled", "called_off")


@pytest.mark.parametrize("days", [0, 1])
def test_a_look_at_the_link_while_it_waits_is_no_answer_and_ends_no_follow_ups(store, clock, days):
    request = put(store, steps=(Step(24, None, None),), due=NOW + timedelta(days=1))
    follow_the_link(store, clock, request)
    clock.forward(days=days, hours=1)
    drain(engine(store, Scripted(), clock))
    found = row(store, request)
    assert (found["clicked_at"], found["responded_at"], found["delivered_at"]) == (None, None, None)
    assert found["plan"] if days == 0 else found["next_at"]
