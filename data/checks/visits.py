"""When somebody was at the business, as a spreadsheet writes it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from data.checks.typed import shortened

EVENING = 18  # the hour of a visit of which only the day is known: it is over by then
FURTHEST = timedelta(days=366)  # ahead: an appointment
_EARLIEST = 2000
_MONTHS = 12
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_DAY_FIRST, _MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{4}(?!\d)")
_TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def slashed(column: Iterable[str], home: str) -> tuple[str, ...]:
    """How all of a column's dates such as 3/4/2026 are written; both ways where its lines contradict each other.

    Where no line tells, the month comes first if `home` is the US, else the day.
    """
    pairs = [(int(found[1]), int(found[2])) for text in column if (found := _SLASHED.search(text))]
    told: list[str] = []
    if any(first > _MONTHS >= second for first, second in pairs):
        told.append(_DAY_FIRST)
    if any(second > _MONTHS >= first for first, second in pairs):
        told.append(_MONTH_FIRST)
    return tuple(told) or (_MONTH_FIRST if home == "US" else _DAY_FIRST,)


def visit(text: str, forms: tuple[str, ...], zone: tzinfo, now: datetime) -> datetime | str:
    """The moment, on the clocks of `zone` unless it brings its own; or the sentence that says what is wrong.

    `forms` are what `slashed` says of its column.
    """
    plain = re.sub(r"(?<=\d)T(?=\d)", " ", " ".join(text.replace(",", " ").split()))
    try:
        found = _readings(plain, forms, zone)
    except OverflowError:  # the first and the last day there is: what some programs write for "none"
        found = []
    if not found or found[0].year < _EARLIEST:
        return f"“{shortened(text)}” is no date that can be read. Write it like 2026-03-31 or 2026-03-31 14:30."
    if len(found) > 1:
        return _either(text, *(one.astimezone(zone) for one in found))
    if found[0] - now > FURTHEST:
        return f"“{shortened(text)}” is more than a year ahead; correct the date of the visit."
    return found[0]


def _either(text: str, one: datetime, other: datetime) -> str:
    return (
        f"“{shortened(text)}” could be {one.day} {one:%B} or {other.day} {other:%B}: other lines of this column are"
        f" written both ways. Write it like {one:%Y-%m-%d}."
    )


def leaves_at(visited_at: datetime | None, delay: timedelta | None, otherwise: datetime) -> datetime:
    """A delay counts from the visit, where that is known; nobody is asked before their visit."""
    if visited_at is None:
        return otherwise
    return max(otherwise, visited_at) if delay is None else visited_at + delay


def _with_offset(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _readings(text: str, forms: tuple[str, ...], zone: tzinfo) -> list[datetime]:
    """The moments that a text may mean."""
    certain = _with_offset(text) or next((one for day in _DAYS if (one := _on_the_clock(text, day, zone))), None)
    if certain:
        return [certain]
    return list(dict.fromkeys(one for form in forms if (one := _on_the_clock(text, form, zone))))


def _on_the_clock(text: str, day: str, zone: tzinfo) -> datetime | None:
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
