"""What pages count: how requests fared by channel, by sender and over time."""

from dataclasses import dataclass
from typing import Any, LiteralString

from data.filters import Filters, where
from data.metrics import Rate, rate
from data.store import Reading

# A cohort counts whoever was asked in it, and what became of them since (docs/metrics.md).
_COUNTS: LiteralString = """
    count(*) AS asked, count(sent_at) AS sent, count(delivered_at) AS delivered,
    count(coalesce(opened_at, read_at)) AS seen, count(clicked_at) AS clicked, count(responded_at) AS responded,
    count(*) FILTER (WHERE status = 'undelivered') AS undelivered, count(*) FILTER (WHERE status = 'failed') AS failed
"""
_BY: dict[str, LiteralString] = {"channel": "channel", "sender": "sent_by", "day": "sent_on"}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of requests."""

    key: Any
    asked: int
    sent: int
    delivered: int
    seen: int
    clicked: int
    responded: int
    undelivered: int
    failed: int

    @property
    def delivery(self) -> Rate:
        return rate(self.delivered, self.sent)

    @property
    def response(self) -> Rate:
        return rate(self.responded, self.delivered)


def tally(reading: Reading, filters: Filters, by: str) -> list[Tally]:
    """Counts by "channel", "sender" (member id) or "day" (of dispatch; requests not yet sent are left out)."""
    condition, values = where(filters)
    group = _BY[by]
    rows = reading.rows(
        f"SELECT {group} AS key, {_COUNTS} FROM request WHERE {condition} AND {group} IS NOT NULL"
        f" GROUP BY {group} ORDER BY {group}",
        **values,
    )
    return [Tally(**row) for row in rows]


def total(tallies: list[Tally], key: Any = None) -> Tally:
    """The sum of tallies."""
    names = ("asked", "sent", "delivered", "seen", "clicked", "responded", "undelivered", "failed")
    return Tally(key, **{name: sum(getattr(one, name) for one in tallies) for name in names})
