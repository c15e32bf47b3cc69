"""A clock that leaps ahead calls nothing too late: a person is asked."""

import asyncio
from datetime import UTC, timedelta

import pytest

from data import claims, stops
from engine.watch import Watch
from tests.builders import NOW, row
from tests.engine.asks import put
from tests.engine.conftest import Scripted, engine


@pytest.fixture
def steady(clock):
    """A clock that nobody turns: what `pass_by` lets pass."""
    moment = [0.0]

    def pass_by(**by: float) -> None:
        clock.forward(**by)
        moment[0] += timedelta(**by).total_seconds()

    return lambda: moment[0], pass_by


@pytest.fixture
def lives(store, clock, steady):
    """Lets one engine go on, and says what it has sent by then."""
    watch, connector = Watch(clock, UTC, steady[0]), Scripted()
    one = engine(store, connector, watch, watch=watch)

    def lives() -> int:
        asyncio.run(asyncio.wait_for(one.run(asyncio.Event(), drain=True), 60))
        return len(connector.sent)

    return lives


def lift(store, clock) -> None:
    (stop,) = stops.active(store, clock())
    assert stop["cause"] == "clock"
    with store.transaction() as work:
        stops.lift(work, stop["id"], "Ann", NOW)


def test_a_year_ahead_for_a_moment_expires_nothing(store, clock, steady, lives):
    request = put(store, due=NOW + timedelta(hours=1), expires_at=NOW + timedelta(days=30))
    assert lives() == 0
    clock.forward(days=365)
    assert lives() == 0
    (stop,) = stops.active(store, NOW)
    assert stop["needs_person"]
    assert "leapt from 2 Mar 2026 17:00 to 2 Mar 2027 17:00" in stop["reason"]
    assert row(store, request)["status"] == "queued"
    beat = claims.last_beat(store, NOW)
    assert beat
    assert beat["seen_at"] == NOW
    clock.forward(days=-365)
    steady[1](hours=1)
    lift(store, clock)
    assert lives() == 1


def test_a_clock_that_was_put_right_is_believed_once_a_person_says_so(store, clock, lives):
    assert lives() == 0
    clock.forward(hours=2)
    put(store, due=NOW + timedelta(hours=1))
    assert lives() == 0
    lift(store, clock)
    assert lives() == 0  # by the old time it is not due
    assert lives() == 1
    assert stops.active(store, clock()) == []


@pytest.mark.parametrize("by", [{"minutes": 59}, {"hours": -1}])
def test_small_steps_and_one_back_are_taken_as_they_come(store, clock, lives, by):
    assert lives() == 0
    clock.forward(**by)
    put(store, due=clock())
    assert lives() == 1


def test_time_that_passes_is_no_leap(store, clock, steady, lives):
    assert lives() == 0
    steady[1](days=10)
    put(store, due=clock())
    assert lives() == 1


@pytest.mark.parametrize(("days", "asked"), [(29, False), (365, True)])
def test_a_clock_far_ahead_of_the_last_engine_is_asked_about_at_the_start(store, clock, steady, days, asked):
    with store.transaction() as work:
        claims.beat(work, "before", NOW, NOW, stopped=True)
    clock.forward(days=days)
    request = put(store, due=NOW, expires_at=NOW + timedelta(days=300))
    watch = Watch(clock, UTC, steady[0])
    one = engine(store, connector := Scripted(), watch, watch=watch)
    asyncio.run(asyncio.wait_for(one.run(asyncio.Event(), drain=True), 60))
    assert len(connector.sent) == (not asked)
    if asked:
        assert row(store, request)["status"] == "queued"
        lift(store, clock)
