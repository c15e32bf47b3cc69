"""Two at work on one PostgreSQL: neither sends, claims or undoes what is the other's."""

import asyncio
from datetime import UTC
from threading import Thread

from data import commands
from data.claims import claim
from data.moves import News, apply
from tests.builders import NOW, ask, hear, messages, row
from tests.engine.conftest import Scripted, engine, statuses


def test_two_engines_on_one_postgresql_never_send_the_same_message(postgresql_store, clock):
    store = postgresql_store
    ask(store, 600)
    connector = Scripted()

    async def both():
        stop = asyncio.Event()
        await asyncio.wait_for(
            asyncio.gather(
                *(
                    engine(store, connector, clock, name=f"engine-{n}", in_flight=50).run(stop, drain=True)
                    for n in range(2)
                )
            ),
            60,
        )

    asyncio.run(both())
    sent = [message.reference for message in connector.sent]
    assert len(sent) == len(set(sent)) == 600
    assert statuses(store) == {"sent": 600}


class Interrupted:
    """A transaction during which somebody else wants to write, from right after its first look."""

    def __init__(self, work, meanwhile) -> None:
        self._work, self.other = work, Thread(target=meanwhile)
        self.rows, self.change, self.append = work.rows, work.change, work.append

    def locked(self, sql, **values):
        found = self._work.locked(sql, **values)
        self.other.start()
        self.other.join(0.5)  # it would be through by then, if nothing held it
        return found


def test_a_request_is_either_claimed_or_paused(postgresql_store):
    store = postgresql_store
    request, _ = ask(store, 2)
    reached = []
    with store.transaction() as work:
        interrupted = Interrupted(work, lambda: reached.append(commands.pause(store, [request], "Sam", NOW)))
        held = claim(interrupted, "engine-1", NOW, 10)
    interrupted.other.join()
    assert len(held) == 2
    assert reached == [set()]


def test_a_request_that_somebody_is_pausing_is_not_claimed(postgresql_store):
    store = postgresql_store
    paused, free = ask(store, 2)
    held = []

    def take():
        with store.transaction() as work:
            held.extend(one.request_id for one in claim(work, "engine-1", NOW, 10))

    claiming = Thread(target=take)
    with store.transaction() as pausing:
        pausing.rows("UPDATE message SET paused = true WHERE request_id = $id", id=paused)
        claiming.start()
        claiming.join(2)
        assert held == [free]
    claiming.join()


def test_news_that_another_engine_wrote_between_look_and_write_is_not_undone(postgresql_store):
    store = postgresql_store
    (request,) = ask(store)
    (message,) = messages(store, [request])
    with store.transaction() as work:
        claim(work, "engine-1", NOW, 1)
    with store.transaction() as work:
        interrupted = Interrupted(work, lambda: hear(store, News(message, "delivered", NOW)))
        apply(interrupted, [News(message, "accepted", NOW)], NOW, UTC)
    interrupted.other.join()
    assert row(store, request)["status"] == "delivered"
    assert {found["event"] for found in store.rows("SELECT event FROM happening")} == {
        "created",
        "accepted",
        "delivered",
    }
