"""The time by which all who work on one store go: they must agree on it, whatever their machines' clocks say."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from data.store import Store, StoreUnavailable

STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # goes on while a machine sleeps, where it can be had
_AGAIN = 300  # seconds; more than once while an engine doubts a clock that leapt (see engine/watch.py)


class Clock:
    """The machine's time; of a store that several machines share the server's: asked for by `set`, and kept from then
    on by a clock that nobody turns.
    """

    _known: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        if self._known is None:
            return datetime.now(UTC)
        then, at = self._known
        return then + timedelta(seconds=time.clock_gettime(STEADY) - at)

    def set(self, store: Store) -> None:
        if store.shared_by_engines:
            at = time.clock_gettime(STEADY)
            self._known = store.now(), at

    async def keep_right(self, store: Callable[[], Store]) -> None:
        """Sets it again and again, for ever."""
        while True:
            await asyncio.sleep(_AGAIN)
            with suppress(StoreUnavailable):  # it has been right until now
                await asyncio.to_thread(lambda: self.set(store()))
