"""A day in words, the same everywhere."""

from datetime import date


def day(when: date, *, year: bool = True) -> str:
    """ "2 Dec 2026", without the year "2 Dec"; of a moment the day that its own clock shows."""
    return f"{when.day} {when:%b %Y}" if year else f"{when.day} {when:%b}"
