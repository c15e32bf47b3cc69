"""PostgreSQL databases for tests: each is lent to one test, and to the next when it came back as it had been."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from data.store import open_store
from data.store.migrations import prepare

# Changes with every table, column, index, option and schema step that is added, changed or dropped.
_SHAPE = """
    SELECT count(*), max(CAST(CAST(made AS text) AS bigint)) FROM (
        SELECT xmin AS made FROM pg_class UNION ALL SELECT xmin FROM pg_attribute
        UNION ALL SELECT xmin FROM pg_attrdef UNION ALL SELECT xmin FROM pg_constraint
        UNION ALL SELECT xmin FROM pg_type UNION ALL SELECT xmin FROM pg_proc UNION ALL SELECT xmin FROM pg_trigger
        UNION ALL SELECT xmin FROM pg_namespace UNION ALL SELECT xmin FROM schema_version
        UNION ALL SELECT setting.xmin FROM pg_db_role_setting AS setting
        JOIN pg_database AS own ON setting.setdatabase = own.oid WHERE own.datname = current_database()
    ) AS everything
"""
_OTHERS = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace)"
_SPRAWLING = _TABLES + " AND pg_relation_size(oid) > 1000000"
_BEGIN_ANEW = "SELECT setval(CAST(format('%I', sequencename) AS regclass), start_value, false) FROM pg_sequences"


class Databases:
    """Emptying one takes 10 ms, making one 300."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._shapes: dict[str, tuple[int, int]] = {}
        self._template = self._make("template1")
        store = open_store(address_of(server, self._template))
        prepare(store, datetime.now(UTC))
        store.close()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The address of a database with the schema in place and nothing in it."""
        name = self._free.pop() if self._free else self._new()
        yield address_of(self._server, name)
        if self._as_it_was(name):
            self._free.append(name)
        else:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _new(self) -> str:
        name = self._make(self._template)
        with self._connected(name) as connection:
            self._shapes[name] = _shape(connection)
        return name

    def _make(self, template: str) -> str:
        name = f"t_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _as_it_was(self, name: str) -> bool:
        """Whether nobody is in it any more and it has its old shape; then it is empty, too."""
        with self._connected(name) as connection:
            if not _alone(connection) or _shape(connection) != self._shapes[name]:
                return False
            _empty(connection)
        return True

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(address_of(self._server, name), autocommit=True)


def address_of(server: str, database: str) -> str:
    head, _, options = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{options}" if options else "")


def _shape(connection: psycopg.Connection) -> tuple[int, int]:
    found = connection.execute(_SHAPE).fetchone()
    assert found
    return found


def _alone(connection: psycopg.Connection) -> bool:
    """Whoever said goodbye needs a moment to be gone."""
    for _ in range(20):
        if connection.execute(_OTHERS).fetchone() is None:
            return True
        time.sleep(0.005)
    return False


def _empty(connection: psycopg.Connection) -> None:
    tables = [table for (table,) in connection.execute(_TABLES).fetchall() if table != "schema_version"]
    connection.execute("; ".join([f"DELETE FROM {table}" for table in tables] + [_BEGIN_ANEW]).encode())
    for (table,) in connection.execute(_SPRAWLING).fetchall():
        connection.execute(f"VACUUM {table}".encode())
