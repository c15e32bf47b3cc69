"""How fast messages leave, and how often one is tried."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from random import Random
from unittest.mock import patch

import pytest

from connectors.contract import Scope, TryLater
from data.claims import beat, last_beat
from engine.outcomes import LONGEST_WAIT, MOST_TRIES, wait
from tests.builders import NOW, row, template
from tests.engine.asks import put
from tests.engine.conftest import NoLuck, Scripted, drain, engine


def a_moment_of(one) -> None:
    """An engine at work while its clock stands still, until it would rest."""

    async def enough(stop, _seconds):
        stop.set()

    with patch("engine.dispatch._rest", enough):
        asyncio.run(asyncio.wait_for(one.run(asyncio.Event()), 20))


class TestTransport:
    def test_tries_are_further_and_further_apart_and_end(self, store, clock):
        request = put(store)
        busy = Scripted(TryLater(timedelta(seconds=30), Scope.MESSAGE, "Busy"))
        moments = []
        for _ in range(MOST_TRIES + 3):
            before = len(busy.sent)
            drain(engine(store, busy, clock))
            moments += [clock()] * (len(busy.sent) - before)
            clock.now = max(clock(), row(store, request)["due_at"]) + timedelta(seconds=1)
        waits = [later - earlier for earlier, later in pairwise(moments)]
        assert len(busy.sent) == MOST_TRIES
        assert waits == sorted(waits)
        assert (row(store, request)["status"], row(store, request)["code"]) == ("failed", "retries")
        assert row(store, request)["retries"] == 0

    def test_a_pace_is_kept_by_all_engines_together(self, store, clock):
        for n in range(30):
            put(store, phone=f"+131055501{n:02}")
        connector = Scripted()
        engines = [
            engine(store, connector, clock, name=f"engine-{n}") for n in range(2 if store.shared_by_engines else 1)
        ]
        for one in engines:
            one._turns._paces = {"sms": 3.0}
        for second in range(5):
            for one in engines:
                a_moment_of(one)
            assert len(connector.sent) <= 3 * (second + 1)
            clock.forward(seconds=1)
        assert len(connector.sent) == 15

    def test_a_slow_pace_loses_nothing_between_two_turns(self, store, clock):
        for n in range(30):
            put(store, phone=f"+131055501{n:02}")
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        for _ in range(37):
            a_moment_of(one)
            clock.forward(seconds=0.55)
        assert 20 <= len(connector.sent) <= 21

    def test_a_clock_that_was_ahead_and_is_put_right_stops_nothing(self, store, clock):
        clock.forward(hours=3)
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        put(store)
        a_moment_of(one)
        clock.forward(hours=-3)
        with store.transaction() as work:
            beat(work, "stopped before", clock() + timedelta(hours=2), clock() + timedelta(hours=2), stopped=True)
        put(store, phone="+13105550144")
        a_moment_of(one)
        assert len(connector.sent) == 2
        seen = last_beat(store, clock())
        assert seen
        assert (seen["id"], seen["seen_at"]) == ("engine-1", clock())

    def test_an_engine_that_works_is_shown_before_one_that_stopped_later(self, store):
        with store.transaction() as work:
            beat(work, "works", NOW, NOW)
            beat(work, "restarts", NOW, NOW + timedelta(seconds=3), stopped=True)

        def shown(after):
            seen = last_beat(store, NOW + after)
            return seen and (seen["id"], seen["alive"])

        assert shown(timedelta(seconds=4)) == ("works", True)
        assert shown(timedelta(minutes=1)) == ("restarts", False)

    def test_an_engine_whose_clock_was_ahead_does_not_pass_for_alive_until_then(self, store):
        with store.transaction() as work:
            beat(work, "ahead", NOW, NOW + timedelta(hours=1))
        seen = last_beat(store, NOW)
        assert seen
        assert (seen["id"], seen["alive"]) == ("ahead", False)

    @pytest.mark.parametrize("asked", [timedelta(seconds=30), LONGEST_WAIT, 2 * LONGEST_WAIT], ids=str)
    @pytest.mark.parametrize("tries", [1, 2, 8])
    def test_no_wait_is_shorter_than_the_provider_asked_for(self, asked, tries):
        expected = min(asked * 2 ** (tries - 1), max(asked, LONGEST_WAIT))
        assert wait(asked, tries, NoLuck()) == expected >= asked
        assert wait(asked, tries, Random(1)) > expected

    def test_a_long_text_is_paid_off_before_the_next_leaves(self, store, clock):
        long = template(store, body="{business} " + "word " * 80 + "{link} Reply STOP")  # 3 segments
        for n in range(4):
            put(store, phone=f"+131055501{n:02}", template=long)
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        for _ in range(9):
            a_moment_of(one)
            clock.forward(seconds=1)
        assert len(connector.sent) == 3

    def test_a_drain_waits_for_its_pace(self, store, clock):
        for n in range(4):
            put(store, phone=f"+131055501{n:02}")
        one = engine(store, connector := Scripted(), clock)
        one._turns._paces = {"sms": 1.0}
        look = one._turns.is_idle

        def later(now):
            clock.forward(seconds=1)  # as time passes between two turns
            return look(now)

        one._turns.is_idle = later
        drain(one)
        assert len(connector.sent) == 4
