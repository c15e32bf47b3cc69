"""Days of dispatch are kept as the workspace's clock had them: where that is another one now, they are counted anew."""

import json
import logging
from collections.abc import Callable
from datetime import datetime

from data.holds import let_judge
from data.rules import put
from data.store import Reading, Store, Writing
from data.verdicts import RuleCode

_log = logging.getLogger("askwell")
BATCH = 100_000  # requests in a transaction: half a second of a DuckDB file's time, some seconds where most days move
_NAME = "days counted in"


def counted_in(reading: Reading) -> str | None:
    """The zone; None where that was never noted."""
    rows = reading.rows("SELECT value FROM setting WHERE name = $name", name=_NAME)
    return json.loads(rows[0]["value"]) if rows else None


def recount(store: Store, zone: str, now: datetime, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Counts the days in `zone`, if they are not yet; returns how many requests were sent on another day by that.

    In batches, so that nobody waits for long; one that was `stopped` begins anew the next time.
    """
    with store.reading() as reading:
        before = counted_in(reading)
        ids = reading.rows("SELECT min(id) AS first, max(id) AS last FROM request")[0]
    if before == zone:
        return 0
    if ids["last"]:
        _log.info(
            "days are counted in %s from now on, before in %s: counting anew", zone, before or "what is not noted"
        )
    first, end, moved = ids["first"] or 1, (ids["last"] or 0) + 1, 0
    for low in range(first, end, BATCH):
        if stopped():
            return moved
        if low > first:
            _log.info("days are counted in %s: %s%% done", zone, 100 * (low - first) // (end - first))
        with store.transaction() as work:
            moved += _count(work, zone, low, low + BATCH - 1)
            _go_by(work, zone, low, low + BATCH - 1, now)
    with store.transaction() as work:
        put(work, _NAME, zone, now)
    if moved:
        _log.info("days are counted in %s: %s requests were sent on another day", zone, moved)
    return moved


def _count(work: Writing, zone: str, low: int, high: int) -> int:
    rows = work.rows(
        """
        UPDATE request SET sent_on = CAST(sent_at AT TIME ZONE $zone AS date)
        WHERE id BETWEEN $low AND $high AND sent_on <> CAST(sent_at AT TIME ZONE $zone AS date) RETURNING id
        """,
        zone=zone,
        low=low,
        high=high,
    )
    return len(rows)


def _go_by(work: Writing, zone: str, low: int, high: int, now: datetime) -> None:
    """What waits for people of whom no zone is known goes by the new one, too."""
    rows = work.rows(
        """
        UPDATE request SET zones = $zone
        WHERE id BETWEEN $low AND $high AND zone_source = 'workspace' AND zones <> $zone
            AND (status = 'queued' OR next_at IS NOT NULL OR plan IS NOT NULL)
        RETURNING id, hold_code, wanted_at
        """,
        zone=zone,
        low=low,
        high=high,
    )
    let_judge(work, {row["id"]: row["wanted_at"] for row in rows if row["hold_code"] == RuleCode.QUIET_HOURS}, now)
