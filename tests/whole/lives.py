"""Lives of engines: each a process of its own, forked from one that has paid for the imports already."""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType

from data.store import Store
from engine.__main__ import main

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.whole.lives"])


def begin(given: dict[str, str], log: Path, *arguments: str) -> ForkServerProcess:
    """An engine as `python -m engine` runs it, with the settings `given`; it appends to `log`."""
    process = _PROCESSES.Process(target=_live, args=(given, str(log), arguments))
    with _no_main():
        process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """A test of a page leaves that page behind as the main module, and every new process would run it first."""
    kept = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = kept


def _live(given: dict[str, str], log: str, arguments: tuple[str, ...]) -> None:
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.environ.update(given)
    sys.argv = ["engine", *arguments]
    main()


def forget_the_dead(store: Store) -> None:
    """On PostgreSQL: the long silence, without waiting for it.

    The server may still be at what a killed engine asked for last, so that has to end first.
    """
    if not store.shared_by_engines:
        return
    while store.rows(_AT_WORK)[0]["n"]:
        time.sleep(0.02)
    with store.transaction() as work:
        work.rows("UPDATE engine SET stopped_at = seen_at WHERE stopped_at IS NULL RETURNING id")


_AT_WORK = """
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
"""
