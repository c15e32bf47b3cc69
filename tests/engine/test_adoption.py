"""What is left when an engine dies: nothing of it is sent blindly, and as little as can be is in doubt."""

from datetime import UTC, timedelta
from functools import partial
from unittest.mock import patch

import pytest

from connectors.contract import Accepted, Found, NotFound
from data.claims import DEAD_AFTER, beat, claim
from data.marks import Marks
from data.store import StoreUnavailable
from engine.adoption import adopt
from tests.builders import NOW, ask, row
from tests.engine.conftest import Scripted, drain, engine, statuses


def test_what_a_turn_claimed_leaves_in_the_order_that_marks_tell_of(store, clock):
    for late in (0, 2, 1):
        ask(store, due_in=timedelta(minutes=-late))
    drain(engine(store, connector := Scripted(), clock))
    left = [message.reference for message in connector.sent]
    assert len(left) == 3
    assert left == sorted(left)


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Found("SB1"), "sent"), (NotFound(), "sent"), (None, "unsure")],
    ids=["found", "not found", "cannot tell"],
)
def test_what_a_dead_engine_held_is_asked_for_not_sent_blindly(store, clock, answer, status):
    (request,) = ask(store)
    with store.transaction() as work:
        claim(work, "dead engine", NOW, 10)
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    connector = Scripted(found=answer)
    drain(engine(store, connector, clock))
    assert row(store, request)["status"] == status
    assert len(connector.sent) == (1 if isinstance(answer, NotFound) else 0)


@pytest.mark.parametrize("answer", [Found("SB1"), None], ids=["found", "cannot tell"])
def test_it_counts_for_the_day_on_which_the_dead_engine_had_it(store, clock, answer):
    (request,) = ask(store)
    with store.transaction() as work:
        claim(work, "dead engine", NOW, 10)
    clock.forward(days=3)
    drain(engine(store, Scripted(found=answer), clock))
    found = row(store, request)
    assert (found["sent_at"], found["sent_on"]) == (NOW, NOW.date())
    assert store.rows("SELECT sent_at FROM message") == [{"sent_at": NOW}]


def test_a_drain_leaves_nothing_that_a_dead_engine_held_however_much_it_was(store, clock):
    ask(store, 12)
    with store.transaction() as work:
        claim(work, "dead engine", NOW, 12)
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    drain(engine(store, Scripted(found=NotFound()), clock, in_flight=5))
    assert statuses(store) == {"sent": 12}


def test_what_a_dead_engine_had_not_begun_with_goes_back_into_the_queue(store, clock):
    ask(store, 10)
    with store.transaction() as work:
        beat(work, "dead engine", NOW, NOW)
        held = claim(work, "dead engine", NOW, 10)
    Marks(store, "dead engine").reach((NOW, held[3].id))
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    connector = Scripted()  # which cannot tell what became of a message
    drain(engine(store, connector, clock))
    assert statuses(store) == {"unsure": 4, "sent": 6}
    assert {message.reference.partition("-")[0] for message in connector.sent} == {str(one.id) for one in held[4:]}


def test_an_engine_that_dies_before_its_first_call_leaves_nothing_in_doubt(store, clock):
    ask(store, 10)
    assert len(engine(store, Scripted(), clock, name="dead")._turns.take(NOW, [], [], 10, False).claimed) == 10
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    drain(engine(store, Scripted(), clock))
    assert statuses(store) == {"sent": 10}
    assert store.rows("SELECT count(*) AS n FROM reach") == [{"n": 10}], "nobody counts as written to twice"


def test_what_an_adopter_dies_with_is_in_doubt(store, clock):
    """Whether it had been begun with is known of its first engine only."""
    ask(store, 10)
    with store.transaction() as work:
        claim(work, "first", NOW, 10)
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    second = Marks(store, "second")
    second.reach((NOW, 0))
    with store.transaction() as work:
        beat(work, "second", clock(), clock())
        assert len(adopt(work, second, [], clock(), UTC, 10)) == 10
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    drain(engine(store, connector := Scripted(), clock))
    assert (statuses(store), connector.sent) == ({"unsure": 10}, [])


def lose_the_next_answer(one) -> None:
    """The store keeps what the next turn brings, and nobody here is told so."""
    taken = one._turns._take

    def kept_but_lost(*given):
        one._turns._take = taken
        taken(*given)
        raise StoreUnavailable("The connection was cut while the commit was answered")

    one._turns._take = kept_but_lost


def test_what_a_turn_claimed_that_failed_only_for_us_is_not_left_lying(store, clock):
    ask(store, 10)
    one = engine(store, connector := Scripted(), clock)
    lose_the_next_answer(one)
    clock.forward(seconds=1)
    with patch("engine.dispatch._rest", partial(a_moment, clock)):
        drain(one)
    assert statuses(store) == {"sent": 10}
    assert len(connector.sent) == 10


def test_nor_is_it_where_the_next_turn_has_no_room_to_look_after_it(store, clock):
    ask(store, 10)
    one = engine(store, connector := Scripted(), clock)
    lose_the_next_answer(one)
    with pytest.raises(StoreUnavailable):
        one._turns.take(clock(), [], [], 10, False)
    clock.forward(seconds=1)
    one._turns.take(clock(), [], [], 0, False)
    clock.forward(seconds=1)
    drain(one)
    assert statuses(store) == {"sent": 10}
    assert len(connector.sent) == 10


async def a_moment(clock, _stop, _seconds):
    clock.forward(seconds=1)


def test_nothing_leaves_before_its_mark_is_durable(store, clock):
    ask(store, 200)
    one = engine(store, connector := Scripted(), clock, in_flight=16)
    reached, broken = one._marks.reach, iter([True, False, False, True])

    def reach(position):
        if next(broken, False):
            raise StoreUnavailable("The disk is away.")
        reached(position)

    def answer(message):
        moment, _, id = store.marks()["engine-1"].partition(" ")
        assert (moment, int(id)) >= (NOW.isoformat(), int(message.reference.partition("-")[0]))
        return Accepted(message.reference)

    one._marks.reach, connector.answer = reach, answer
    drain(one)
    assert statuses(store) == {"sent": 200}


class Twilio(Scripted):
    name = "twilio"


def test_only_the_provider_that_a_dead_engine_gave_it_to_is_asked_about_a_message(store, clock):
    """Another one, chosen since, knows nothing of it: to send it again could be the second time."""
    (request,) = ask(store)
    dead = engine(store, Twilio(), clock, name="dead")
    held = dead._turns.take(NOW, [], [], 1, False).claimed
    dead._marks.reach((NOW, held[0].id))
    clock.forward(seconds=DEAD_AFTER.total_seconds() + 1)
    drain(engine(store, other := Scripted(found=NotFound()), clock))
    assert (row(store, request)["status"], other.sent) == ("unsure", [])
