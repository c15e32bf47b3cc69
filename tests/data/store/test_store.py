"""The store's few names behave the same on both databases, from any thread."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest

from data.lifecycle import Channel
from data.store import StoreUnavailable, open_store
from data.store.migrations import CURRENT, prepare, version
from tests import builders
from tests.builders import NOW
from tests.databases import address_of


def test_a_transaction_that_raises_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.transaction() as work:
        add(work, 1)
        raise ZeroDivisionError
    assert store.rows("SELECT * FROM contact") == []


def test_a_statement_that_fails_leaves_nothing_and_the_store_works_on(store):
    with pytest.raises(Exception, match="nonsense"), store.transaction() as work:
        add(work, 1)
        work.rows("SELECT nonsense")
    add_alone(store, 2)
    assert [row["id"] for row in store.rows("SELECT id FROM contact")] == [2]


def test_times_come_back_as_the_same_moment_in_utc(store):
    odd = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with store.transaction() as work:
        work.append("contact", {"id": [1], "name": ["x"], "created_at": [odd]})
    found = store.rows("SELECT created_at FROM contact WHERE created_at = $moment", moment=odd)[0]["created_at"]
    assert found == odd
    assert found.utcoffset() == timedelta(0)


def test_text_of_any_kind_comes_back_as_it_was(store):
    names = ["O'Brien; DROP TABLE contact;--", "<b>x</b>", "علي", "🎉 Zoë", "=1+1", "tab\tnew\nline", "100% $name {x}"]
    with store.transaction() as work:
        work.append("contact", {"id": list(range(len(names))), "name": names, "created_at": [NOW] * len(names)})
    assert [row["name"] for row in store.rows("SELECT name FROM contact ORDER BY id")] == names
    for name in names:
        assert store.rows("SELECT id FROM contact WHERE name = $name", name=name) == [{"id": names.index(name)}]


def test_enums_go_in_and_come_out_as_plain_words(store):
    found = store.rows("SELECT CAST($channel AS channel) AS channel", channel=Channel.SMS)[0]["channel"]
    assert found == "sms"
    assert type(found) is str


def test_many_threads_read_right_answers_while_another_writes(store):
    builders.ask(store, 5)
    stop = threading.Event()

    def write():
        number = 100
        while not stop.is_set():
            add_alone(store, number)
            number += 1

    def read(seed: int) -> list[int]:
        return [store.rows("SELECT CAST($n AS bigint) AS n", n=seed * 1000 + i)[0]["n"] for i in range(40)]

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(read, range(8)))
    finally:
        stop.set()
        writer.join()
    assert answers == [[seed * 1000 + i for i in range(40)] for seed in range(8)]
    assert store.rows("SELECT count(*) AS n FROM contact WHERE id >= 100")[0]["n"] > 0


def test_several_reads_see_one_state(store):
    with store.reading() as reading:
        before = reading.rows("SELECT count(*) AS n FROM contact")[0]["n"]
        writer = threading.Thread(target=add_alone, args=(store, 1))
        writer.start()
        writer.join(0.3)
        assert reading.rows("SELECT count(*) AS n FROM contact")[0]["n"] == before
    writer.join()
    assert store.rows("SELECT count(*) AS n FROM contact")[0]["n"] == before + 1


def test_preparing_twice_changes_nothing(store):
    builders.ask(store)
    prepare(store, NOW)
    assert version(store) == CURRENT
    assert len(store.rows("SELECT * FROM request")) == 1


def test_a_store_of_a_newer_program_is_left_alone_with_a_sentence(store):
    with store.transaction() as work:
        work.rows("INSERT INTO schema_version VALUES (999, $now) RETURNING number", now=NOW)
    with pytest.raises(StoreUnavailable, match="newer Askwell") as trouble:
        prepare(store, NOW)
    assert "Traceback" not in str(trouble.value)


def test_two_processes_preparing_at_once_make_one_schema(postgresql_address):
    with psycopg.connect(postgresql_address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    first, second = open_store(postgresql_address), open_store(postgresql_address)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: prepare(one, datetime.now(UTC)), (first, second)))
    assert len(first.rows("SELECT * FROM schema_version")) == CURRENT
    first.close()
    second.close()


def test_an_unreachable_server_is_told_in_a_sentence(monkeypatch):
    from data.store import postgresql

    monkeypatch.setattr(postgresql, "PATIENCE", 0.5)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        open_store("postgresql://nobody@127.0.0.1:1/none")


def test_a_host_that_vanishes_in_the_middle_of_a_turn_does_not_hold_up_the_others_for_long(postgresql_store):
    (told,) = postgresql_store.rows("SHOW idle_in_transaction_session_timeout")
    assert told == {"idle_in_transaction_session_timeout": "1min"}
    with (
        pytest.raises(StoreUnavailable),
        postgresql_store.transaction(alone=True) as vanished,
    ):
        vanished.rows("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
        time.sleep(0.5)
        with postgresql_store.transaction(alone=True) as other:
            other.rows("SELECT 1 AS one")
        vanished.rows("SELECT 1 AS one")


def test_connections_that_died_while_nobody_used_them_fail_nobody(postgresql_store, postgresql_address):
    with postgresql_store.reading() as reading, postgresql_store.reading() as another:
        assert [one.rows("SELECT 1 AS one") for one in (reading, another)] == [[{"one": 1}]] * 2
    with psycopg.connect(postgresql_address) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for id in (1, 2):
        add_alone(postgresql_store, id)


@pytest.mark.parametrize(
    ("before", "work", "told"),
    [
        ("SET LOCAL statement_timeout = '10ms'", "SELECT pg_sleep(5)", "statement_timeout"),
        ("SET LOCAL lock_timeout = '10ms'", "LOCK TABLE setting", "lock_timeout"),
        ("SET TRANSACTION READ ONLY", "DELETE FROM contact", "read-only"),
        ("SET LOCAL ROLE pg_monitor", "DELETE FROM contact", "permission denied for table contact"),
    ],
)
def test_what_the_server_does_not_allow_is_told_as_that(postgresql_store, postgresql_address, before, work, told):
    with psycopg.connect(postgresql_address) as other:
        other.execute("LOCK TABLE setting")
        with pytest.raises(StoreUnavailable, match=told), postgresql_store.transaction() as ours:
            ours.rows(before)
            ours.rows(work)


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres):
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        with pytest.raises(StoreUnavailable, match=r"SQL_ASCII.*'UTF8'"):
            open_store(address_of(postgres, name))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_options_of_the_address_hold_and_the_ways_of_a_database_do_not(postgresql_address):
    with psycopg.connect(postgresql_address, autocommit=True) as server:
        server.execute("ALTER ROLE CURRENT_USER IN DATABASE " + server.info.dbname + " SET datestyle = 'German, DMY'")
    sign = "&" if "?" in postgresql_address else "?"
    store = open_store(postgresql_address + sign + "options=-csearch_path%3Dask")
    assert store.rows("SELECT current_setting('search_path') AS path, CAST($now AS timestamptz) AS now", now=NOW) == [
        {"path": "ask", "now": NOW}
    ]
    store.close()


def add(work, id: int) -> None:
    work.append("contact", {"id": [id], "name": ["x"], "created_at": [NOW]})


def add_alone(store, id: int) -> None:
    with store.transaction() as work:
        add(work, id)
