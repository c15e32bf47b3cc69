"""What is left when an engine dies: nothing of it is sent blindly, and as little as can be is in doubt."""

import asyncio
from datetime import UTC, timedelta
from functools import partial
from unittest.mock import patch

import pytest

from connectors.contract import Accepted, Found, NotFound, Scope, TryLater
from data import claims
from data.claims import DEAD_AFTER, LEASE, beat, claim
from data.marks import Marks, TakenOver
from data.moves import News, apply
from data.store import StoreUnavailable
from engine.adoption import adopt
from engine.outcomes import Said
from engine.window import Window
from tests.builders import NOW, ask, messages, row
from tests.engine.conftest import Scripted, drain, engine, send, statuses


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


def test_an_engine_claims_nothing_before_it_is_known_to_be_alive(store, clock):
    """Another one would take it for dead, and send the same."""
    ask(store, 10)
    one = engine(store, Scripted(), clock)
    with (
        patch("engine.turn.release.due", side_effect=StoreUnavailable("Gone for a moment")),
        pytest.raises(StoreUnavailable),
    ):
        one._turns.take(clock(), [], [], 10, False)
    assert len(one._turns.take(clock(), [], [], 10, False).claimed) == 10
    assert [row["id"] for row in store.rows("SELECT id FROM engine WHERE stopped_at IS NULL")] == ["engine-1"]


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


def test_an_engine_that_is_taken_for_dead_begins_with_nothing_of_what_it_held(postgresql_store, clock):
    store = postgresql_store
    ask(store, 200)
    other = Marks(store, "other")

    def answer(_message):
        with store.transaction() as work:
            adopt(work, other, [], NOW + DEAD_AFTER + timedelta(seconds=1), UTC, 0)
        return Accepted("x")

    connector = Scripted(answer)
    send(engine(store, connector, clock, in_flight=16), 200)
    put_back = {found["id"] for found in store.rows("SELECT id FROM message WHERE status = 'queued'")}
    sent = {int(message.reference.partition("-")[0]) for message in connector.sent}
    assert len(put_back) > 150
    assert not sent & put_back


def test_nor_where_it_hears_of_that_when_it_takes_a_turn(postgresql_store, clock):
    """What it could begin with at once counts as well: under its new name it may make marks again."""
    ask(postgresql_store, 10)
    gate = asyncio.Event()

    class Slow(Scripted):
        async def send(self, message):
            self.sent.append(message)
            await gate.wait()
            return Accepted("SB1")

    one, other = engine(postgresql_store, slow := Slow(), clock, name="slept", in_flight=1), Scripted()

    async def scene() -> None:
        one._stop, one._window = asyncio.Event(), Window(1, one._reach)
        one._start(one._turns.take(clock(), [], [], 10, False))
        while not slow.sent:
            await asyncio.sleep(0.01)
        with postgresql_store.transaction() as work:
            beat(work, "slept", NOW, clock(), stopped=True)
        another = engine(postgresql_store, other, clock, name="other")
        await asyncio.wait_for(another.run(asyncio.Event(), drain=True), 60)
        with patch.object(claims, "orphans", side_effect=TakenOver):  # as where it adopts what a third one held
            clock.forward(seconds=16)
            assert await one._try_turn(5) is None
        gate.set()
        await asyncio.wait_for(one._window.empty(), 20)

    asyncio.run(scene())
    sent = [message.reference for message in (*slow.sent, *other.sent)]
    assert len(sent) == len(set(sent)) >= 9  # one had been marked, and not begun with: it is in doubt
    assert set(statuses(postgresql_store)) == {"sent", "unsure"}


def test_a_message_that_a_living_engine_holds_is_not_adopted(postgresql_store, clock):
    store = postgresql_store
    (request,) = ask(store)
    with store.transaction() as work:
        claim(work, "living", NOW, 10)
        work.rows("INSERT INTO engine (id, started_at, seen_at) VALUES ('living', $now, $now) RETURNING id", now=NOW)
    clock.forward(seconds=DEAD_AFTER.total_seconds() - 1)
    drain(engine(store, Scripted(found=NotFound()), clock))
    assert row(store, request)["status"] == "queued"
    assert store.rows("SELECT status, claimed_by FROM message") == [{"status": "sending", "claimed_by": "living"}]


def test_an_engine_that_slept_past_its_lease_does_not_send(store, clock):
    ask(store)
    connector = Scripted()

    one = engine(store, connector, clock)
    original = one._start

    def late(turn):
        clock.forward(seconds=LEASE.total_seconds() + 1)
        original(turn)
        one._start = original

    one._start = late
    drain(one)
    assert [found["status"] for found in store.rows("SELECT status FROM message")] == ["sent"]
    events = [found["event"] for found in store.rows("SELECT event FROM happening ORDER BY happened_at")]
    assert events == ["created", "put_off", "accepted"]
    assert len(connector.sent) == 1


def test_what_its_adopter_decided_is_not_undone_by_an_engine_that_wakes_up(store, clock):
    (request,) = ask(store)
    (message,) = messages(store, [request])

    tries = []

    async def stolen(_):
        tries.append(1)
        clock.forward(seconds=1)
        with store.transaction() as work:
            work.rows("UPDATE message SET claimed_by = 'adopter' RETURNING id")
        return TryLater(timedelta(0), Scope.MESSAGE, "never left")

    connector = Scripted()
    connector.send = stolen
    drain(engine(store, connector, clock))
    assert store.rows("SELECT status FROM message WHERE id = $id", id=message)[0]["status"] == "sending"
    assert len(tries) == 1


@pytest.mark.parametrize("event", ["put_off", "lost"])
def test_what_an_engine_says_of_an_earlier_claim_does_not_touch_its_new_one(store, clock, event):
    """Taken for dead, it may have claimed anew what its adopter put back, while its old jobs still end."""
    ask(store)
    one = engine(store, Scripted(), clock)
    (old,) = one._turns.take(clock(), [], [], 1, False).claimed
    with store.transaction() as work:
        apply(work, [News(old.id, "put_off", clock(), "adopter", due_at=clock())], clock(), UTC)
    clock.forward(minutes=1)
    assert len(one._turns.take(clock(), [], [], 1, False).claimed) == 1
    stale = News(old.id, event, clock(), "stale", due_at=clock(), claimed_at=old.claimed_at)
    one._turns.take(clock(), [Said(stale)], [], 0, False)
    assert statuses(store) == {"sending": 1}


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
