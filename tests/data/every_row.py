"""Fills every table of a store with rows of every kind, and reads them all."""

import re
from datetime import datetime, timedelta

from data.store import Store
from tests.builders import NOW

MOMENT = NOW.replace(microsecond=123456)
NASTY = "Zoë\t\\N \\. \n\r'\"{}, 😀"


def cell(type: str, row: int):
    """A value of that type, another one for each row."""
    match type:
        case "BOOLEAN":
            return bool(row % 2)
        case "BIGINT":
            return 2**40 + row
        case "INTEGER" | "SMALLINT":
            return row
        case "DOUBLE":
            return row + 0.1
        case "DATE":
            return (MOMENT + timedelta(days=row)).date()
        case "TIMESTAMP WITH TIME ZONE":
            return MOMENT + timedelta(seconds=row)
        case "VARCHAR":
            return f"{NASTY} {row}"
    return re.findall(r"'(\w+)'", type)[0]  # the first word of an enum


def columns(store: Store) -> dict[str, list[dict]]:
    rows = store.rows("SELECT * FROM information_schema.columns WHERE table_name <> 'schema_version'")
    tables: dict[str, list[dict]] = {}
    for row in rows:
        tables.setdefault(row["table_name"], []).append(row)
    return tables


def fill(store: Store, rows: int) -> None:
    """Every table; in each other row nothing but what must be there."""
    tables = columns(store)
    with store.transaction() as work:
        for table, given in tables.items():
            for row in range(1, rows + 1):
                wanted = [one for one in given if row % 2 or one["is_nullable"] == "NO"]
                work.append(table, {one["column_name"]: [cell(one["data_type"], row)] for one in wanted})


def kept(store: Store, tables) -> dict[str, list[str]]:
    return {table: sorted(map(plain, store.rows(f"SELECT * FROM {table}"))) for table in tables}


def plain(row: dict) -> str:
    """The same of both stores, which have an object each for UTC."""
    return repr(
        [(name, value.timestamp() if isinstance(value, datetime) else value) for name, value in sorted(row.items())]
    )
