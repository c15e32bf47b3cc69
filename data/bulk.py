"""A person's decision about everything that a filter lists: in batches, each a short transaction of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from data.filters import Filters, Likely, where
from data.store import Reading, Store

BATCH = 500  # requests in a transaction: a fraction of a second of the store's time
LOOK = 20_000  # ids looked up at a time

Act = Callable[[Store, Sequence[int]], int]
"""What is done to some requests; returns how many it reached."""

# All that can still be paused, resumed or cancelled; a plan without a message is a follow-up that may yet be planned.
_WAITS: LiteralString = "(status = 'queued' OR next_at IS NOT NULL OR plan IS NOT NULL)"
_DUE: LiteralString = "((status = 'queued' AND due_at < $earlier_than) OR next_at < $earlier_than)"


def waiting(reading: Reading, filters: Filters, due_before: datetime | None = None) -> int:
    """How many of the listed requests have something to come, or have it due before a moment."""
    return _counted(reading, filters, due_before)["n"]


@dataclass
class Bulk:
    """One decision on its way through a list; what is asked while it goes on is left alone."""

    filters: Filters
    act: Act
    due_before: datetime | None
    last: int
    total: int
    done: int = 0
    reached: int = 0
    is_done: bool = False
    _behind: int = 0
    _ids: list[int] = field(default_factory=list[int])

    @classmethod
    def of(cls, reading: Reading, filters: Filters, act: Act, due_before: datetime | None = None) -> "Bulk":
        found = _counted(reading, filters, due_before)
        return cls(filters, act, due_before, found["last"] or 0, found["n"], is_done=not found["n"])

    def step(self, store: Store) -> None:
        """Decides on the next batch; one that the store refused is taken again."""
        self._ids = self._ids or self._next(store)
        if batch := self._ids[:BATCH]:
            self.reached += self.act(store, batch)
            self._behind, self._ids = batch[-1], self._ids[len(batch) :]
            self.done += len(batch)
        else:
            self.is_done = True

    def _next(self, reading: Reading) -> list[int]:
        source, condition, values = _listed(reading, self.filters, self.due_before)
        rows = reading.rows(
            f"SELECT id FROM {source} WHERE id > $behind AND id <= $newest AND {condition} ORDER BY id LIMIT $most",
            behind=self._behind,
            newest=self.last,
            most=LOOK,
            **values,
        )
        return [row["id"] for row in rows]


def _counted(reading: Reading, filters: Filters, due_before: datetime | None) -> dict[str, Any]:
    source, condition, values = _listed(reading, filters, due_before)
    return reading.rows(f"SELECT count(*) AS n, max(id) AS last FROM {source} WHERE {condition}", **values)[0]


def _listed(reading: Reading, filters: Filters, due_before: datetime | None) -> Likely:
    wanted = where(reading, filters)
    all_of_it = ("request", wanted.sql, wanted.values)
    source, condition, values = wanted.likely("id, status, due_at, next_at, plan") or all_of_it
    if due_before is None:
        return source, f"{_WAITS} AND {condition}", values
    return source, f"{_DUE} AND {condition}", {**values, "earlier_than": due_before}
