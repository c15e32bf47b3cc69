"""Brings a store to the schema this program expects, step by numbered step."""

from datetime import datetime
from pathlib import Path
from typing import LiteralString, cast

from data.store import Reading, Store, StoreUnavailable, Writing, open_store

_HERE = Path(__file__).parent
FIRST = 1  # schema.sql; each file in steps/ then changes an older store into the version in its name
CURRENT = max((int(step.name[:4]) for step in (_HERE / "steps").glob("[0-9]*.sql")), default=FIRST)


def open_prepared(address: str, *, threads: int | None = None, memory_limit: str | None = None) -> Store:
    """`open_store`, and `prepare` what it opened. Where StoreUnavailable is raised, nothing stays open."""
    store = open_store(address, threads=threads, memory_limit=memory_limit)
    try:
        prepare(store, store.now())
    except BaseException:
        store.close()
        raise
    return store


def prepare(store: Store, now: datetime) -> None:
    """Creates the tables of an empty store, or runs the steps an older one is missing.

    Raises StoreUnavailable when the store was written by a newer Askwell.
    """
    if version(store) == CURRENT:
        return
    with store.transaction(alone=True) as work:
        found = version(work)  # again, alone now: another process may just have done it
        if found > CURRENT:
            raise StoreUnavailable(
                f"This store was written by a newer Askwell (schema {found}, this program knows {CURRENT}). "
                "Update Askwell; nothing was changed."
            )
        for number in range(found + 1, CURRENT + 1):
            for statement in _statements(number, postgresql=store.shared_by_engines):
                work.rows(statement)
            _stamp(work, number, now)


def version(reading: Reading) -> int:
    """The store's schema number; 0 when it is empty."""
    tables = reading.rows(
        """
        SELECT count(*) AS n FROM information_schema.tables
        WHERE table_name = 'schema_version' AND table_schema = current_schema()
        """
    )
    if not tables[0]["n"]:
        return 0
    return reading.rows("SELECT max(number) AS number FROM schema_version")[0]["number"]


def _statements(number: int, *, postgresql: bool) -> tuple[LiteralString, ...]:
    step = _HERE / f"steps/{number:04}"
    files = [_HERE / "schema.sql", _HERE / "postgresql_indexes.sql"]
    if number > FIRST:
        files = [step.with_suffix(".sql"), step.with_suffix(".postgresql.sql")]
    wanted = files if postgresql else files[:1]
    return tuple(statement for file in wanted if file.exists() for statement in _split(file.read_text()))


def _split(text: str) -> list[LiteralString]:
    without_comments = "\n".join(line.split("--")[0] for line in text.splitlines())
    return [cast("LiteralString", part) for part in without_comments.split(";") if part.strip()]


def _stamp(work: Writing, number: int, now: datetime) -> None:
    work.rows("INSERT INTO schema_version VALUES ($number, $now)", number=number, now=now)
