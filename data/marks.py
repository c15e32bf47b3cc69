"""How far an engine came in what it claimed: what lies beyond its mark was certainly never handed over.

An engine hands its messages over in the order of their positions, and none before a mark at or beyond it is durable.
So when it dies, only what it had under way is in doubt.
"""

from datetime import datetime
from threading import Lock

from data.store import Store

Position = tuple[datetime, int]  # when a message was claimed, and its id


class Marks:
    """The mark of one engine, and those that others left. Safe to use from any thread."""

    def __init__(self, store: Store, engine: str) -> None:
        self.engine = engine
        self._store, self._left = store, store.marks()  # a file keeps one mark only, ours before long
        self._lock, self._reached = Lock(), None

    def reach(self, position: Position) -> None:
        """Durable when it returns: everything up to this position may have been handed over."""
        with self._lock:
            if self._reached is None or position > self._reached:
                self._store.mark(self.engine, f"{position[0].isoformat()} {position[1]}")
                self._reached: Position | None = position

    def begin(self, now: datetime) -> None:
        """Before the first claim: nothing of it was handed over yet."""
        if self._reached is None:
            self.reach((now, 0))

    def left(self) -> dict[str, Position]:
        """How far the engines came whose marks are known; the others' may have handed over all they held."""
        return {engine: _position(line) for engine, line in {**self._left, **self._store.marks()}.items()}


def _position(line: str) -> Position:
    moment, _, id = line.partition(" ")
    return datetime.fromisoformat(moment), int(id)
