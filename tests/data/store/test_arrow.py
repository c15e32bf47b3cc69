"""Python's values reach DuckDB as they are, and nothing heavy is loaded for it."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import pytest

from data.lifecycle import Status
from data.store.arrow import Table

MOMENT = datetime(2026, 11, 1, 8, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("boolean", [True, None, False]),
        ("bigint", [0, None, -(2**62)]),
        ("double", [1.5, None, -0.25]),
        ("blob", [b"", None, b"\x00\xff"]),
        ("text", ["", None, "Zoë 😀 'x' \" \n"]),
        ("timestamptz", [MOMENT, None, datetime(1960, 1, 1, tzinfo=UTC)]),
        ("date", [date(2026, 2, 28), None, date(1999, 12, 31)]),
        ("text", [None, None, None]),
        ("text", []),
    ],
)
def test_a_column_arrives_as_it_was(kind: str, cells: list[object]):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        given = Table({"place": list(range(len(cells))), "cell": cells})  # noqa: F841 — read by name
        for _ in range(2):  # a table may be read any number of times
            found = connection.execute(f"SELECT CAST(cell AS {kind}) FROM given ORDER BY place").fetchall()
            assert [row[0] for row in found] == cells


def test_a_status_goes_as_its_word_and_a_moment_of_another_zone_as_the_same_moment():
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        given = Table({"status": [Status.SENT], "moment": [elsewhere]})  # noqa: F841 — read by name
        assert connection.execute("SELECT status, moment FROM given").fetchone() == ("sent", MOMENT)


def test_an_engine_writes_without_loading_pandas():
    program = (
        "import sys, engine.__main__, duckdb; from data.store.arrow import Table; given = Table({'a': [1]});"
        "duckdb.sql('SELECT a FROM given').fetchall(); print(sorted({'pandas', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ended.stdout == "[]\n"
