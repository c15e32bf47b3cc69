"""Dates of visits as spreadsheets write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.checks.visits import leaves_at, slashed, visit
from tests.builders import NOW

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "home", "moment"),
    [
        ("2026-02-28", "US", (2026, 2, 28, 17, 0)),  # 18:00 in Berlin
        ("2026-02-28 14:30", "US", (2026, 2, 28, 13, 30)),
        ("2026-02-28T14:30:15", "US", (2026, 2, 28, 13, 30, 15)),
        ("2026-02-28T14:30:00Z", "US", (2026, 2, 28, 14, 30)),
        ("2026-02-28T14:30:00+05:00", "US", (2026, 2, 28, 9, 30)),
        ("3/4/2026", "US", (2026, 3, 4, 17, 0)),
        ("3/4/2026", "GB", (2026, 4, 3, 16, 0)),
        ("28/2/2026", "US", (2026, 2, 28, 17, 0)),
        ("28.02.2026 09:00", "DE", (2026, 2, 28, 8, 0)),
        ("2/28/2026 2:30 PM", "US", (2026, 2, 28, 13, 30)),
        ("Feb 28, 2026", "US", (2026, 2, 28, 17, 0)),
        ("28 February 2026", "GB", (2026, 2, 28, 17, 0)),
    ],
)
def test_usual_spellings_are_read(text, home, moment):
    assert visit(text, slashed([text], home), BERLIN, NOW) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "31/31/2026", "1/2", "45000", "0026-02-01", "12:30", "0001-01-01 00:00:00"]
)
def test_what_is_no_date_is_told(text):
    assert visit(text, slashed([text], "US"), BERLIN, NOW) == (
        f"“{text}” is no date that can be read. Write it like 2026-03-31 or 2026-03-31 14:30."
    )


def test_a_visit_far_ahead_is_a_slip_of_the_pen():
    assert "more than a year ahead" in visit("2062-03-01", (), UTC, NOW)
    assert visit("2026-08-01", (), UTC, NOW) == datetime(2026, 8, 1, 18, tzinfo=UTC)


def test_a_delay_counts_from_the_visit_where_that_is_known():
    day, visited = timedelta(days=1), NOW - timedelta(hours=5)
    assert leaves_at(visited, day, NOW) == visited + day
    assert leaves_at(None, day, NOW) == leaves_at(visited, None, NOW) == NOW


def test_nobody_is_asked_before_their_visit():
    appointment = NOW + timedelta(days=18)
    assert leaves_at(appointment, None, NOW) == appointment
