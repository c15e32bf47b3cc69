"""An older copy of the store, put back in place of the one that went on: nothing leaves again unseen."""

import shutil
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from connectors.contract import Scope, TryLater
from data import claims, decisions, stops
from data.marks import Marks
from data.moves import News
from data.store import open_store
from data.store.mark_file import MarkFile
from data.store.migrations import prepare
from engine.outcomes import Said
from tests.builders import ask, messages
from tests.engine.conftest import Scripted, drain, engine, statuses


def copied(source, target):
    """The file, and what is committed but not folded in."""
    shutil.copy(source, target)
    Path(f"{target}.wal").unlink(missing_ok=True)
    if Path(f"{source}.wal").exists():  # a slow machine may have folded it in
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


@pytest.mark.parametrize("restarted", [False, True])
def test_a_copy_of_half_a_minute_before_is_one_as_well(clock, tmp_path, restarted):
    """Made in the life of the engine that sent since; another may have been started then, and sent nothing."""
    path = tmp_path / "askwell.duckdb"
    store = open_store(str(path))
    prepare(store, clock())
    ask(store, 2, due_in=timedelta(seconds=20))
    one = engine(store, Scripted(), clock, name="first")
    drain(one)
    copied(path, tmp_path / "copy")
    clock.forward(seconds=30)
    drain(one)
    assert statuses(store) == {"sent": 2}
    if restarted:
        clock.forward(hours=1)
        drain(engine(store, Scripted(), clock, name="second"))
    store.close()
    copied(tmp_path / "copy", path)
    store = open_store(str(path))
    drain(engine(store, again := Scripted(), clock, name="third"))
    (stop,) = stops.active(store, clock())
    store.close()
    assert (stop["scope"], again.sent) == ("everything", [])


def no_copy(store, clock):
    """Nothing is stopped by an engine that is started now, nor by one a day later."""
    for name, hours in (("next", 0), ("last", 24)):
        clock.forward(hours=hours)
        engine(store, Scripted(), clock, name=name)._turns.begin(clock())
        assert not stops.active(store, clock())


def test_a_clock_that_is_put_right_while_its_engine_works_makes_no_copy(duckdb_store, clock):
    """Even where what it handed over last was put off, and is claimed again at what looks like an earlier time."""
    clock.forward(hours=3)
    (request,) = ask(duckdb_store)
    answers = iter([TryLater(timedelta(minutes=1), Scope.MESSAGE, "busy")] * 2)
    one = engine(duckdb_store, Scripted(lambda _: next(answers, None)), clock, name="first")
    drain(one)
    clock.forward(hours=-3)
    decisions.send_now(duckdb_store, [request], "Sam", clock())
    drain(one)
    assert statuses(duckdb_store) == {"queued": 1}
    no_copy(duckdb_store, clock)


def test_a_message_that_was_put_back_makes_no_copy(duckdb_store, clock):
    ask(duckdb_store)
    busy = Scripted(TryLater(timedelta(hours=9), Scope.MESSAGE, "busy"))
    drain(engine(duckdb_store, busy, clock, name="first"))
    assert statuses(duckdb_store) == {"queued": 1}
    no_copy(duckdb_store, clock)


def test_taking_over_that_failed_makes_no_copy_whatever_was_heard_meanwhile(duckdb_store, clock):
    """It had been marked already; and what it was about may have found its end by a hook."""
    (request,) = ask(duckdb_store)
    engine(duckdb_store, Scripted(), clock, name="first")._turns.take(clock(), [], [], 1, False)
    clock.forward(minutes=5)
    one = engine(duckdb_store, Scripted(), clock, name="second")
    one._turns.begin(clock())
    with patch.object(claims, "described", side_effect=RuntimeError), pytest.raises(RuntimeError):
        one._turns.take(clock(), [], [], 1, False)
    heard = News(messages(duckdb_store, [request])[0], "delivered", clock())
    one._turns.take(clock(), [Said(heard)], [], 1, False)
    assert statuses(duckdb_store) == {"delivered": 1}
    no_copy(duckdb_store, clock)


def test_a_copy_made_while_the_message_was_under_way_that_left_last_is_seen(clock, tmp_path):
    path, copy, calls = tmp_path / "askwell.duckdb", tmp_path / "copy", iter(range(9))
    store = open_store(str(path))
    prepare(store, clock())
    ask(store)
    ask(store, due_in=timedelta(seconds=20))

    def busy_at_first(_):
        if next(calls) == 0:
            copied(path, copy)
            return TryLater(timedelta(seconds=60), Scope.MESSAGE, "busy")
        return None

    one = engine(store, Scripted(busy_at_first), clock, name="first")
    for seconds in (0, 25, 100):
        clock.forward(seconds=seconds)
        drain(one)
    assert statuses(store) == {"sent": 2}
    store.close()
    copied(copy, path)
    restored = open_store(str(path))
    drain(engine(restored, again := Scripted(), clock, name="third"))
    assert again.sent == []
    assert len(stops.active(restored, clock())) == 1
    restored.close()


class TestOnPostgresql:
    """It keeps its marks within itself, so another stands on the machine of the engine."""

    @pytest.fixture
    def beside(self, tmp_path):
        return MarkFile(tmp_path / "mark")

    def put_back(self, store, before):
        """The rows as they were."""
        with store.transaction() as work:
            for table, rows in before.items():
                work.rows(f"DELETE FROM {table}")
                for row in rows:
                    work.append(table, {name: [cell] for name, cell in row.items()})

    def copied(self, store):
        return {table: store.rows(f"SELECT * FROM {table}") for table in ("message", "engine", "happening")}

    def test_what_left_since_the_copy_does_not_leave_again(self, postgresql_store, clock, beside):
        drain(engine(postgresql_store, Scripted(), clock, name="first", beside=beside))
        ask(postgresql_store, 2)
        copy = self.copied(postgresql_store)
        clock.forward(minutes=10)
        drain(engine(postgresql_store, Scripted(), clock, name="second", beside=beside))
        self.put_back(postgresql_store, copy)
        drain(engine(postgresql_store, again := Scripted(), clock, name="third", beside=beside))
        (stop,) = stops.active(postgresql_store, clock())
        assert (again.sent, stop["scope"]) == ([], "everything")
        assert "older copy" in stop["reason"]
        with postgresql_store.transaction() as work:
            stops.lift(work, stop["id"], "Ann", clock())
        drain(engine(postgresql_store, again, clock, name="fourth", beside=beside))
        assert len(again.sent) == 2

    def test_engines_that_share_it_and_are_started_again_find_no_copy(self, postgresql_store, clock, beside, tmp_path):
        other = MarkFile(tmp_path / "other")
        for name, mark in (("a", beside), ("b", other), ("c", beside), ("d", other)):
            ask(postgresql_store, 2)
            drain(engine(postgresql_store, Scripted(), clock, name=name, beside=mark))
            clock.forward(minutes=1)
        assert stops.active(postgresql_store, clock()) == []

    def test_a_store_that_came_in_the_place_of_another_is_no_copy(self, postgresql_store, clock, beside):
        """As one that was moved there: it knows engines, but not those of the one that was."""
        drain(engine(postgresql_store, Scripted(), clock, name="trial", beside=beside))
        with postgresql_store.transaction() as work:
            work.rows("DELETE FROM setting")
            work.rows("DELETE FROM engine")
            claims.beat(work, "of the file", clock(), clock(), stopped=True)
            Marks(postgresql_store, "of the file").name_store(work, clock())
        ask(postgresql_store)
        drain(engine(postgresql_store, sent := Scripted(), clock, name="first", beside=beside))
        assert (len(sent.sent), stops.active(postgresql_store, clock())) == (1, [])

    def test_a_mark_from_before_stores_had_names_still_tells_a_copy(self, postgresql_store, clock, beside):
        beside.write(f"another\t{clock().isoformat()} 7")
        with postgresql_store.transaction() as work:
            claims.beat(work, "known", clock(), clock(), stopped=True)
        drain(engine(postgresql_store, Scripted(), clock, name="first", beside=beside))
        assert len(stops.active(postgresql_store, clock())) == 1

    def test_a_mark_that_cannot_be_written_keeps_nothing_back(self, postgresql_store, clock, tmp_path):
        ask(postgresql_store)
        nowhere = MarkFile(tmp_path / "no folder" / "mark")
        drain(engine(postgresql_store, sent := Scripted(), clock, beside=nowhere))
        assert len(sent.sent) == 1


def test_a_copy_put_back_under_a_working_engine_is_seen_before_anything_leaves(store, clock):
    one = engine(store, again := Scripted(), clock)
    drain(one)
    ask(store)
    clock.forward(seconds=1)
    with store.transaction() as work:
        work.rows("UPDATE engine SET seen_at = $before", before=clock() - timedelta(hours=1))
    one._turns.look_again()  # as it does when the store was away
    one._turns.take(clock(), [], [], 10, False)
    drain(one)
    (stop,) = stops.active(store, clock())
    assert (again.sent, "older copy" in stop["reason"]) == ([], True)
