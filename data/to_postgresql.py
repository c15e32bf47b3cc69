"""Moves a DuckDB store into an empty PostgreSQL database: `python -m data.to_postgresql FILE postgresql://…`."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString

from psycopg.conninfo import conninfo_to_dict

from data import claims
from data.marks import Marks
from data.store import Reading, Row, Store, StoreUnavailable, Writing, is_postgresql, moved
from data.store.gate import only_engine
from data.store.migrations import open_prepared

ROWS = 5_000  # at once
_FEW = {"inbox": 50}  # a hook has up to 4 MB
_OWN = ("schema_version", "engine_mark")  # what each kind of store has for itself
_COPY = (
    "This store is an older copy that was put back. Start the engine on it once, and do what it says, before moving it."
)
_STARTED = (
    "The move of {path} to this database was broken off at its end, and since then Askwell was started there: it holds"
    " no request and no contact, but {filled}. Stop Askwell, drop the database, make it anew under the same name, and"
    " run the same move again."
)


def move(file: str, address: str, now: datetime, tell: Callable[[str], None]) -> dict[str, int]:
    """Copies every row, and lets nobody open the store that is left; returns the number of rows by table.

    All of it or, where StoreUnavailable is raised, nothing. `tell` takes a line for each table. Nobody writes to the
    file from the copy on: it is held until it refuses to be opened, and that is durable before the copy counts. What
    dies between the two leaves no store that sends, and is run again.
    """
    if is_postgresql(file) or not is_postgresql(address):
        raise StoreUnavailable("Name the DuckDB file first, then the database by an address that starts postgresql://.")
    if not Path(file).is_file():
        raise StoreUnavailable(f"There is no store {file}.")
    path = Path(file).absolute()
    with closing(only_engine(file)), closing(open_prepared(address)) as new:
        _take_up_again(path, new)
        return _moved(path, address, new, now, tell)


def _take_up_again(path: Path, new: Store) -> None:
    """Where the same move was broken off at its very end. Any other is over.

    Alone: whatever that left under way is over by then, so what is empty stays so.
    """
    if went := moved.went(path):
        with new.transaction(alone=True) as work:
            filled = [table for table in _tables(work) if _filled(work, table)]
            if not went.startswith(f"{_named(work)} on ") or "request" in filled or "contact" in filled:
                moved.refuse(path)
            if filled:
                raise StoreUnavailable(_STARTED.format(path=path, filled=", ".join(filled)))
            moved.withdraw(path)


def _named(work: Writing) -> str:
    """One database, by whatever address: another server may stand on the same machine."""
    (found,) = work.rows(
        "SELECT current_database() AS name, current_schema() AS schema, system_identifier FROM pg_control_system()"
    )
    return "database {name}, schema {schema}, of the server {system_identifier}".format(**found)


def _host(address: str) -> str:
    """Without what lets one in."""
    parts = conninfo_to_dict(address)
    return ":".join(str(parts[name]) for name in ("host", "port") if parts.get(name)) or "this machine"


def _moved(path: Path, address: str, new: Store, now: datetime, tell: Callable[[str], None]) -> dict[str, int]:
    with closing(open_prepared(str(path), memory_limit="1GB")) as old:
        with old.transaction() as work:
            claims.bury_others(work, "", now)
        with old.reading() as reading, new.transaction(alone=True) as work:
            if Marks(old, "").beyond(reading):
                raise StoreUnavailable(_COPY)
            tables = _tables(work)
            if filled := [table for table in tables if _filled(work, table)]:
                raise StoreUnavailable(
                    f"The database is not empty ({', '.join(filled)}). Make a new one and name that."
                )
            counts = {table: _copy(reading, work, table, tell) for table in tables}
            _go_on(old, reading, work)
            moved.note(path, f"{_named(work)} on {_host(address)}", now)
    return counts


def _tables(work: Writing) -> list[LiteralString]:
    """Those to copy."""
    rows = work.rows(
        """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
        """
    )
    return [row["table_name"] for row in rows if row["table_name"] not in _OWN]


def _filled(work: Writing, table: LiteralString) -> bool:
    return bool(work.rows(f"SELECT 1 AS one FROM {table} LIMIT 1"))


def _copy(reading: Reading, work: Writing, table: LiteralString, tell: Callable[[str], None]) -> int:
    for rows in _chunks(reading, table):
        work.append(table, {column: [row[column] for row in rows] for column in rows[0]})
    there, here = _counted(reading, table), _counted(work, table)
    if there != here:
        raise StoreUnavailable(f"Of the {there} rows of {table} only {here} rows arrived; nothing was moved.")
    tell(f"{table:20}{here:>14,}")
    return here


def _chunks(reading: Reading, table: LiteralString) -> Iterator[list[Row]]:
    """In the order they lie in the file, which DuckDB reads without looking at the others."""
    (found,) = reading.rows(f"SELECT coalesce(max(rowid), -1) AS last FROM {table}")
    size = _FEW.get(table, ROWS)
    for low in range(0, found["last"] + 1, size):
        sql: LiteralString = f"SELECT * FROM {table} WHERE rowid BETWEEN $low AND $high ORDER BY rowid"
        if rows := reading.rows(sql, low=low, high=low + size - 1):
            yield rows


def _counted(reading: Reading, table: LiteralString) -> int:
    return reading.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]


def _go_on(old: Store, reading: Reading, work: Writing) -> None:
    """What is no row: where ids go on, how far the engine came; and PostgreSQL counts what it has got."""
    sequences = reading.rows(
        """
        SELECT sequence_name AS name, coalesce(last_value + 1, start_value) AS following FROM duckdb_sequences()
        WHERE database_name = current_database()
        """
    )
    for one in sequences:
        work.rows("SELECT setval(CAST($name AS regclass), $following, false)", **one)
    for engine, line in old.marks().items():
        work.rows("INSERT INTO engine_mark (engine, line) VALUES ($engine, $line)", engine=engine, line=line)
    work.rows("ANALYZE")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m data.to_postgresql", description=__doc__)
    parser.add_argument("file", help="the DuckDB store; its processes must be stopped")
    parser.add_argument("address", help="postgresql://user@host/name, an empty database")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    counts = move(given.file, given.address, datetime.now(UTC), lambda line: print(line, flush=True))  # noqa: T201
    print(  # noqa: T201
        f"Moved {sum(counts.values()):,} rows in {time.monotonic() - started:.0f} seconds."
        f" Name the database in DATABASE and start Askwell; {given.file} cannot be opened any more."
    )


if __name__ == "__main__":
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        main()
    except StoreUnavailable as trouble:
        sys.exit(str(trouble))
