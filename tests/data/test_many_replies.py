"""A night's answers are taken together: as many statements as for one, and the same as one by one, in order."""

import random
from datetime import UTC, timedelta

import pytest

from data.opt_outs import Halting, stop_people
from data.replies import Inbound, receive
from data.rules import Rules
from data.suppressions import suppressed
from tests.builders import NOW, ask, row, sent

SAID = [("STOP", "stop"), ("START", "start"), ("Thank you, it was great", None), ("leave me alone", None)]


class Counting:
    """Passes on to a transaction whatever is asked of it, and counts."""

    def __init__(self, work) -> None:
        self._work, self.statements = work, 0

    def __getattr__(self, name):
        self.statements += 1
        return getattr(self._work, name)


def inbound(phone: str, said: int, minute: int) -> Inbound:
    text, keyword = SAID[said]
    return Inbound("sms", phone, text, NOW + timedelta(minutes=minute), f"{phone} {minute}", keyword)


def hear(store, heard) -> int:
    with store.transaction() as work:
        receive(counting := Counting(work), heard, Rules(), NOW, UTC)
    return counting.statements


@pytest.mark.parametrize("said", [0, 2, 3])
def test_many_answers_take_as_many_statements_as_one(store, said):
    phones = [f"+1202555{number:04}" for number in range(8)]
    for phone in phones:
        sent(store, phone=phone)
        ask(store, phone=phone, due_in=timedelta(days=1))
    one = hear(store, [inbound(phones[0], said, 0)])
    assert hear(store, [inbound(phone, said, 0) for phone in phones[1:]]) == one


def test_many_bounces_take_as_many_statements_as_one(store):
    emails = [f"ann{number}@example.org" for number in range(8)]
    for email in emails:
        ask(store, email=email)
    counts: list[int] = []
    for some in (emails[:1], emails[1:]):
        with store.transaction() as work:
            halting = [Halting(email, "bounced", "sendgrid", "No such user", False, NOW) for email in some]
            stop_people(counting := Counting(work), halting, "engine", NOW, UTC)
        counts.append(counting.statements)
    assert counts[0] == counts[1]
    assert len(suppressed(store, [("email", email) for email in emails])) == 8


@pytest.mark.parametrize("seed", range(2))
def test_answers_that_are_heard_together_come_to_the_same_as_one_by_one(store, seed):
    lot = random.Random(seed)
    people = [(f"+1202555{number:04}", f"+1202556{number:04}") for number in range(5)]
    asked = [
        (sent(store, phone=two), ask(store, phone=two, due_in=timedelta(days=1))) for pair in people for two in pair
    ]
    said = [(person, lot.randrange(4), minute) for person in people for minute in lot.sample(range(9), 3)]
    lot.shuffle(said)
    hear(store, [inbound(together, what, minute) for (together, _), what, minute in said])
    for (_, alone), what, minute in sorted(said, key=lambda one: one[2]):
        hear(store, [inbound(alone, what, minute)])
    barred = suppressed(store, [("sms", phone) for pair in people for phone in pair])
    assert [("sms", one) in barred for one, _ in people] == [("sms", two) in barred for _, two in people]
    shown = [[(row(store, id)["status"], row(store, id)["paused"]) for (id,) in one] for one in asked]
    assert shown[::2] == shown[1::2]
    counts = store.rows("SELECT count(*) AS n, count(request_id) AS told, count(contact_id) AS known FROM reply")
    assert counts == [{"n": 30, "told": 30, "known": 30}]
