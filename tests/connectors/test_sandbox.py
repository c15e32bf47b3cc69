"""What the sandbox does beyond the contract."""

import asyncio
import json
from datetime import timedelta

import pytest

from connectors.contract import CannotTell, Found, Hook, Message, NotFound, TryLater
from connectors.sandbox import MAGIC, SIGNATURE, URL, Sandbox
from tests.connectors.standins import NOW


@pytest.fixture
def posted():
    return []


@pytest.fixture
def connector(tmp_path, posted):
    sandbox = Sandbox("secret", lambda hook, due: posted.append((hook, due)), tmp_path / "ledger", lambda: NOW, pace=0)
    yield sandbox
    sandbox.close()


def message(reference="1-abc", channel="sms", address="+12024000001") -> Message:
    return Message(reference, channel, address, "Hi", "Subject" if channel == "email" else None)


def send(connector, *messages):
    async def all_of_them():
        return [await connector.send(one) for one in messages]

    return asyncio.run(all_of_them())


def test_asked_it_knows_what_it_got_and_what_not(connector):
    (accepted,) = send(connector, message("7-got"))
    assert asyncio.run(connector.lookup(message("7-got"))) == Found(accepted.provider_id)
    assert asyncio.run(connector.lookup(message("8-not"))) == NotFound()


def test_what_it_got_is_remembered_after_it_was_killed(tmp_path):
    first = Sandbox("s", lambda *_: None, tmp_path / "ledger", lambda: NOW, pace=0)
    send(first, message("7-got"))  # never closed
    second = Sandbox("s", lambda *_: None, tmp_path / "ledger", lambda: NOW, pace=0)
    assert isinstance(asyncio.run(second.lookup(message("7-got"))), Found)
    first.close()
    second.close()


def test_the_same_message_always_fares_the_same(tmp_path):
    def course() -> list:
        posted = []
        one = Sandbox("s", lambda hook, due: posted.append((hook.body, due)), tmp_path / "l", lambda: NOW, pace=0)
        send(one, *(message(f"{n}-x", "email", "a@example.com") for n in range(20)))
        one.close()
        return posted

    assert course() == course()


@pytest.mark.parametrize(("ending", "fate"), MAGIC.items())
def test_magic_numbers_decide_the_outcome(connector, posted, ending, fate):
    (outcome,) = send(connector, message(address=f"+1202{ending}"))
    events = [report.event for hook, _ in posted for report in connector.reports(hook)]
    expected = {
        "delivered": ("Accepted", ["delivered"]),
        "undelivered": ("Accepted", ["undelivered"]),
        "failed": ("Accepted", ["failed"]),
        "refused": ("Refused", []),
        "busy": ("TryLater", []),
        "silent": ("NoAnswer", []),
        "responded": ("Accepted", ["delivered", "clicked", "responded"]),
    }
    assert (type(outcome).__name__, events) == expected[fate]


def test_nothing_is_ever_known_of_what_it_does_not_answer(connector, posted):
    silent = [message(address="+12025550105"), message("2-abc", "email", "silent@example.com")]
    send(connector, *silent)
    assert [asyncio.run(connector.lookup(one)) for one in silent] == [CannotTell()] * 2
    assert posted == []


def test_every_status_occurs_and_sms_is_never_opened(connector, posted):
    for channel in ("sms", "email", "whatsapp"):
        send(connector, *(message(f"{n}-{channel}", channel) for n in range(200)))
    events = {(r.reference.split("-")[1], r.event) for hook, _ in posted for r in connector.reports(hook)}
    assert {event for _, event in events} == {
        "delivered", "opened", "read", "undelivered", "failed", "clicked", "responded",
    }  # fmt: skip
    assert ("sms", "opened") not in events
    assert ("sms", "read") not in events
    assert ("email", "read") not in events
    assert ("whatsapp", "opened") not in events


def test_its_pace_stretches_the_reports_over_time(tmp_path):
    due = []
    slow = Sandbox("s", lambda hook, when: due.append(when), tmp_path / "l", lambda: NOW, pace=1)
    send(slow, message(address="+12025550106"))
    slow.close()
    assert len(due) == 3
    assert all(NOW < when < NOW + timedelta(minutes=30) for when in due)
    assert due == sorted(due)


def test_garbage_with_a_right_signature_is_an_error_of_value_not_a_crash_elsewhere(connector):
    for body in ("", "x", "5", '["x"]', "[{}]", "null"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            list(connector.reports(Hook(URL, {SIGNATURE: connector._sign(body)}, body)))


def test_reports_are_json_anybody_can_read(connector, posted):
    send(connector, message())
    assert isinstance(json.loads(posted[0][0].body), list)


def test_a_ledger_that_cannot_be_written_hinders_nobody_but_who_sends_by_the_sandbox(tmp_path):
    one = Sandbox("s", lambda *_: None, tmp_path / "none" / "ledger", lambda: NOW, pace=0)
    outcome = asyncio.run(one.send(message()))
    assert isinstance(outcome, TryLater)
    assert "No such file" in outcome.reason
    assert isinstance(asyncio.run(one.lookup(message())), NotFound)
    one.close()
