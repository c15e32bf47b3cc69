"""The gate of a DuckDB file: many readers or one writer, over threads and processes, in fair order.

Two lock files stand beside the store. Whoever wants in first takes the turnstile, waits there for the room, and leaves
the turnstile once inside: so nobody overtakes somebody who waits, and readers cannot starve a writer nor be starved.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from data.store import StoreUnavailable

PATIENCE = 30.0  # seconds; far above what any of our own reads or writes takes
FOREIGN_PATIENCE = 5.0  # seconds to wait for a program that is not ours, a DuckDB shell for instance
_NAP = 0.0005
_BUSY = f"The store has been busy for {PATIENCE:.0f} seconds. Try again in a moment."


class Elsewhere(StoreUnavailable):
    """A program that is not ours holds the file; it may let go at any moment."""


class FileLock:
    """A shared or exclusive lock between processes; the system frees it when a process dies."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def try_take(self, *, shared: bool) -> bool:
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take(self, *, shared: bool, until: float) -> None:
        nap = _NAP
        while not self.try_take(shared=shared):
            if time.monotonic() > until:
                raise StoreUnavailable(_BUSY)
            time.sleep(nap)
            nap = min(nap * 1.5, 0.005)

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)


def only_engine(database: str) -> FileLock:
    """The lock of the one engine that works on a DuckDB file. Raises StoreUnavailable where another has it."""
    try:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(Path(database + ".engine"))
    except OSError as trouble:
        raise StoreUnavailable(f"{trouble.filename} cannot be opened for writing: {trouble.strerror}.") from trouble
    if not lock.try_take(shared=False):
        lock.close()
        raise StoreUnavailable(
            f"Another engine already works on {database}. One is enough for a DuckDB file; for several, use PostgreSQL."
        )
    return lock


class Gate:
    """Lets this process into the file: `enter(read_only)` is called when it may open it, `leave()` when it must let go.

    `enter` raises Elsewhere while a foreign program holds it.
    Readers of one process share one stay: the first in enters, the last out leaves.
    """

    def __init__(self, path: Path, enter: Callable[[bool], None], leave: Callable[[], None]) -> None:
        self._turnstile = FileLock(path.with_name(path.name + ".turnstile"))
        try:
            self._room = FileLock(path.with_name(path.name + ".room"))
        except OSError:
            self._turnstile.close()
            raise
        self._enter, self._leave = enter, leave
        self._queue = threading.Lock()  # the same order for this process's own threads
        self._inside = threading.Condition()
        self._readers = 0

    @contextmanager
    def shared(self) -> Generator[None]:
        self._admit(shared=True)
        self._queue.release()
        try:
            yield
        finally:
            with self._inside:
                self._readers -= 1
                if not self._readers:
                    self._let_go()
                    self._inside.notify_all()

    @contextmanager
    def exclusive(self) -> Generator[None]:
        self._admit(shared=False)
        try:
            yield
        finally:
            try:
                self._let_go()
            finally:
                self._queue.release()

    def close(self) -> None:
        self._turnstile.close()
        self._room.close()

    def _admit(self, *, shared: bool) -> None:
        """Inside, and the queue not yet released. All wait for a foreign program at once, not one after the other."""
        until = time.monotonic() + FOREIGN_PATIENCE
        while True:
            self._queue.acquire()
            try:
                return self._pass(shared=shared)
            except BaseException as trouble:
                self._queue.release()
                if not isinstance(trouble, Elsewhere) or time.monotonic() > until:
                    raise
            time.sleep(0.05)

    def _pass(self, *, shared: bool) -> None:
        until = time.monotonic() + PATIENCE
        self._turnstile.take(shared=shared, until=until)
        try:
            with self._inside:
                if not shared and not self._inside.wait_for(lambda: not self._readers, PATIENCE):
                    raise StoreUnavailable(_BUSY)
                if not self._readers:
                    self._come_in(shared=shared, until=until)
                self._readers += shared
        finally:
            self._turnstile.release()

    def _come_in(self, *, shared: bool, until: float) -> None:
        self._room.take(shared=shared, until=until)
        try:
            self._enter(shared)
        except BaseException:
            self._room.release()
            raise

    def _let_go(self) -> None:
        try:
            self._leave()
        finally:
            self._room.release()
