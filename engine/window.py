"""What an engine holds: calls to providers under way, never more than its size, and a stretch of work behind them.

The stretch keeps the calls going while the next turn is taken. It is as long as what was finished lately, so that a
slow provider has little waiting behind it: whatever waits is in doubt if the machine dies.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

AHEAD = 2000  # at most, behind the calls under way

Job = Callable[[], Awaitable[None]]
_log = logging.getLogger("askwell.engine")


class Window:
    """Runs up to `size` jobs at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: deque[Job] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._finished = self._enough = 0
        self._reached = asyncio.Event()

    @property
    def held(self) -> int:
        return len(self._waiting) + len(self._workers)

    def room(self) -> int:
        """How many jobs it takes now; counts what is finished from here on anew."""
        ahead = min(self._finished, AHEAD)
        self._finished = 0
        return max(self._size + ahead - self.held, 0)

    def add(self, jobs: Iterable[Job]) -> None:
        self._waiting.extend(jobs)
        for _ in range(min(len(self._waiting), self._size - len(self._workers))):
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._leave)

    async def progress(self, enough: int, timeout: float) -> None:
        """Until `enough` jobs are finished since `room` was asked, or all, or seconds have passed."""
        self._enough = enough
        self._reached.clear()
        self._look()
        try:
            await asyncio.wait_for(self._reached.wait(), timeout)
        except TimeoutError:
            return

    async def empty(self) -> None:
        while self._workers:
            await asyncio.wait(self._workers)

    async def _work(self) -> None:
        while self._waiting:
            job = self._waiting.popleft()
            try:
                await job()
            except Exception:  # a bug with one message must not end the others
                _log.exception("message failed")
            self._finished += 1
            self._look()

    def _leave(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        self._look()

    def _look(self) -> None:
        if self._finished >= self._enough or not self.held:
            self._reached.set()
