"""A clock that leaps ahead calls nothing too late, and is believed once it has stayed there."""

import logging
from datetime import timedelta

import pytest

from data import claims, stops
from engine.watch import Watch
from tests.builders import NOW, ask, row
from tests.engine.asks import put
from tests.engine.conftest import Scripted, drain, engine


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
    watch, connector = Watch(clock, steady[0]), Scripted()
    one = engine(store, connector, watch, watch=watch)

    def lives() -> int:
        drain(one)
        return len(connector.sent)

    return lives


def test_a_year_ahead_for_a_moment_expires_nothing(store, clock, steady, lives):
    request = put(store, due=NOW + timedelta(minutes=5), expires_at=NOW + timedelta(days=30))
    assert lives() == 0
    clock.forward(days=365)
    assert lives() == 0
    steady[1](minutes=9)
    assert lives() == 0
    assert (row(store, request)["status"], stops.active(store, NOW)) == ("queued", [])
    beat = claims.last_beat(store, NOW)
    assert beat
    assert beat["seen_at"] == NOW + timedelta(minutes=9)
    clock.forward(days=-365)
    assert lives() == 1


def test_a_clock_that_was_put_right_is_believed_after_ten_minutes(store, clock, steady, lives, caplog):
    """As where it was behind when the machine began; what is lost in between leaves no trace but a word in the log."""
    assert lives() == 0
    clock.forward(hours=5)
    put(store, due=NOW + timedelta(hours=5))
    assert lives() == 0
    steady[1](minutes=10)
    with caplog.at_level(logging.WARNING):
        assert lives() == 1
        steady[1](hours=1)
        assert lives() == 1
    assert len([said for said in caplog.messages if "clock" in said]) == 1
    assert stops.active(store, clock()) == []


def test_one_that_went_back_in_between_is_doubted_anew(store, clock, steady, lives):
    put(store, due=NOW + timedelta(hours=1))
    for hours in (5, -5, 5):
        clock.forward(hours=hours)
        assert lives() == 0
        steady[1](minutes=8)
    assert lives() == 0
    steady[1](minutes=2)
    assert lives() == 1


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
    watch = Watch(clock, steady[0])
    one = engine(store, connector := Scripted(), watch, watch=watch)
    drain(one)
    assert len(connector.sent) == (not asked)
    if asked:
        assert row(store, request)["status"] == "queued"
        (stop,) = stops.active(store, clock())
        assert (stop["cause"], stop["needs_person"]) == ("clock", True)
        assert "says 2 Mar 2027 17:00, and the last engine ran on 2 Mar 2026 17:00" in stop["reason"]
        with store.transaction() as work:
            stops.lift(work, stop["id"], "Ann", NOW)
        drain(one)
        assert row(store, request)["status"] == "cancelled"


def test_nothing_is_forgotten_by_a_clock_that_a_person_is_asked_about(store, clock, steady):
    """Or every cooldown would be gone by when it is put right."""
    ask(store)
    drain(engine(store, Scripted(), clock, name="before"))
    assert reached(store) == 1
    clock.forward(days=1200)
    watch = Watch(clock, steady[0])
    one = engine(store, Scripted(), watch, watch=watch)
    drain(one)
    assert reached(store) == 1
    (stop,) = stops.active(store, clock())
    with store.transaction() as work:
        stops.lift(work, stop["id"], "Ann", NOW)
    steady[1](hours=1)
    drain(one)
    assert reached(store) == 0


def reached(store) -> int:
    return store.rows("SELECT count(*) AS n FROM reach")[0]["n"]
