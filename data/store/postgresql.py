"""A store in PostgreSQL, for teams that outgrow one machine: several engines, several consoles."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, LiteralString, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from data.store import OVER, Reading, Row, StoreUnavailable, Writing

PATIENCE = 10.0  # seconds to wait for a connection
# Whoever vanishes within a transaction must not hold its locks, and with them all other engines, for hours.
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_OPTIONS = " ".join(
    ["-c TimeZone=UTC", "-c DateStyle=ISO", "-c idle_in_transaction_session_timeout=60s"]
    + [f"-c tcp_{name}={value}" for name, value in _KEEPALIVES.items()]
)
_MIGRATION_LOCK = 0x41534B57  # any number that no other program on the server uses


class PostgresqlStore:
    """See data.store.Store. `address` is a `postgresql://` URL."""

    shared_by_engines = True

    def __init__(self, address: str, *, connections: int = 8) -> None:
        self._pool: ConnectionPool[Any] = ConnectionPool(
            address,
            min_size=1,
            max_size=connections,
            timeout=PATIENCE,
            open=False,
            check=ConnectionPool.check_connection,  # 0.03 ms; else each that died unused fails somebody once
            kwargs={"row_factory": dict_row, "client_encoding": "UTF8", **_KEEPALIVES, "options": _options(address)},
        )
        try:
            self._open()
        except BaseException:
            self._pool.close()
            raise

    def _open(self) -> None:
        try:
            self._pool.open(wait=True, timeout=PATIENCE)
        except psycopg.Error as trouble:
            raise StoreUnavailable(_UNREACHABLE) from trouble
        (told,) = self.rows("SELECT current_setting('server_encoding') AS encoding")
        if told["encoding"] != "UTF8":
            raise StoreUnavailable(_ENCODING.format(**told))

    def rows(self, sql: LiteralString, **values: Any) -> list[Row]:
        with self.reading() as reading:
            return reading.rows(sql, **values)

    @contextmanager
    def reading(self) -> Generator[Reading]:
        with self._connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _Connection(connection)

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Generator[Writing]:
        with self._connection() as connection:
            if alone:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATION_LOCK])
            yield _Connection(connection)

    def now(self) -> datetime:
        return self.rows("SELECT clock_timestamp() AS now")[0]["now"]

    def mark(self, engine: str, line: str) -> bool:
        with self.transaction() as work:
            kept = work.rows(
                """
                INSERT INTO engine_mark (engine, line) VALUES ($engine, $line)
                ON CONFLICT (engine) DO UPDATE SET line = excluded.line WHERE NOT starts_with(engine_mark.line, $over)
                RETURNING engine
                """,
                engine=engine,
                line=line,
                over=OVER,
            )
        return bool(kept)

    def marks(self) -> dict[str, str]:
        return {row["engine"]: row["line"] for row in self.rows("SELECT engine, line FROM engine_mark")}

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _connection(self) -> Generator[psycopg.Connection[Row]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except psycopg.Error as trouble:
            sentence = _in_words(trouble)
            if sentence is None:
                raise
            raise StoreUnavailable(sentence) from trouble


_UNREACHABLE = (
    "The PostgreSQL server that DATABASE names does not answer, or does not let Askwell in. Check that it runs, and"
    " that host, role, password, database and sslmode are right."
)
_ENCODING = (
    "The PostgreSQL database is kept in {encoding}, which cannot hold every name and text."
    " Make one with ENCODING 'UTF8' and name it in DATABASE."
)
_MEANWHILE = "Somebody changed the same thing at the same moment. Try again."
_SENTENCES = {  # by SQLSTATE
    "23505": _MEANWHILE,
    "40P01": _MEANWHILE,
    "40001": _MEANWHILE,
    "25P03": "The work stood still for so long that PostgreSQL ended it. Try again.",
    "57014": "PostgreSQL ended the work: it took longer than the statement_timeout set there. Try again, or raise it.",
    "55P03": "PostgreSQL ended the work: it waited longer than the lock_timeout set there. Try again, or raise it.",
    "53100": "PostgreSQL cannot write: its disk is full. Free some space; nothing already saved is lost.",
    "53200": "PostgreSQL has run out of memory. Try again in a moment.",
    "42501": "PostgreSQL does not let the role that DATABASE names do this: {told}. Make it the owner of the database.",
    "25006": "PostgreSQL takes no changes: the database is read-only, or the server a standby. Name the primary.",
}


def _in_words(trouble: psycopg.Error) -> str | None:
    """None: a statement was wrong, rather than the server or the network."""
    sentence = _SENTENCES.get(trouble.sqlstate or "")
    if sentence:
        return sentence.format(told=trouble.diag.message_primary)
    return _UNREACHABLE if isinstance(trouble, psycopg.OperationalError) else None


def _options(address: str) -> str:
    """Ours after those that the address may have, such as a search_path."""
    return f"{conninfo_to_dict(address).get('options') or ''} {_OPTIONS}".strip()


class _Connection:
    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def rows(self, sql: LiteralString, **values: Any) -> list[Row]:
        plain = {name: _plain(value) for name, value in values.items()}
        cursor = self._connection.execute(_translated(sql), plain)
        return cursor.fetchall() if cursor.description else []

    def locked(self, sql: LiteralString, *, skip: bool = False, **values: Any) -> list[Row]:
        return self.rows(sql + (" FOR UPDATE SKIP LOCKED" if skip else " FOR UPDATE"), **values)

    def one_at_a_time(self, what: LiteralString) -> None:
        self._connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_MIGRATION_LOCK, what])

    def change(self, sql: LiteralString, incoming: Mapping[LiteralString, Sequence[Any]], **values: Any) -> None:
        named = [column.split() for column in incoming]
        lists = ", ".join(f"unnest(CAST($incoming_{name} AS {type}[])) AS {name}" for name, type in named)
        cells = {f"incoming_{name}": list(incoming[f"{name} {type}"]) for name, type in named}
        self.rows(f"WITH incoming AS (SELECT {lists}) {sql}", **cells, **values)

    def append(self, table: LiteralString, columns: Mapping[str, Sequence[Any]]) -> None:
        copy = cast("LiteralString", f"COPY {table} ({', '.join(columns)}) FROM STDIN")
        with self._connection.cursor() as cursor, cursor.copy(copy) as out:
            for row in zip(*columns.values(), strict=True):
                out.write_row([_plain(cell) for cell in row])


@lru_cache(maxsize=512)
def _translated(sql: str) -> LiteralString:
    """The house's `$name` parameters in psycopg's spelling."""
    return cast("LiteralString", re.sub(r"\$([a-z_]+)", r"%(\1)s", sql.replace("%", "%%")))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value.replace("\0", "")  # which PostgreSQL cannot keep
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[Any]", value)]
    return value
