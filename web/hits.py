"""Proves the code in a tracked link and notes that somebody used it; the engine makes news of that."""

import json
from collections.abc import Callable
from datetime import datetime

from anyio import to_thread

from data.inbox import Received
from data.queries import token_of
from data.store import Store, StoreUnavailable
from data.texts import decode, proves
from web.inbox import Inbox

Known = tuple[int, str]


class Hits:
    """Every method raises StoreUnavailable where the store is."""

    def __init__(self, store: Callable[[], Store], clock: Callable[[], datetime]) -> None:
        self._store, self._clock, self._inbox = store, clock, Inbox(store)
        self._minute, self._followed = clock(), set[tuple[int, str]]()

    async def known(self, code: str) -> Known | None:
        """The message whose link it is: its id and token; None for a code that nobody was sent."""
        return await to_thread.run_sync(self._known, code)

    async def follow(self, known: Known, kind: str, agent: str) -> None:
        """Notes, once a minute, that a "person" or a "machine" followed the link: nobody fills the inbox with it."""
        minute = self._clock().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._followed = minute, set()
        followed, once = self._followed, (known[0], kind)
        if once in followed:
            return
        followed.add(once)
        try:
            await self.note(known, kind, agent)
        except StoreUnavailable:
            followed.discard(once)
            raise

    async def note(self, known: Known, kind: str, agent: str = "") -> None:
        """Keeps durably what was done with the link; `kind` may also be "unsubscribe"."""
        now = self._clock()
        said = {"id": known[0], "token": known[1], "kind": kind, "agent": agent, "at": now.isoformat()}
        await self._inbox.keep(Received("link", "", {}, json.dumps(said), now, now))

    def _known(self, code: str) -> Known | None:
        wanted = decode(code)
        kept = token_of(self._store(), wanted[0]) if wanted else None
        return (wanted[0], kept) if wanted and kept and proves(wanted[1], kept) else None
