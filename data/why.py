"""Why requests have not been sent: which rule holds or blocks each of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString

from data.filters import Filters, due, where
from data.kept import HELD_NEXT, KEPT, PAUSED_NEXT, WHY_CODE
from data.stops import ActiveStops, barred, may_leave
from data.store import Reading, Row
from data.verdicts import WHY, RuleCode

_NOTHING = ActiveStops()


@dataclass(frozen=True, slots=True)
class Reason:
    """How many requests one rule keeps, and when the first of them is released (None: not by time).

    `stopped` of them wait for a stop as well.
    """

    code: str
    count: int
    next_at: datetime | None
    stopped: int = 0

    @property
    def label(self) -> str:
        return WHY.get(self.code, (self.code, ""))[0]

    @property
    def remedy(self) -> str:
        return WHY.get(self.code, ("", ""))[1]


@dataclass(frozen=True, slots=True)
class Behind:
    """How many messages wait for a stop, how many of those would have left by now, or by its end, and how many are
    follow-ups; and how many of its own are paused besides."""

    waiting: int
    due: int
    paused: int = 0
    follow_ups: int = 0


def reasons(reading: Reading, filters: Filters, stops: ActiveStops = _NOTHING) -> list[Reason]:
    """Counts by rule of everything that waits, held follow-ups too, or was kept from being sent, the most first.

    Days are those when it is or was due, as where `Filters.why` lists the rows.
    """
    wanted = where(reading, replace(filters, since=None, until=None))
    asks, held = due("due_at", filters, wanted.values), due("next_at", filters, wanted.values)
    free, values = may_leave(stops)
    stopped: LiteralString = "false"
    if stops != _NOTHING:
        stopped = f"id IN (SELECT request_id FROM message WHERE status = 'queued' AND NOT ({free}))"
    rows = reading.rows(
        f"""
        SELECT code, CAST(sum(n) AS bigint) AS n, min(next_at) AS next_at, CAST(sum(stopped) AS bigint) AS stopped
        FROM (
            SELECT {WHY_CODE} AS code, count(*) AS n, min(CASE WHEN status = 'queued' THEN due_at END) AS next_at,
                count(*) FILTER (WHERE {stopped}) AS stopped
            FROM request WHERE {KEPT} AND {asks} AND {wanted.sql} GROUP BY 1
            UNION ALL
            SELECT hold_code, count(*), min(next_at), count(*) FILTER (WHERE {stopped}) FROM request
            WHERE {HELD_NEXT} AND {held} AND {wanted.sql} GROUP BY 1
            UNION ALL
            SELECT 'paused', count(*), min(next_at), count(*) FILTER (WHERE {stopped}) FROM request
            WHERE {PAUSED_NEXT} AND {held} AND {wanted.sql} HAVING count(*) > 0
        ) AS kept GROUP BY code ORDER BY n DESC, code
        """,
        **wanted.values,
        **values,
    )
    return [Reason(row["code"], row["n"], _if_timed(row), row["stopped"]) for row in rows]


_UNTIMED = (
    RuleCode.PAUSED, RuleCode.REFUSAL, RuleCode.CANCELLED, RuleCode.SANDBOX, RuleCode.SUPPRESSED, RuleCode.COOLDOWN,
    RuleCode.EXPIRED, RuleCode.MARKETING, RuleCode.TEXT,
)  # fmt: skip


def _if_timed(row: dict[str, Any]) -> datetime | None:
    return None if row["code"] in _UNTIMED else row["next_at"]


def waiting_behind(reading: Reading, stop: Row, now: datetime) -> Behind:
    """The messages that a stop in force holds back."""
    free, values = may_leave(barred([stop]))
    row = reading.rows(
        f"""
        SELECT count(*) FILTER (WHERE NOT paused) AS waiting,
            count(*) FILTER (WHERE NOT paused AND due_at <= $end) AS due,
            count(*) FILTER (WHERE paused) AS paused,
            count(*) FILTER (WHERE NOT paused AND number > 0) AS follow_ups
        FROM message WHERE status = 'queued' AND NOT ({free})
        """,
        end=max(now, stop["until"] or now),
        **values,
    )[0]
    return Behind(**row)
