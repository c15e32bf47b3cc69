"""Keeps hooks durably, many in one transaction: those that come while a commit is under way share the next one."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from anyio import to_thread

from data import inbox
from data.inbox import Received
from data.store import Store, StoreUnavailable

ROOM = 2000  # hooks that may wait for a commit
_log = logging.getLogger("askwell.hooks")


class Inbox:
    """Where hooks are put down; `store` is asked for each commit, so that it may come and go."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._waiting: list[tuple[Received, asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None

    async def keep(self, hook: Received) -> None:
        """Returns once the hook is committed; raises StoreUnavailable when it is not."""
        if len(self._waiting) >= ROOM:
            raise StoreUnavailable("Hooks come in faster than the store takes them.")
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((hook, kept))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit())
        await kept

    async def _commit(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                trouble = await to_thread.run_sync(self._write, [hook for hook, _ in batch])
                for _, kept in batch:
                    with suppress(asyncio.InvalidStateError):  # whoever asked has gone
                        kept.set_exception(trouble) if trouble else kept.set_result(None)
        finally:
            self._committing = None

    def _write(self, hooks: list[Received]) -> StoreUnavailable | None:
        try:
            with self._store().transaction() as work:
                inbox.receive(work, hooks)
        except StoreUnavailable as trouble:
            _log.warning("%d hooks not kept: %s", len(hooks), trouble)
            return trouble
        except Exception:  # a bug: the providers send again, and nobody waits for ever
            _log.exception("%d hooks not kept", len(hooks))
            return StoreUnavailable("Hooks could not be kept.")
        return None
