"""A store in one DuckDB file that console and engine share: attached for each transaction, let go after it.

Opening the file anew costs 20-50 ms; attaching it to a resident in-memory DuckDB costs about 1 ms.
"""

import re
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import duckdb

from data.store import Reading, Row, StoreUnavailable, Writing, moved
from data.store.arrow import Table
from data.store.gate import Elsewhere, Gate
from data.store.mark_file import MarkFile

# Folding the log into the file costs a writer 80 ms after a large batch; reading it again costs everybody who comes in
# about 10 ms a megabyte. So it is folded at most once a second, unless it has grown.
LOG_AGE = 1.0  # seconds
LOG_SIZE = 2_500_000  # bytes


class DuckdbStore:
    """See data.store.Store. `threads` and `memory_limit` are DuckDB's own settings."""

    shared_by_engines = False

    def __init__(self, path: Path, *, threads: int | None = None, memory_limit: str | None = None) -> None:
        self._path = path.absolute()
        self._log = self._path.with_name(self._path.name + ".wal")
        self._folded = 0.0
        self._exists = False
        self._mark = MarkFile(self._path.with_name(self._path.name + ".mark"))
        self._config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        self._config["temp_directory"] = f"{self._path}.tmp"
        self._config |= {"threads": threads} if threads else {}
        self._config |= {"memory_limit": memory_limit} if memory_limit else {}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._gate = Gate(self._path, self._attach, self._detach)
        except OSError as trouble:
            raise StoreUnavailable(_in_words(self._named(trouble), trouble)) from trouble
        self._duckdb = self._resident()
        try:
            with self.transaction():  # creates the file, so that readers always find one
                self._exists = True
        except BaseException:
            self.close()
            raise

    def rows(self, sql: LiteralString, **values: Any) -> list[Row]:
        with self.reading() as reading:
            return reading.rows(sql, **values)

    @contextmanager
    def reading(self) -> Generator[Reading]:
        with self._gate.shared(), self._cursor() as cursor:
            yield _Cursor(cursor)

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Generator[Writing]:
        del alone  # there is never another
        with self._written() as writing:
            yield writing
        if self._log_is_due():
            self._fold()

    @contextmanager
    def _written(self) -> Generator[Writing]:
        with self._gate.exclusive(), self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield _Cursor(cursor)
                cursor.execute("COMMIT")
            except duckdb.Error as trouble:
                self._give_up(cursor)
                if _is_ours(trouble):
                    raise
                raise StoreUnavailable(_in_words(self._path, trouble)) from trouble
            except BaseException:
                self._give_up(cursor)
                raise

    def now(self) -> datetime:
        return datetime.now(UTC)

    def mark(self, engine: str, line: str) -> bool:
        try:
            self._mark.write(f"{engine}\t{line}")
            return True
        except OSError as trouble:
            raise StoreUnavailable(_in_words(self._named(trouble), trouble)) from trouble

    def _named(self, trouble: OSError) -> Path:
        """The file that the trouble is with: one beside the store, such as its lock, or the store itself."""
        return Path(trouble.filename or self._path)

    def marks(self) -> dict[str, str]:
        engine, _, line = (self._mark.read() or "").partition("\t")
        return {engine: line} if line else {}

    def close(self) -> None:
        self._duckdb.close()
        self._mark.close()
        self._gate.close()

    @contextmanager
    def _cursor(self) -> Generator[duckdb.DuckDBPyConnection]:
        cursor = self._duckdb.cursor()  # one each: a shared connection gives wrong answers silently
        try:
            cursor.execute("USE store")
            yield cursor
        finally:
            cursor.close()

    def _resident(self) -> duckdb.DuckDBPyConnection:
        resident = duckdb.connect(":memory:", config=self._config)
        resident.execute("SET GLOBAL TimeZone = 'UTC'")
        resident.execute("PRAGMA disable_checkpoint_on_shutdown")  # see _fold
        return resident

    def _attach(self, read_only: bool) -> None:
        if self._exists and not self._path.exists():  # DuckDB would make an empty one in its place
            raise StoreUnavailable(_GONE.format(path=self._path))
        moved.refuse(self._path)
        quoted = str(self._path).replace("'", "''")
        try:
            self._duckdb.execute(f"ATTACH '{quoted}' AS store (READ_ONLY {read_only})")
        except duckdb.Error as trouble:
            kind = Elsewhere if _is_locked(trouble) else StoreUnavailable
            raise kind(_in_words(self._path, trouble)) from trouble

    def _log_is_due(self) -> bool:
        size = self._log.stat().st_size if self._log.exists() else 0
        return size > LOG_SIZE or (size > 0 and time.monotonic() - self._folded > LOG_AGE)

    def _fold(self) -> None:
        """A visit of its own, so that readers get in before it. Whatever stops it, what is committed is in the log."""
        self._folded = time.monotonic()
        with suppress(StoreUnavailable, duckdb.Error), self._gate.exclusive(), self._cursor() as cursor:
            cursor.execute("CHECKPOINT store")

    def _detach(self) -> None:
        try:
            self._duckdb.execute("DETACH store")
        except duckdb.Error:  # after a full disk DuckDB refuses all further work: start afresh, the file is intact
            with suppress(duckdb.Error):
                self._duckdb.close()
            self._duckdb = self._resident()

    def _give_up(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with suppress(duckdb.Error):
            cursor.execute("ROLLBACK")


class _Cursor:
    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def rows(self, sql: LiteralString, **values: Any) -> list[Row]:
        found = self._cursor.execute(sql, values) if values else self._cursor.execute(sql)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def locked(self, sql: LiteralString, *, skip: bool = False, **values: Any) -> list[Row]:
        del skip  # nobody else is in the file
        return self.rows(sql, **values)

    def one_at_a_time(self, what: LiteralString) -> None:
        del what  # as it is

    def change(self, sql: LiteralString, incoming: Mapping[LiteralString, Sequence[Any]], **values: Any) -> None:
        """As Arrow, which DuckDB takes in ten times as fast as lists among the values."""
        given = Table({column.split()[0]: cells for column, cells in incoming.items()})  # noqa: F841  # pyright: ignore[reportUnusedVariable] — DuckDB reads it by name
        typed = ", ".join(f"CAST({column.replace(' ', ' AS ')}) AS {column.split()[0]}" for column in incoming)
        self._cursor.execute(f"WITH incoming AS (SELECT {typed} FROM given) {sql}", values)

    def append(self, table: LiteralString, columns: Mapping[str, Sequence[Any]]) -> None:
        incoming = Table(columns)  # noqa: F841  # pyright: ignore[reportUnusedVariable] — DuckDB reads it by name
        names = ", ".join(columns)
        self._cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")


def _is_locked(trouble: Exception) -> bool:
    return "lock on file" in str(trouble)


def _is_ours(trouble: duckdb.Error) -> bool:
    """Whether a statement was wrong, rather than the file or the disk."""
    known = any(sign in str(trouble) for sign, _ in _SENTENCES)
    return not known and not isinstance(trouble, duckdb.IOException | duckdb.FatalException | duckdb.InternalException)


_GONE = (
    "The store {path} is gone: its file was moved away, or its disk is not there."
    " Put it back, and Askwell goes on by itself."
)
_SENTENCES = (
    ("lock on file", "is open in another program{who}. Close it there, and Askwell goes on by itself"),
    (
        "Out of Memory",
        "needs more memory than this program may take. Start the engine first, which may take more, then try again",
    ),
    ("No space left", "cannot be written: the disk is full. Free some space; nothing already saved is lost"),
    ("File too large", "cannot be written: the disk or quota is full. Free some space; nothing already saved is lost"),
    (
        "WAL does not match",
        "and the .wal beside it belong to different copies. Put the .wal of this copy there, or none if it had none",
    ),
    ("Permission denied", "cannot be opened for writing: this user may not write there"),
    ("Read-only file system", "cannot be opened for writing: its folder is read-only"),
    ("Not a directory", "cannot be created: part of its path is a file, not a folder"),
    ("Is a directory", "is a folder; name a file inside it"),
    ("not a valid DuckDB database", "is not an Askwell store: another kind of file has its name"),
)


def _in_words(path: Path, trouble: Exception) -> str:
    text = str(trouble)
    program = re.search(r"PID (\d+)", text)
    for sign, sentence in _SENTENCES:
        if sign in text:
            who = f" (process {program[1]})" if program else ""
            return f"The store {path} {sentence.format(who=who)}."
    return f"The store {path} cannot be used: {text.splitlines()[0]}"
