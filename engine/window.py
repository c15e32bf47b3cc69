"""What an engine holds: calls to providers under way, never more than its size, and a stretch of work behind them.

The stretch keeps the calls going while the next turn is taken. It follows the provider's speed: what a slow one would
leave lying too long had better be judged later. Before a job begins, `reach` makes known how far the jobs have come.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import timedelta
from itertools import islice
from time import monotonic
from typing import Any

from data.marks import Position

AHEAD = timedelta(seconds=0.8)  # so long the stretch lasts at the speed of late
MOST = 4000  # jobs in it
SHARE = 8  # of the window's size is made known at a time

Job = Callable[[], Awaitable[None]]
MakeKnown = Callable[[Position], Awaitable[bool]]  # False: nothing that waits may begin any more
_log = logging.getLogger("askwell.engine")


class Window:
    """Runs up to `size` jobs at a time, in the order they were added."""

    def __init__(self, size: int, reach: MakeKnown) -> None:
        self._size, self._reach, self._share = size, reach, max(size // SHARE, 1)
        self._waiting: deque[tuple[Position, Job]] = deque()
        self._ready: deque[Job] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._workers = self._finished = self._few = 0
        self._looked_at = monotonic()
        self._full = size
        self._readying = False
        self._changed = asyncio.Event()

    @property
    def held(self) -> int:
        return len(self._waiting) + len(self._ready) + self._workers

    def room(self) -> int:
        """How many jobs it takes now, by what it finished since it was last asked."""
        now = monotonic()
        speed = self._finished / max(now - self._looked_at, 0.001)
        self._full = self._size + min(int(speed * AHEAD.total_seconds()), MOST)
        self._finished, self._looked_at = 0, now
        return max(self._full - self.held, 0)

    def add(self, jobs: Iterable[tuple[Position, Job]]) -> None:
        self._waiting.extend(jobs)
        self._make_ready()

    def drop(self) -> None:
        """Nothing of what waits begins any more: it is left to others."""
        self._waiting = deque()  # another one: who makes some of it ready just now sees that it is over
        self._ready.clear()
        self._look()

    async def progress(self, timeout: float, *, all: bool = False) -> None:
        """Until half of the room is free, or every job has come to its end, or seconds have passed."""
        self._few = 0 if all else self._full // 2
        self._changed.clear()
        self._look()
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return

    async def empty(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _make_ready(self) -> None:
        """Before the calls run out of jobs that may begin."""
        if self._waiting and len(self._ready) < self._share and not self._readying:
            self._readying = True
            self._start(self._ready_some())

    async def _ready_some(self) -> None:
        try:
            waiting = self._waiting
            jobs = list(islice(waiting, self._share))
            if not await self._reach(max(position for position, _ in jobs)):
                self.drop()
            elif waiting is self._waiting:
                self._ready.extend(waiting.popleft()[1] for _ in jobs)
        finally:
            self._readying = False
        while self._ready and self._workers < self._size:
            self._workers += 1
            self._start(self._work(self._ready.popleft()))
        self._make_ready()

    async def _work(self, first: Job) -> None:
        job: Job | None = first
        while job:
            try:
                await job()
            except Exception:  # a bug with one message must not end the others
                _log.exception("message failed")
            self._finished += 1
            self._look()
            job = self._ready.popleft() if self._ready else None
            self._make_ready()
        self._workers -= 1
        self._look()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _look(self) -> None:
        if self.held <= self._few:
            self._changed.set()
