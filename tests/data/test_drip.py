"""So many a day, evenly, on the workspace's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from data.drip import Drip, times

ZONE = ZoneInfo("America/New_York")
WORKDAYS = Drip(50, (1, 2, 3, 4, 5), 9, 18)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def test_a_day_that_has_begun_takes_its_share():
    evening = list(times(WORKDAYS, on(2, 17, 55), 60, ZONE))
    assert (evening[0], evening[50]) == (on(3, 9), on(4, 9))
    noon = list(times(WORKDAYS, on(2, 13, 30), 60, ZONE))
    assert (noon[0], noon[25]) == (on(2, 13, 30), on(3, 9))


def test_a_weekend_waits():
    assert list(times(WORKDAYS, on(7, 10), 1, ZONE)) == [on(9, 9)]
