"""Which engine holds which message: claimed before it is sent, adopted when its engine died."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data.lifecycle import Channel
from data.marks import Marks
from data.statements import one_of, span
from data.stops import ActiveStops, may_leave
from data.store import Reading, Row, Writing

# Without a heartbeat; a live engine starts no send later than LEASE after its claim.
DEAD_AFTER = timedelta(seconds=120)
LEASE = timedelta(seconds=45)
SILENT = timedelta(seconds=20)  # people are told after that: an engine beats every 5 s
MOST_HELD = 20_000  # orphans that are looked at at once; more than an engine ever holds
_NOTHING = ActiveStops()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this engine alone may send, with all that its text and the rules need."""

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
    attempts: int = 0  # before this one
    contact_id: int = 0
    sent_by: int = 0
    country: str | None = None
    zones: str | None = None
    zone_source: str | None = None
    region: str | None = None
    expires_at: datetime | None = None
    override: str | None = None
    held: bool = False
    """Whether its row says that a rule holds it."""
    served_by: str | None = None
    """For an adopted one: the provider its engine served that channel by, where that is known."""
    called_off: bool = False
    """Whether nobody wants this follow-up any more: it was under way when that was said."""
    left_at: datetime | None = None
    """When it left if it did, of what a dead engine had claimed."""


def claim(work: Writing, engine: str, now: datetime, limit: int) -> list[Claimed]:
    """Takes up to `limit` due messages, oldest due first; the mark is durable once the transaction is."""
    found = due(work, now, limit)
    take(work, engine, now, [one.id for one in found])
    return found


def due(
    work: Writing, now: datetime, limit: int, *, only: Collection[Channel] = (), barred: ActiveStops = _NOTHING
) -> list[Claimed]:
    """Up to `limit` messages whose time has come and that no stop bars, oldest due first, locked until the end."""
    free, values = may_leave(barred)
    channels = one_of("channel", sorted(only), values) if only else "true"
    found = work.locked(
        f"""
        SELECT id FROM message WHERE status = 'queued' AND NOT paused AND due_at <= $now AND {channels} AND {free}
        ORDER BY due_at, id LIMIT $limit
        """,
        skip=True,
        now=now,
        limit=limit,
        **values,
    )
    return described(work, {row["id"]: now for row in found})


def take(work: Writing, engine: str, now: datetime, ids: Sequence[int]) -> None:
    """Marks messages that `due` found as being sent by `engine`."""
    if ids:
        work.rows(
            """
            UPDATE message SET status = 'sending', claimed_by = $engine, claimed_at = $now
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            engine=engine,
            now=now,
            **span(ids),
        )


def orphans(work: Writing, engine: str, lost: Sequence[datetime], now: datetime) -> list[Row]:
    """What dead engines left `sending`, and what this one claimed at a `lost` moment, locked: id, channel,
    claimed_by, claimed_at, and `serves` of its engine."""
    return work.locked(
        """
        SELECT id, channel, claimed_by, claimed_at,
            (SELECT serves FROM engine WHERE engine.id = message.claimed_by) AS serves
        FROM message WHERE status = 'sending'
            AND CASE WHEN claimed_by = $engine THEN claimed_at = ANY(CAST($lost AS timestamptz[]))
                ELSE claimed_by NOT IN (SELECT id FROM engine WHERE stopped_at IS NULL AND seen_at > $alive) END
        ORDER BY id LIMIT $limit
        """,
        skip=True,
        engine=engine,
        lost=list(lost),
        alive=now - DEAD_AFTER,
        limit=MOST_HELD,
    )


def adopt(work: Writing, marks: Marks, ids: Sequence[int], now: datetime) -> list[Claimed]:
    """Takes over orphans; should this engine die as well, they are in doubt as before."""
    if not ids:
        return []
    marks.reach((now, max(ids)))
    work.rows(
        """
        UPDATE message SET claimed_by = $engine, claimed_at = $now
        WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        """,
        engine=marks.engine,
        now=now,
        **span(ids),
    )
    return described(work, dict.fromkeys(ids, now))


def held(work: Writing, ids: Sequence[int], engine: str) -> dict[int, datetime]:
    """Those of `ids` that are this engine's to speak for until the transaction ends, and since when each is."""
    if not ids:
        return {}
    rows = work.locked(
        "SELECT id, claimed_at FROM message WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND claimed_by = $engine"
        " ORDER BY id",
        engine=engine,
        **span(ids),
    )
    return {row["id"]: row["claimed_at"] for row in rows}


def due_at_all(reading: Reading, now: datetime, only: Collection[Channel] = ()) -> bool:
    """Whether anything (or anything of these channels) waits to be sent now."""
    values: dict[str, Any] = {}
    channels = one_of("channel", sorted(only), values) if only else "true"
    sql = f"SELECT id FROM message WHERE status = 'queued' AND NOT paused AND due_at <= $now AND {channels} LIMIT 1"
    return bool(reading.rows(sql, now=now, **values))


def beat(
    work: Writing, engine: str, started_at: datetime, now: datetime, serves: str | None = None, *, stopped: bool = False
) -> None:
    """The engine's heartbeat, which the console shows and others respect; `serves`: JSON, provider by channel."""
    work.rows(
        """
        INSERT INTO engine (id, started_at, seen_at, stopped_at, serves)
        VALUES ($engine, $started_at, $now, CAST($stopped_at AS timestamptz), CAST($serves AS text))
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, stopped_at = excluded.stopped_at
        """,
        engine=engine,
        started_at=started_at,
        now=now,
        stopped_at=now if stopped else None,
        serves=serves,
    )


def last_beat(reading: Reading, now: datetime) -> Row | None:
    """An engine that is alive, else the one seen last: id, seen_at, stopped_at, alive.

    What is ahead of the time was told by a wrong clock.
    """
    rows = reading.rows(
        "SELECT id, seen_at, stopped_at, stopped_at IS NULL AND seen_at BETWEEN $early AND $late AS alive FROM engine"
        " ORDER BY alive DESC, seen_at <= $late DESC, seen_at DESC LIMIT 1",
        early=now - SILENT,
        late=now + SILENT,
    )
    return rows[0] if rows else None


def described(reading: Reading, claimed_at: Mapping[int, datetime]) -> list[Claimed]:
    """Messages with all that sending them needs; `claimed_at` names them, and when each was claimed."""
    if not claimed_at:
        return []
    rows = reading.rows(
        """
        SELECT m.id, m.request_id, m.number, m.channel, m.address, m.token, m.template_id, m.template_version,
            coalesce(m.attempts, 0) AS attempts, m.country, r.contact_name, r.contact_id, r.sent_by, r.zones,
            r.zone_source, r.region, r.expires_at, r.override, member.name AS sender, r.hold_code IS NOT NULL AS held,
            m.number > 0 AND r.next_number IS DISTINCT FROM m.number AS called_off
        FROM message m JOIN request r ON r.id = m.request_id JOIN member ON member.id = r.sent_by
        WHERE m.id BETWEEN $low AND $high AND m.id = ANY($ids) ORDER BY m.due_at, m.id
        """,
        **span(claimed_at),
    )
    return [_of(row, claimed_at[row["id"]]) for row in rows]


def _of(row: Row, claimed_at: datetime) -> Claimed:
    row["template"] = row.pop("template_id"), row.pop("template_version")
    row["channel"] = Channel(row["channel"])
    return Claimed(claimed_at=claimed_at, **row)


def bury_others(work: Writing, engine: str, now: datetime) -> None:
    """Declares every other engine stopped: for a store that admits only one."""
    work.rows(
        "UPDATE engine SET stopped_at = $now WHERE stopped_at IS NULL AND id <> $engine",
        now=now,
        engine=engine,
    )
