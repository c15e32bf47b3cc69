"""The log of what was done and reported, append-only: a line each, out of which a request's story is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from data.store import Writing


class Happening(NamedTuple):
    """A row of `happening`. Whoever writes it sees to it that no message has two with the same `dedupe_key`."""

    request_id: int
    message_id: int
    event: str
    dedupe_key: str
    happened_at: datetime
    recorded_at: datetime
    actor: str | None = None
    code: str | None = None
    detail: str | None = None


def keep(work: Writing, happenings: Sequence[Happening]) -> None:
    if happenings:
        columns = map(list, zip(*happenings, strict=True))
        work.append("happening", dict(zip(Happening._fields, columns, strict=True)))
