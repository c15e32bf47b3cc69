"""Lives of engines: each a process of its own, forked from one that has paid for the imports already."""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from engine.__main__ import main

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.whole.lives"])


def begin(given: dict[str, str], log: Path, *arguments: str) -> ForkServerProcess:
    """An engine as `python -m engine` runs it, with the settings `given`; it appends to `log`."""
    process = _PROCESSES.Process(target=_live, args=(given, str(log), arguments))
    process.start()
    return process


def _live(given: dict[str, str], log: str, arguments: tuple[str, ...]) -> None:
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.environ.update(given)
    sys.argv = ["engine", *arguments]
    main()
