"""How many calls are under way, how much waits behind them, and what becomes of it when the engine must stop."""

import asyncio
from datetime import timedelta

import pytest

from connectors.contract import Accepted, Scope, TryLater
from engine.window import AHEAD, Window
from tests.builders import ask
from tests.engine.conftest import Scripted, drain, engine, statuses


class Calls:
    """Jobs that last until they are let go; counts how many run at once."""

    def __init__(self) -> None:
        self.running = self.most = self.ended = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        await self.gate.wait()
        self.running -= 1
        self.ended += 1


def test_no_more_run_at_once_than_its_size_and_all_run():
    async def scene() -> Calls:
        calls, window = Calls(), Window(3)
        window.add([calls] * 10)
        await asyncio.sleep(0)
        window.add([calls] * 10)
        assert window.held == 20
        calls.gate.set()
        await window.empty()
        assert window.held == 0
        return calls

    calls = asyncio.run(scene())
    assert (calls.most, calls.ended) == (3, 20)


def test_the_stretch_behind_is_as_long_as_what_was_finished_lately():
    async def scene() -> list[int]:
        calls, window = Calls(), Window(10)
        rooms = [window.room()]
        window.add([calls] * 10)
        rooms.append(window.room())
        calls.gate.set()
        await window.empty()
        rooms.append(window.room())
        rooms.append(window.room())
        window.add([calls] * (2 * AHEAD))
        await window.empty()
        rooms.append(window.room())
        return rooms

    assert asyncio.run(scene()) == [10, 0, 20, 10, 10 + AHEAD]


@pytest.mark.parametrize(("enough", "ended"), [(4, 4), (100, 8)])
def test_it_waits_for_enough_or_for_all(enough: int, ended: int):
    async def scene() -> int:
        done = 0

        async def job() -> None:
            nonlocal done
            await asyncio.sleep(0.02)
            done += 1

        window = Window(1)
        window.room()
        window.add([job] * 8)
        await asyncio.wait_for(window.progress(enough, 30), 5)
        return done

    assert asyncio.run(scene()) == ended


def test_a_bug_with_one_job_does_not_end_the_others(caplog):
    async def broken() -> None:
        raise RuntimeError("a bug")

    async def scene() -> int:
        calls, window = Calls(), Window(1)
        calls.gate.set()
        window.add([broken, calls, calls])
        await window.empty()
        return calls.ended

    assert asyncio.run(scene()) == 2
    assert "message failed" in caplog.text


def test_what_waits_behind_the_calls_goes_back_into_the_queue_on_a_stop(store, clock):
    ask(store, 300)
    stop = asyncio.Event()

    class Slow(Scripted):
        async def send(self, message):
            self.sent.append(message)
            if len(self.sent) > 30:  # by now a stretch waits behind the calls
                stop.set()
                await asyncio.sleep(0.2)
            return Accepted(f"id{len(self.sent)}")

    connector = Slow()
    asyncio.run(asyncio.wait_for(engine(store, connector, clock, in_flight=20).run(stop), 60))
    found = statuses(store)
    assert found == {"sent": len(connector.sent), "queued": 300 - len(connector.sent)}
    assert len(connector.sent) <= 30 + 20  # those under way at the stop, and no more
    assert store.rows("SELECT max(attempts) AS n FROM message WHERE status = 'queued'")[0]["n"] == 0
    drain(engine(store, connector, clock))
    assert statuses(store) == {"sent": 300}
    assert len({message.reference for message in connector.sent}) == len(connector.sent) == 300


def test_only_real_tries_count_against_a_message(store, clock):
    ask(store)
    for outcome in (
        TryLater(timedelta(minutes=1), Scope.CHANNEL, "Too fast"),
        TryLater(timedelta(minutes=1), Scope.MESSAGE, "Busy"),
    ):
        drain(engine(store, Scripted(outcome), clock))
        clock.forward(minutes=9)
    assert store.rows("SELECT attempts FROM message") == [{"attempts": 1}]
