from datetime import date

import pytest

from pages.periods import days_of


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        ("7 days", date(2026, 3, 3), date(2026, 2, 25), date(2026, 3, 3)),
        ("12 months", date(2025, 1, 1), date(2024, 1, 3), date(2025, 1, 1)),
        ("All", date(2026, 3, 3), None, date(2026, 3, 3)),
        ("Last month", date(2024, 3, 31), date(2024, 2, 1), date(2024, 2, 29)),
        ("Last month", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
        ("Last quarter", date(2026, 1, 31), date(2025, 10, 1), date(2025, 12, 31)),
        ("Last quarter", date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31)),
        ("Last quarter", date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)),
        ("Last quarter", date(2026, 11, 29), date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
def test_a_period_has_the_days_that_its_name_says(period: str, today: date, first: date | None, last: date):
    assert days_of(period, today) == (first, last)
