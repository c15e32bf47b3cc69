"""An older copy of the store, put back in place of the one that went on: nothing leaves again unseen."""

import shutil
from unittest.mock import patch

import pytest

from data import claims, stops
from data.migrations import prepare
from data.store import open_store
from tests.builders import ask
from tests.engine.conftest import Scripted, drain, engine, statuses


def copied(source, target):
    """The file, and what is committed but not folded in."""
    shutil.copy(source, target)
    shutil.copy(f"{source}.wal", f"{target}.wal")


@pytest.fixture
def restored(clock, tmp_path):
    """Two asks were queued when the copy was made, and have left since."""
    path = tmp_path / "askwell.duckdb"
    store = open_store(str(path))
    prepare(store, clock())
    drain(engine(store, Scripted(), clock, name="first"))
    ask(store, 2)
    store.close()
    copied(path, tmp_path / "copy")
    clock.forward(minutes=10)
    store = open_store(str(path))
    drain(engine(store, sent := Scripted(), clock, name="second"))
    assert len(sent.sent) == 2
    store.close()
    copied(tmp_path / "copy", path)
    restored = open_store(str(path))
    yield restored
    restored.close()


def test_what_left_since_the_copy_does_not_leave_again(restored, clock):
    drain(engine(restored, again := Scripted(), clock, name="third"))
    (stop,) = stops.active(restored, clock())
    assert (again.sent, statuses(restored)) == ([], {"queued": 2})
    assert stop["scope"] == "everything"
    assert "handed over until" in stop["reason"]


def test_once_a_person_has_looked_the_engine_goes_on(restored, clock):
    drain(engine(restored, Scripted(), clock, name="third"))
    with restored.transaction() as work:
        stops.lift(work, stops.active(work, clock())[0]["id"], "Ann", clock())
    clock.forward(minutes=1)
    drain(engine(restored, later := Scripted(), clock, name="fourth"))
    assert len(later.sent) == 2
    assert not stops.active(restored, clock())


def test_a_new_store_beside_an_old_mark_is_no_copy(clock, tmp_path):
    path = tmp_path / "askwell.duckdb"
    for name in ("first", "second"):
        store = open_store(str(path))
        prepare(store, clock())
        ask(store)
        drain(engine(store, one := Scripted(), clock, name=name))
        assert len(one.sent) == 1
        store.close()
        path.unlink()
        path.with_name("askwell.duckdb.wal").unlink(missing_ok=True)
        clock.forward(hours=1)


def test_a_clock_that_was_ahead_makes_no_copy_of_the_store(duckdb_store, clock):
    clock.forward(hours=3)
    one = engine(duckdb_store, Scripted(), clock, name="first")
    ask(duckdb_store)
    drain(one)
    clock.forward(hours=-3)
    drain(one)
    drain(engine(duckdb_store, Scripted(), clock, name="second"))
    assert not stops.active(duckdb_store, clock())


def test_an_engine_killed_while_it_took_over_what_another_held_is_no_copy(duckdb_store, clock):
    """It marks what it takes over before that is committed."""
    ask(duckdb_store, 2)
    first = engine(duckdb_store, Scripted(), clock, name="first")
    (held,) = first._turns.take(clock(), [], [], 1, False).claimed
    first._marks.reach((held.claimed_at, held.id))
    clock.forward(minutes=5)
    killed = engine(duckdb_store, Scripted(), clock, name="second")
    killed._turns.begin(clock())
    with patch.object(claims, "described", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        killed._turns.take(clock(), [], [], 1, False)
    drain(engine(duckdb_store, Scripted(), clock, name="third"))
    assert not stops.active(duckdb_store, clock())


def test_an_engine_that_is_started_again_on_its_own_store_goes_on(store, clock):
    for name in ("first", "second", "third"):
        ask(store)
        drain(engine(store, one := Scripted(), clock, name=name))
        assert len(one.sent) == 1
        clock.forward(hours=1)
