"""Somebody of whom every table knows something."""

from datetime import UTC, timedelta

import pytest

from data import alerts, inbox, stops
from data.alerts import Alert
from data.inbox import Received
from data.lifecycle import Channel
from data.moves import News
from data.replies import Inbound, receive
from data.rules import Rules
from data.stops import Stop
from data.store import Store
from tests.builders import NOW, ask, hear, messages, row, sent

NAME, PHONE, EMAIL, OLD = "Ann Quirke", "+12025550143", "ann.quirke@example.com", "old.quirke@example.com"
LATER = NOW + timedelta(minutes=1)
ANSWER = "It was lovely, call me at home"


@pytest.fixture
def person(store: Store) -> int:
    """Somebody with a bit of everything."""
    (gone,) = sent(store, name=NAME, phone=PHONE, email=EMAIL)
    (message,) = messages(store, [gone])
    hear(store, News(message, "undelivered", NOW, actor="twilio", code="21211", reason=f"To {PHONE} is not valid"))
    ask(store, name=NAME, phone=PHONE, email=EMAIL)
    ask(store, name=NAME, phone=PHONE, email=OLD, channel=Channel.EMAIL)
    id = row(store, gone)["contact_id"]
    with store.transaction() as work:
        work.append("reach", {"contact_id": [id], "request_id": [gone], "message_id": [message], "reached_at": [NOW]})
        work.rows("UPDATE message SET token = 'tok-' || token")
        work.rows("UPDATE request SET email = $email", email=EMAIL)
        hooks = [
            hook(f"From=%2B{PHONE[1:]}&Body=Hi+{EMAIL}"),
            hook('[{"email": "Ann.Quirke@example.com"}]'),
            hook("to=ann.quirke%40example.com"),
            hook("other"),
        ]
        inbox.receive(work, hooks)
        inbox.settle(work, {one["id"]: None for one in work.rows("SELECT id FROM inbox")}, NOW)
        receive(work, [Inbound("sms", PHONE, ANSWER, LATER, "SM1", None)], Rules(), LATER, UTC)
        alerts.note(work, [Alert("sendgrid", "999", "email", f"No mail to {NAME} <{EMAIL.title()}>, ever", False)], NOW)
        stops.stop(work, Stop("channel", "sms", "provider", f"To {PHONE} is not permitted", "twilio", "sms"), NOW)
    return id


def hook(body: str) -> Received:
    return Received("twilio", "https://c.test/hook", {"X": body}, body, NOW, NOW)
