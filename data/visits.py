"""When somebody was at the business, as a spreadsheet writes it."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from data.typed import shortened

EVENING = 18  # the hour of a visit of which only the day is known: it is over by then
FURTHEST = timedelta(days=366)  # ahead: an appointment
_EARLIEST = 2000
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_MONTH_FIRST, _DAY_FIRST = ("%m/%d/%Y", "%d/%m/%Y"), ("%d/%m/%Y", "%m/%d/%Y")
_TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def visit(text: str, home: str, zone: tzinfo, now: datetime) -> datetime | str:
    """The moment, on the clocks of `zone` unless it brings its own; or the sentence that says what is wrong.

    3/4/2026 is in March where `home` is the US, else in April.
    """
    plain = re.sub(r"(?<=\d)T(?=\d)", " ", " ".join(text.replace(",", " ").split()))
    try:
        found = _with_offset(plain) or _on_the_clock(plain, _MONTH_FIRST if home == "US" else _DAY_FIRST, zone)
    except OverflowError:  # the first and the last day there is: what some programs write for "none"
        found = None
    if found is None or found.year < _EARLIEST:
        return f"“{shortened(text)}” is no date that can be read. Write it like 2026-03-31 or 2026-03-31 14:30."
    if found - now > FURTHEST:
        return f"“{shortened(text)}” is more than a year ahead; correct the date of the visit."
    return found


def leaves_at(visited_at: datetime | None, delay: timedelta | None, otherwise: datetime) -> datetime:
    """A delay counts from the visit, where that is known."""
    return otherwise if visited_at is None or delay is None else visited_at + delay


def _with_offset(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _on_the_clock(text: str, slashed: tuple[str, ...], zone: tzinfo) -> datetime | None:
    for day in (*_DAYS, *slashed):
        if (found := _parsed(text, day)) is not None:
            return found.replace(hour=EVENING, tzinfo=zone).astimezone(UTC)
        for time in _TIMES:
            if (found := _parsed(text, day + time)) is not None:
                return found.replace(tzinfo=zone).astimezone(UTC)
    return None


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 — the caller knows the zone
    except ValueError:
        return None
