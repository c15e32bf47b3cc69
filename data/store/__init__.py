"""The store's few names; what stands behind them is a DuckDB file or a PostgreSQL server."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString, Protocol

Row = dict[str, Any]
OVER = "over "  # before the mark of an engine whose messages another took over: it gets no further


class StoreUnavailable(Exception):
    """The store cannot be used now; the message is a sentence for a person and says what to do."""


class Reading(Protocol):
    """Several reads of one unchanging state."""

    def rows(self, sql: LiteralString, **values: Any) -> list[Row]:
        """The rows of one statement with `$name` parameters, each as a dict."""
        ...


class Writing(Reading, Protocol):
    """One transaction: committed as a whole when its block ends, rolled back when the block raises."""

    def locked(self, sql: LiteralString, *, skip: bool = False, **values: Any) -> list[Row]:
        """`rows` of one table that no other transaction changes before this one ends.

        Those that another one holds are waited for or, with `skip`, left out.
        """
        ...

    def one_at_a_time(self, what: LiteralString) -> None:
        """Waits for every other transaction that has said the same of itself; nobody else waits for this one."""
        ...

    def change(self, sql: LiteralString, incoming: Mapping[LiteralString, Sequence[Any]], **values: Any) -> None:
        """Runs one statement that reads from `incoming`: rows, given as columns named like "sent_at timestamptz"."""
        ...

    def append(self, table: LiteralString, columns: Mapping[str, Sequence[Any]]) -> None:
        """Inserts many rows at once, given as columns of equal length."""
        ...


class Store(Reading, Protocol):
    """Where everything is kept. Safe to use from any thread; never held for long by anybody."""

    @property
    def shared_by_engines(self) -> bool:
        """Whether several engines may work on it at the same time."""
        ...

    def reading(self) -> AbstractContextManager[Reading]: ...

    def transaction(self, *, alone: bool = False) -> AbstractContextManager[Writing]:
        """`alone` keeps every other transaction that asks for it out: for migrations."""
        ...

    def now(self) -> datetime:
        """The time that all who work on the store have in common: of a file this machine's, else the server's."""
        ...

    def mark(self, engine: str, line: str) -> bool:
        """Keeps a short line for an engine, durable when it returns; of a file's engine at less than a transaction.

        False, and not kept, where another engine has taken over what this one held.
        """
        ...

    def marks(self) -> dict[str, str]:
        """The lines that are kept, by engine; of a store for one engine only the last."""
        ...

    def close(self) -> None: ...


def is_postgresql(address: str) -> bool:
    return address.startswith(("postgresql://", "postgres://"))


def open_store(address: str, *, threads: int | None = None, memory_limit: str | None = None) -> Store:
    """Opens the store that `address` names: a `postgresql://` URL or the path of a DuckDB file.

    Raises StoreUnavailable with a sentence when it cannot be used.
    """
    if is_postgresql(address):
        from data.store.postgresql import PostgresqlStore

        return PostgresqlStore(address)
    from data.store.duckdb_file import DuckdbStore

    return DuckdbStore(Path(address), threads=threads, memory_limit=memory_limit)
