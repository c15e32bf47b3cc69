"""Spreads many asks over days: so many a day, on these weekdays, within these hours of the workspace's clock."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.store import Reading

_FITS = timedelta(hours=8)  # into anybody's hours once they have begun
_QUARTER = timedelta(minutes=15)  # in whole ones all zones differ


@dataclass(frozen=True, slots=True)
class Drip:
    """`weekdays` are 1 (Monday) to 7; hours are whole, `closes` is not included.

    `taken` is how many turns of each day other imports have.
    """

    per_day: int
    weekdays: Collection[int]
    opens: int
    closes: int
    taken: Mapping[date, int] = field(default_factory=dict[date, int])

    @property
    def trouble(self) -> str | None:
        if not self.weekdays:
            return "Choose at least one day of the week."
        if self.opens >= self.closes:
            return "The first hour must be before the last."
        return None


def times(drip: Drip, start: datetime, count: int, zone: ZoneInfo) -> Iterator[datetime]:
    """A time for each of `count` asks from `start` on, evenly over the hours of each day; each moment is in UTC.

    A day that has begun takes its share; what other imports have of a day is theirs.
    """
    day, left = start.astimezone(zone).date(), count
    while left > 0:
        if day.isoweekday() in drip.weekdays:
            opens = datetime.combine(day, time(drip.opens), zone)
            first = max(opens, start.astimezone(zone))
            last = datetime.combine(day, time(0), zone) + timedelta(hours=drip.closes)
            share = round(drip.per_day * ((last - first) / (last - opens))) if first < last else 0
            if (today := min(left, share, drip.per_day - drip.taken.get(day, 0))) > 0:
                step = (last - first) / today
                yield from ((first + step * place).astimezone(UTC) for place in range(today))
                left -= today
        day += timedelta(days=1)


def after_opening(drip: Drip, turn: datetime, zone: ZoneInfo) -> timedelta:
    """How long after their own hours begin somebody is asked whose hours are closed at `turn`: as late in the day.

    Else everybody whose turn is at night would be asked in the minute in which their hours begin.
    """
    local = turn.astimezone(zone)
    passed = local - datetime.combine(local.date(), time(drip.opens), zone)
    whole = timedelta(hours=drip.closes - drip.opens)
    return min(whole, _FITS) * min(max(passed / whole, 0.0), 1.0)


def taken(reading: Reading, start: datetime, zone: ZoneInfo) -> Counter[date]:
    """How many imported asks wait, or went out, on each day from that of `start` on, by when they were to leave."""
    day = start.astimezone(zone).date()
    rows = reading.rows(
        """
        SELECT CAST(floor(extract(epoch FROM wanted_at) / $quarter) AS bigint) AS quarter, count(*) AS asks FROM (
            SELECT wanted_at FROM request
            WHERE status IN ('queued', 'sending') AND trigger = 'import' AND wanted_at >= $midnight
            UNION ALL
            SELECT wanted_at FROM request
            WHERE sent_on >= $day AND status NOT IN ('queued', 'sending') AND trigger = 'import'
                AND wanted_at >= $midnight
        ) imported GROUP BY 1
        """,
        quarter=int(_QUARTER.total_seconds()),
        midnight=datetime.combine(day, time(0), zone).astimezone(UTC),
        day=day,
    )
    found = Counter[date]()
    for row in rows:
        found[datetime.fromtimestamp(row["quarter"] * _QUARTER.total_seconds(), zone).date()] += row["asks"]
    return found
