"""Which engine holds which message: claimed before it is sent, adopted when its engine died."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.lifecycle import Channel
from data.moves import span
from data.store import Reading, Row, Writing

DEAD_AFTER = timedelta(
    seconds=120
)  # without a heartbeat; a live engine starts no send later than LEASE after its claim
LEASE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this engine alone may send, with all that its text needs."""

    id: int
    request_id: int
    number: int
    channel: Channel
    address: str
    token: str
    template: tuple[int, int]  # id and version
    contact_name: str
    sender: str
    claimed_at: datetime


def claim(work: Writing, engine: str, now: datetime, limit: int) -> list[Claimed]:
    """Takes up to `limit` due messages, oldest due first; the mark is durable once the transaction is."""
    due = work.locked(
        """
        SELECT id FROM message WHERE status = 'queued' AND NOT paused AND due_at <= $now
        ORDER BY due_at, id LIMIT $limit
        """,
        skip=True,
        now=now,
        limit=limit,
    )
    return _take(work, due, engine, now)


def adopt(work: Writing, engine: str, now: datetime, limit: int) -> list[Claimed]:
    """Takes over messages that a dead engine left `sending`: nobody knows yet whether they were sent."""
    orphans = work.locked(
        """
        SELECT id FROM message WHERE status = 'sending' AND claimed_by <> $engine AND claimed_by NOT IN (
            SELECT id FROM engine WHERE stopped_at IS NULL AND seen_at > $alive) ORDER BY id LIMIT $limit
        """,
        skip=True,
        engine=engine,
        alive=now - DEAD_AFTER,
        limit=limit,
    )
    return _take(work, orphans, engine, now)


def held(reading: Reading, ids: Sequence[int], engine: str) -> set[int]:
    """Those of `ids` that are still this engine's to speak for."""
    if not ids:
        return set()
    rows = reading.rows(
        "SELECT id FROM message WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND claimed_by = $engine",
        engine=engine,
        **span(ids),
    )
    return {row["id"] for row in rows}


def due_at_all(reading: Reading, now: datetime) -> bool:
    """Whether anything waits to be sent now."""
    sql = "SELECT id FROM message WHERE status = 'queued' AND NOT paused AND due_at <= $now LIMIT 1"
    return bool(reading.rows(sql, now=now))


def beat(work: Writing, engine: str, started_at: datetime, now: datetime, *, stopped: bool = False) -> None:
    """The engine's heartbeat, which the console shows and other engines respect."""
    work.rows(
        """
        INSERT INTO engine (id, started_at, seen_at, stopped_at)
        VALUES ($engine, $started_at, $now, CAST($stopped_at AS timestamptz))
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, stopped_at = excluded.stopped_at RETURNING id
        """,
        engine=engine,
        started_at=started_at,
        now=now,
        stopped_at=now if stopped else None,
    )


def last_beat(reading: Reading) -> Row | None:
    """The engine seen last: id, seen_at, stopped_at."""
    rows = reading.rows("SELECT id, seen_at, stopped_at FROM engine ORDER BY seen_at DESC LIMIT 1")
    return rows[0] if rows else None


def _take(work: Writing, found: Sequence[Row], engine: str, now: datetime) -> list[Claimed]:
    """Marks locked messages as this engine's."""
    if not found:
        return []
    ids = span(row["id"] for row in found)
    work.rows(
        """
        UPDATE message SET status = 'sending', claimed_by = $engine, claimed_at = $now
        WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        """,
        engine=engine,
        now=now,
        **ids,
    )
    rows = work.rows(
        """
        SELECT m.id, m.request_id, m.number, m.channel, m.address, m.token, m.template_id, m.template_version,
            r.contact_name, member.name AS sender
        FROM message m JOIN request r ON r.id = m.request_id JOIN member ON member.id = r.sent_by
        WHERE m.id BETWEEN $low AND $high AND m.id = ANY($ids) ORDER BY m.due_at, m.id
        """,
        **ids,
    )
    return [
        Claimed(
            row["id"],
            row["request_id"],
            row["number"],
            Channel(row["channel"]),
            row["address"],
            row["token"],
            (row["template_id"], row["template_version"]),
            row["contact_name"],
            row["sender"],
            now,
        )
        for row in rows
    ]


def bury_others(work: Writing, engine: str, now: datetime) -> None:
    """Declares every other engine stopped: for a store that admits only one."""
    work.rows(
        "UPDATE engine SET stopped_at = $now WHERE stopped_at IS NULL AND id <> $engine",
        now=now,
        engine=engine,
    )
