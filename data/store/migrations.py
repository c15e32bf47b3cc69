"""Brings a store to the schema this program expects, step by numbered step."""

import logging
from datetime import datetime
from pathlib import Path
from typing import LiteralString, cast

from data.store import Reading, Store, StoreUnavailable, Writing, open_store

_log = logging.getLogger("askwell")
_HERE = Path(__file__).parent
FIRST = 1  # schema.sql; each file in steps/ then changes an older store into the version in its name
_UPGRADE = (
    "bringing the store from schema %s to %s, which takes minutes where there are millions of requests."
    " Let it finish: what is interrupted begins anew"
)
CURRENT = max((int(step.name[:4]) for step in (_HERE / "steps").glob("[0-9]*.sql")), default=FIRST)


class Outdated(StoreUnavailable):
    """The store was written by a newer Askwell; waiting will not help."""


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

    Raises Outdated when the store was written by a newer Askwell.
    """
    if version(store) == CURRENT:
        return
    with store.transaction(alone=True) as work:
        found = check(work)  # again, alone now: another process may just have done it
        if 0 < found < CURRENT:
            _log.info(_UPGRADE, found, CURRENT)
        for number in range(found + 1, CURRENT + 1):
            files = _files(number, postgresql=store.shared_by_engines)
            if found and files:
                _log.info("schema step %s of %s: %s", number, CURRENT, _purpose(files[0]))
            for file in files:
                for statement in _split(file.read_text()):
                    work.rows(statement)
            _stamp(work, number, now)
    if 0 < found < CURRENT:
        _log.info("the store is of schema %s now", CURRENT)


def check(reading: Reading) -> int:
    """The store's schema number. Raises Outdated where this program does not know it."""
    found = version(reading)
    if found > CURRENT:
        raise Outdated(
            f"This store was written by a newer Askwell (schema {found}, this program knows {CURRENT}). "
            "Update Askwell; nothing was changed."
        )
    return found


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


def _files(number: int, *, postgresql: bool) -> list[Path]:
    step = _HERE / f"steps/{number:04}"
    files = [_HERE / "schema.sql", _HERE / "postgresql_indexes.sql"]
    if number > FIRST:
        files = [step.with_suffix(".sql"), step.with_suffix(".postgresql.sql")]
    return [file for file in (files if postgresql else files[:1]) if file.exists()]


def _purpose(file: Path) -> str:
    """As its first line says it, where that is a comment."""
    first = file.read_text().splitlines()[0]
    return first.removeprefix("-- ") if first.startswith("--") else "indexes"


def _split(text: str) -> list[LiteralString]:
    without_comments = "\n".join(line.split("--")[0] for line in text.splitlines())
    return [cast("LiteralString", part) for part in without_comments.split(";") if part.strip()]


def _stamp(work: Writing, number: int, now: datetime) -> None:
    work.rows("INSERT INTO schema_version VALUES ($number, $now)", number=number, now=now)
