"""Spreads many asks over days: so many a day, on these weekdays, within these hours of the workspace's clock."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Drip:
    """`weekdays` are 1 (Monday) to 7; hours are whole, `closes` is not included."""

    per_day: int
    weekdays: Collection[int]
    opens: int
    closes: int

    @property
    def trouble(self) -> str | None:
        if not self.weekdays:
            return "Choose at least one day of the week."
        if self.opens >= self.closes:
            return "The first hour must be before the last."
        return None


def times(drip: Drip, start: datetime, count: int, zone: ZoneInfo) -> Iterator[datetime]:
    """A time for each of `count` asks from `start` on, evenly over the hours of each day; each moment is in UTC.

    A day that has begun takes its share.
    """
    day, left = start.astimezone(zone).date(), count
    while left > 0:
        if day.isoweekday() in drip.weekdays:
            opens = datetime.combine(day, time(drip.opens), zone)
            first = max(opens, start.astimezone(zone))
            last = datetime.combine(day, time(0), zone) + timedelta(hours=drip.closes)
            if first < last and (share := round(drip.per_day * ((last - first) / (last - opens)))):
                today = min(left, share)
                step = (last - first) / today
                yield from ((first + step * place).astimezone(UTC) for place in range(today))
                left -= today
        day += timedelta(days=1)
