"""An engine that only slept or was slow: it begins with nothing, and undoes nothing, of what is another's by now."""

import asyncio
from datetime import UTC, timedelta
from unittest.mock import patch

import pytest

from connectors.contract import Accepted, NotFound, Scope, TryLater
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
