"""The periods that the Channels and the Senders page offer by name."""

from datetime import date, timedelta

_LENGTHS = {"7 days": 7, "30 days": 30, "90 days": 90, "12 months": 365}
_LAST = {"Last month": 1, "Last quarter": 3}
PERIODS = (*_LENGTHS, *_LAST, "All")
CUSTOM = "Custom"
USUAL = "90 days"


def days_of(period: str, today: date) -> tuple[date | None, date]:
    """Its first and last day; without a first one, it is everything until today."""
    if months := _LAST.get(period):
        until = today.replace(month=(today.month - 1) // months * months + 1, day=1) - timedelta(days=1)
        return until.replace(month=until.month - months + 1, day=1), until
    length = _LENGTHS.get(period)
    return (today - timedelta(days=length - 1) if length else None), today
