"""Pieces that statements share: new ids, bounds beside a list of ids, and lists that DuckDB pushes into a scan."""

from collections.abc import Iterable, Sequence, Sized
from typing import Any, LiteralString

from data.store import Writing


def new_ids(work: Writing, sequence: LiteralString, count: int) -> list[int]:
    """As many ids that no row has."""
    rows = work.rows(f"SELECT nextval('{sequence}') AS id FROM generate_series(1, $count)", count=count)
    return [row["id"] for row in rows]


def span(ids: Iterable[int]) -> dict[str, Any]:
    """The `$ids`, `$low` and `$high` of a statement; the bounds let DuckDB skip all other row groups."""
    listed = sorted(set(ids))
    return {"ids": listed, "low": listed[0], "high": listed[-1]}


def by_name(column: LiteralString) -> LiteralString:
    """What to sort people by, beside whose name stands `plain`: no accents, and the same order in both stores."""
    return f'coalesce(plain, lower({column})) COLLATE "C"'


_SLOTS: tuple[LiteralString, ...] = (
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
    "x", "y", "z",
)  # fmt: skip


def one_of(
    column: LiteralString, wanted: Sequence[str], values: dict[str, Any], prefix: LiteralString = "is"
) -> LiteralString:
    """`column IN (…)`, of a column that is named like its type."""
    return among(column, column, f"{prefix}_{column}", wanted, values)


def among(
    expression: LiteralString, type: LiteralString, name: LiteralString, wanted: Sequence[str], values: dict[str, Any]
) -> LiteralString:
    """`expression IN (…)`: fifty times as fast in DuckDB as `= ANY(list)`, which it does not push into the scan."""
    slots = slots_for(name, wanted)
    for slot, value in zip(slots, wanted, strict=True):
        values[slot] = str(value)
    return f"{expression} IN ({', '.join(f'CAST(${slot} AS {type})' for slot in slots)})"


def slots_for(name: LiteralString, wanted: Sized) -> list[LiteralString]:
    """A placeholder for each."""
    return [f"{name}_{slot}" for slot in _SLOTS[: len(wanted)]]
