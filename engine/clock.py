"""The time by which engines go: several on one store must agree on it, whatever their machines' clocks say."""

import time
from datetime import datetime, timedelta

from data.store import Store

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # goes on while a machine sleeps, where it can be had


class Clock:
    """The store's time: asked for by `set`, and kept from then on by a clock that nobody turns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.set()

    def __call__(self) -> datetime:
        then, at = self._known
        return then + timedelta(seconds=time.clock_gettime(_STEADY) - at)

    def set(self) -> None:
        at = time.clock_gettime(_STEADY)
        self._known = self._store.now(), at
