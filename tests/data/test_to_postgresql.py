"""A DuckDB store moves to PostgreSQL with every row, and neither is touched where it cannot."""

import os
import re
import threading
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from data import stops, to_postgresql
from data.store import Store, StoreUnavailable, open_store, postgresql
from data.store.gate import only_engine
from data.store.moved import Moved
from tests.builders import NOW, ask
from tests.data.every_row import columns, fill, kept


def following(store: Store) -> list[int]:
    names = ("contact", "request", "message", "inbox", "small")
    with store.transaction() as work:
        return [work.rows(f"SELECT nextval('{name}_ids') AS id")[0]["id"] for name in names]


@pytest.fixture
def file(duckdb_store: Store, tmp_path: Path) -> str:
    return str(tmp_path / "store.duckdb")


@pytest.fixture
def moved(file: str, postgresql_address: str):
    def move() -> dict[str, int]:
        return to_postgresql.move(file, postgresql_address, NOW, lambda _: None)

    return move


def test_every_row_of_every_table_is_there_afterwards(duckdb_store, postgresql_store, moved, monkeypatch):
    monkeypatch.setattr(to_postgresql, "ROWS", 2)
    fill(duckdb_store, 9)
    with duckdb_store.transaction() as work:
        work.rows("DELETE FROM reach WHERE contact_id % 4 = 2")  # rows in the middle are missing
        work.rows("UPDATE engine SET stopped_at = seen_at WHERE stopped_at IS NULL")
    before = kept(duckdb_store, columns(duckdb_store))
    counts = moved()

    assert {len(rows) for table, rows in before.items() if table != "reach"} == {9}
    assert kept(postgresql_store, before) == before
    assert counts == {table: len(rows) for table, rows in before.items()}


def test_ids_go_on_where_they_were(duckdb_store, postgresql_store, moved):
    ask(duckdb_store, 3)
    for _ in range(4):  # some were used up without a row that has them
        last = following(duckdb_store)
    moved()
    assert following(postgresql_store) == [id + 1 for id in last]
    ask(postgresql_store, 2)
    assert len(postgresql_store.rows("SELECT id FROM request")) == 5


def test_how_far_a_killed_engine_came_is_known_there_and_nobody_takes_it_for_alive(
    duckdb_store, postgresql_store, moved
):
    with duckdb_store.transaction() as work:
        work.rows("INSERT INTO engine (id, started_at, seen_at) VALUES ('killed', $now, $now) RETURNING id", now=NOW)
    duckdb_store.mark("killed", f"{NOW.isoformat()} 0")
    moved()
    assert postgresql_store.marks() == {"killed": f"{NOW.isoformat()} 0"}
    assert postgresql_store.rows("SELECT id FROM engine WHERE stopped_at IS NULL") == []


def test_whoever_has_the_store_that_was_left_or_opens_it_is_told_where_it_went(
    duckdb_store, postgresql_store, moved, file, postgresql_address
):
    ask(duckdb_store)
    moved()
    told = f"was moved to PostgreSQL .database {conninfo_to_dict(postgresql_address)['dbname']}"
    for use in (lambda: open_store(file), lambda: ask(duckdb_store), lambda: duckdb_store.rows("SELECT 1"), moved):
        with pytest.raises(Moved, match=told):
            use()
    assert len(postgresql_store.rows("SELECT id FROM request")) == 1


def test_what_went_to_another_database_is_not_moved_twice(duckdb_store, postgresql_store, moved, file):
    ask(duckdb_store)
    to_postgresql.moved.note(Path(file), "database other on there", NOW)
    with pytest.raises(Moved, match="database other on there"):
        moved()
    assert postgresql_store.rows("SELECT id FROM request") == []


def test_a_move_that_dies_at_its_very_end_leaves_no_store_that_sends_twice_and_is_run_again(
    duckdb_store, postgresql_store, moved, monkeypatch
):
    ask(duckdb_store)

    def dies(*given):
        noted(*given)
        raise KeyboardInterrupt

    noted = to_postgresql.moved.note
    monkeypatch.setattr(to_postgresql.moved, "note", dies)
    with pytest.raises(KeyboardInterrupt):
        moved()
    with pytest.raises(Moved, match="run the same move again"):
        duckdb_store.rows("SELECT 1")
    assert postgresql_store.rows("SELECT id FROM request") == []
    monkeypatch.undo()
    assert moved()["request"] == 1


def broken_off(moved, monkeypatch) -> None:
    def dies(*given):
        noted(*given)
        raise KeyboardInterrupt

    noted = to_postgresql.moved.note
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(to_postgresql.moved, "note", dies)
        moved()


def test_another_schema_of_the_same_server_is_another_target(duckdb_store, postgresql_address, moved, file):
    ask(duckdb_store)
    moved()
    with psycopg.connect(postgresql_address, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA other")
    other = f"{postgresql_address}{'&' if '?' in postgresql_address else '?'}options=-csearch_path%3Dother"
    with pytest.raises(Moved, match="schema public"):
        to_postgresql.move(file, other, NOW, lambda _: None)


def test_the_same_target_may_be_named_by_another_address(duckdb_store, postgresql_address, moved, file, monkeypatch):
    ask(duckdb_store)
    broken_off(moved, monkeypatch)
    other = f"{postgresql_address}{'&' if '?' in postgresql_address else '?'}application_name=other"
    monkeypatch.setattr(to_postgresql, "_host", lambda _: "elsewhere")
    assert to_postgresql.move(file, other, NOW, lambda _: None)["request"] == 1


def test_it_is_taken_up_again_only_once_its_first_end_is_known(
    duckdb_store, postgresql_address, moved, file, monkeypatch
):
    ask(duckdb_store)
    broken_off(moved, monkeypatch)
    ended = []
    with psycopg.connect(postgresql_address) as first:  # its client is dead, its COMMIT under way
        first.execute("SELECT pg_advisory_xact_lock(%s)", [postgresql._MIGRATION_LOCK])
        first.execute("INSERT INTO setting (name, value, changed_at) VALUES ('a', '1', now())")

        def again():
            with pytest.raises(StoreUnavailable):
                moved()
            ended.append(True)

        thread = threading.Thread(target=again)
        thread.start()
        with psycopg.connect(postgresql_address, autocommit=True) as look:
            while not look.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
                assert thread.is_alive()
        assert to_postgresql.moved.went(Path(file))
        first.commit()
    thread.join()
    assert ended
    with pytest.raises(Moved):
        open_store(file)


def test_where_askwell_was_started_meanwhile_it_is_said_what_to_do(
    duckdb_store, postgresql_store, moved, file, monkeypatch
):
    ask(duckdb_store)
    broken_off(moved, monkeypatch)
    with postgresql_store.transaction() as work:
        work.rows("INSERT INTO engine (id, started_at, seen_at) VALUES ('new', $now, $now) RETURNING id", now=NOW)
    refused(moved, "drop the database, make it anew under the same name, and run the same move again")
    with postgresql_store.transaction() as work:
        work.rows("DELETE FROM engine")  # as it is in a new one
    assert moved()["request"] == 1


def test_a_full_disk_beside_the_file_is_told_and_nothing_was_moved(
    duckdb_store, postgresql_store, moved, file, monkeypatch
):
    ask(duckdb_store)

    def full(file: int, _: bytes) -> int:
        written(file, b"data")
        raise OSError(28, "No space left on device")

    written = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        refused(moved, "cannot be written: No space left on device. Nothing was moved")
    assert postgresql_store.rows("SELECT id FROM request") == []
    assert len(duckdb_store.rows("SELECT id FROM request")) == 1


def refused(moved, told: str) -> None:
    with pytest.raises(StoreUnavailable, match=told):
        moved()


def test_a_store_with_anything_in_it_is_no_target(duckdb_store, postgresql_store, moved):
    ask(duckdb_store, 2)
    with postgresql_store.transaction() as work:
        work.append("setting", {"name": ["rules"], "value": ["{}"], "changed_at": [NOW]})
    refused(moved, "is not empty .*setting")
    assert postgresql_store.rows("SELECT id FROM request") == []
    assert stops.active(duckdb_store, NOW) == []


def test_a_working_engine_must_be_stopped_first(file, moved):
    lock = only_engine(file)
    refused(moved, "Another engine already works on")
    lock.close()
    moved()


def test_a_copy_put_back_is_first_looked_at_by_an_engine(duckdb_store, moved):
    with duckdb_store.transaction() as work:
        work.rows("INSERT INTO engine (id, started_at, seen_at) VALUES ('known', $now, $now) RETURNING id", now=NOW)
    duckdb_store.mark("later", f"{NOW.isoformat()} 5")
    refused(moved, "older copy")


def test_what_breaks_off_leaves_both_as_they_were(duckdb_store, postgresql_store, moved, monkeypatch):
    fill(duckdb_store, 1)
    monkeypatch.setattr(to_postgresql, "_counted", lambda work, table, numbers=count(): next(numbers))
    refused(moved, "only 1 rows .* nothing was moved")
    assert postgresql_store.rows("SELECT id FROM request") == []
    assert stops.active(duckdb_store, NOW) == duckdb_store.rows("SELECT * FROM stop WHERE false")


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("missing.duckdb", "postgresql://host/name", "There is no store missing"),
        ("store.duckdb", "other.duckdb", "starts postgresql://"),
        ("postgresql://host/name", "postgresql://host/name", "DuckDB file first"),
    ],
)
def test_what_cannot_be_is_told_and_makes_no_file(duckdb_store, tmp_path, monkeypatch, source, target, told):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    refused(lambda: to_postgresql.move(source, target, NOW, lambda _: None), told)
    assert sorted(tmp_path.iterdir()) == before


def test_what_it_did_is_said_table_by_table(duckdb_store, postgresql_address, file, capsys):
    ask(duckdb_store, 3)
    to_postgresql.main([file, postgresql_address])
    said = capsys.readouterr().out
    assert re.search(r"request\s+3\n", said)
    assert "DATABASE" in said
    assert "Ann" not in said
