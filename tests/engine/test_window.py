"""How many calls are under way, how much waits behind them, and what becomes of it when the engine must stop."""

import asyncio
from datetime import timedelta

from connectors.contract import Accepted, Scope, TryLater
from data.marks import Position
from engine.window import MOST, SHARE, Window
from tests.builders import NOW, ask
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


async def reached(position: Position) -> bool:
    return True


def queue(jobs: list) -> list:
    return [((NOW, number), job) for number, job in enumerate(jobs)]


def test_no_more_run_at_once_than_its_size_and_all_run():
    async def scene() -> Calls:
        calls, window = Calls(), Window(3, reached)
        window.add(queue([calls] * 10))
        await asyncio.sleep(0.01)
        window.add(queue([calls] * 10))
        assert window.held == 20
        calls.gate.set()
        await window.empty()
        assert window.held == 0
        return calls

    calls = asyncio.run(scene())
    assert (calls.most, calls.ended) == (3, 20)


def test_the_stretch_behind_follows_the_speed_of_late(monkeypatch):
    time = iter([0.0, 1.0, 2.0, 4.0, 5.0, 6.0])
    monkeypatch.setattr("engine.window.monotonic", lambda: next(time))

    async def scene() -> list[int]:
        calls, window = Calls(), Window(10, reached)
        rooms = [window.room()]
        window.add(queue([calls] * 10))
        rooms.append(window.room())
        calls.gate.set()
        await window.empty()
        rooms.append(window.room())  # 10 in 2 seconds
        rooms.append(window.room())
        window.add(queue([calls] * (2 * MOST)))
        await window.empty()
        rooms.append(window.room())
        return rooms

    assert asyncio.run(scene()) == [10, 0, 10 + 4, 10, 10 + MOST]


def test_it_waits_for_half_or_for_every_job():
    async def scene() -> list[int]:
        calls, window = Calls(), Window(4, reached)
        ended = Calls()
        ended.gate.set()
        window.room()
        window.add(queue([*[ended] * 18, calls, calls]))
        await asyncio.wait_for(window.progress(30), 5)
        held = [window.held]
        asyncio.get_running_loop().call_later(0.02, calls.gate.set)
        await asyncio.wait_for(window.progress(30, all=True), 5)
        return [*held, window.held]

    assert asyncio.run(scene()) == [2, 0]


def test_a_job_begins_only_after_its_position_is_known():
    async def scene() -> None:
        known, begun = [], []

        async def reach(position: Position) -> bool:
            await asyncio.sleep(0.001)
            known.append(position[1])
            return True

        def job(number: int):
            async def act() -> None:
                begun.append(number)
                assert max(known) >= number

            return act

        window = Window(8, reach)
        window.add([((NOW, number), job(number)) for number in range(50)])
        await window.empty()
        assert begun == list(range(50))
        assert known == sorted(known)
        assert len(known) == 50 // (8 // SHARE)

    asyncio.run(scene())


def test_a_bug_with_one_job_does_not_end_the_others(caplog):
    async def broken() -> None:
        raise RuntimeError("a bug")

    async def scene() -> int:
        calls, window = Calls(), Window(1, reached)
        calls.gate.set()
        window.add(queue([broken, calls, calls]))
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


def test_what_is_dropped_while_its_mark_is_made_does_not_begin_nor_does_what_came_instead_begin_unmarked():
    async def scene() -> list[str]:
        begun, asked, gate = [], [], asyncio.Event()

        async def reach(position: Position) -> bool:
            asked.append(position[1])
            await gate.wait()
            return True

        def job(name: str):
            async def act() -> None:
                begun.append(f"{name} after {max(asked)}")

            return act

        window = Window(8, reach)
        window.add([((NOW, number), job("old")) for number in range(5)])
        await asyncio.sleep(0.01)
        window.drop()
        assert window.held == 0
        window.add([((NOW, 7), job("new"))])
        gate.set()
        await asyncio.wait_for(window.empty(), 5)
        return begun

    assert asyncio.run(scene()) == ["new after 7"]
