"""Raw signed hooks, kept until they are folded into statuses; they outlive an engine that is down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.statements import new_ids
from data.store import Reading, Writing

KEPT = timedelta(days=30)  # folded hooks stay this long, to be replayed or looked at
AHEAD = timedelta(seconds=30)  # a turn takes its time, and hears what came meanwhile


@dataclass(frozen=True, slots=True)
class Received:
    """One hook as it came in; `due_at` is when it may be folded."""

    provider: str
    url: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime
    due_at: datetime
    id: int = 0


def receive(work: Writing, hooks: Sequence[Received]) -> None:
    """Keeps hooks durably; many in one transaction."""
    if not hooks:
        return
    work.append(
        "inbox",
        {
            "id": new_ids(work, "inbox_ids", len(hooks)),
            "provider": [hook.provider for hook in hooks],
            "url": [hook.url for hook in hooks],
            "headers": [json.dumps(dict(hook.headers)) for hook in hooks],
            "body": [hook.body for hook in hooks],
            "received_at": [hook.received_at for hook in hooks],
            "due_at": [hook.due_at for hook in hooks],
        },
    )


def waiting(reading: Reading, now: datetime, limit: int) -> list[Received]:
    """Hooks to be folded now, in the order they came."""
    rows = reading.rows(
        """
        SELECT id, provider, url, headers, body, received_at, due_at FROM inbox
        WHERE folded_at IS NULL AND due_at <= $now ORDER BY due_at, id LIMIT $limit
        """,
        now=now,
        limit=limit,
    )
    return [Received(**{**row, "headers": json.loads(row["headers"])}) for row in rows]


def put_right(work: Writing, now: datetime) -> bool:
    """What a clock that was ahead received is due now; whether there was any."""
    found = work.rows(
        """
        UPDATE inbox SET received_at = $now, due_at = $now
        WHERE folded_at IS NULL AND due_at > $ahead AND received_at > $ahead RETURNING id
        """,
        now=now,
        ahead=now + AHEAD,
    )
    return bool(found)


def settle(work: Writing, notes: Mapping[int, str | None], now: datetime) -> None:
    """Marks hooks as folded; a note says why one changed nothing."""
    if notes:
        work.change(
            """
            UPDATE inbox SET folded_at = $now, note = v.note
            FROM incoming AS v WHERE inbox.id = v.id AND inbox.id BETWEEN $low AND $high
            """,
            {"id bigint": list(notes), "note text": list(notes.values())},
            now=now,
            low=min(notes),
            high=max(notes),
        )


def postpone(work: Writing, until: Mapping[int, datetime]) -> None:
    """Lets hooks wait: they may have overtaken our own commit."""
    if until:
        work.change(
            """
            UPDATE inbox SET due_at = v.until FROM incoming AS v
            WHERE inbox.id = v.id AND inbox.id BETWEEN $low AND $high
            """,
            {"id bigint": list(until), "until timestamptz": list(until.values())},
            low=min(until),
            high=max(until),
        )


def forget(work: Writing, now: datetime) -> None:
    """Deletes folded hooks that were kept long enough."""
    work.rows("DELETE FROM inbox WHERE folded_at < $limit", limit=now - KEPT)
