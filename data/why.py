"""Why requests have not been sent: which rule holds or blocks each of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString

from data.filters import HELD_NEXT, KEPT, WHY_CODE, Filters, due, where
from data.pausing import HELD_CODE
from data.store import Reading, Row
from data.verdicts import TEXT_CODE, WHY


@dataclass(frozen=True, slots=True)
class Reason:
    """How many requests one rule keeps, and when the first of them is released (None: not by time)."""

    code: str
    count: int
    next_at: datetime | None

    @property
    def label(self) -> str:
        return WHY.get(self.code, (self.code, ""))[0]

    @property
    def remedy(self) -> str:
        return WHY.get(self.code, ("", ""))[1]


def reasons(reading: Reading, filters: Filters) -> list[Reason]:
    """Counts by rule of everything that waits, held follow-ups too, or was kept from being sent, the most first.

    Days are those when it is or was due, as where `Filters.why` lists the rows.
    """
    wanted = where(reading, replace(filters, since=None, until=None))
    asks, held = due("due_at", filters, wanted.values), due("next_at", filters, wanted.values)
    rows = reading.rows(
        f"""
        SELECT code, CAST(sum(n) AS bigint) AS n, min(next_at) AS next_at FROM (
            SELECT {WHY_CODE} AS code, count(*) AS n, min(CASE WHEN status = 'queued' THEN due_at END) AS next_at
            FROM request WHERE {KEPT} AND {asks} AND {wanted.sql} GROUP BY 1
            UNION ALL
            SELECT hold_code, count(*), min(next_at) FROM request
            WHERE {HELD_NEXT} AND {held} AND {wanted.sql} GROUP BY 1
        ) AS kept GROUP BY code ORDER BY n DESC, code
        """,
        **wanted.values,
    )
    return [Reason(row["code"], row["n"], _if_timed(row)) for row in rows]


_UNTIMED = ("paused", HELD_CODE, "cancelled", "suppressed", "cooldown", "expired", "marketing", TEXT_CODE)


def _if_timed(row: dict[str, Any]) -> datetime | None:
    return None if row["code"] in _UNTIMED else row["next_at"]


def waiting_behind(reading: Reading, stop: Row, now: datetime) -> int:
    """How many messages a stop in force holds back: they would have left by now, or by its end."""
    conditions: dict[str, LiteralString] = {
        "everything": "true",
        "channel": "CAST(channel AS text) = $subject",
        "sender": "CAST(sent_by AS text) = $subject",
        "template": "CAST(template_id AS text) = $subject",
        "country": "country = $subject AND CAST(channel AS text) = $channel",
    }
    scope = stop["scope"]
    values: dict[str, Any] = {} if scope == "everything" else {"subject": stop["subject"]}
    values |= {"channel": stop["channel"]} if scope == "country" else {}
    sql = f"""
        SELECT count(*) AS n FROM message
        WHERE status = 'queued' AND NOT paused AND due_at <= $end AND {conditions[scope]}
        """
    return reading.rows(sql, end=max(now, stop["until"] or now), **values)[0]["n"]
