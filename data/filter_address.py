"""Filters as parts of an address, which can be kept, sent to a colleague and exported, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo

from data.filters import FIRST_DAY, LAST_DAY, Filters
from data.lifecycle import SHOWN, Channel, Status
from data.reached import REACHED
from data.verdicts import WHY

PARAMETERS = ("q", "via", "status", "by", "sent", "why", "reached", "from")
"""The parts of an address: search, channels, statuses, senders, one or two days (the first and the last), rules that
keep a request from being sent, how far it got, and files that requests came in by."""


def parse(
    items: Sequence[tuple[str, str]],
    names: Mapping[int, str],
    region: str = "US",
    zone: tzinfo = UTC,
    files: Sequence[str] = (),
) -> Filters | str:
    """The filters that an address asks for, or a sentence about what makes no sense in it; `files` are those there are.

    An export must not quietly become another one, so nothing is ignored but empty values and strange parameters.
    """
    found = {name: [text for key, text in items if key == name and text] for name in PARAMETERS}
    ids = {name.casefold(): id for id, name in names.items()} | {name: id for id, name in names.items()}
    try:
        days = [_day(text) for text in found["sent"]]
        return Filters(
            search=" ".join(found["q"]),
            channels=tuple(dict.fromkeys(Channel(text.lower()) for text in found["via"])),
            statuses=tuple(dict.fromkeys(_status(text) for text in found["status"])),
            senders=tuple(ids[text if text in ids else text.casefold()] for text in found["by"]),
            since=min(days, default=None),
            until=max(days, default=None),
            why=tuple(dict.fromkeys(_code(text, _RULES) for text in found["why"])),
            reached=tuple(dict.fromkeys(_code(text, REACHED) for text in found["reached"])),
            region=region,
            zone=zone,
            files=tuple(files[files.index(text)] for text in dict.fromkeys(found["from"])),
        )
    except (ValueError, KeyError):
        return "This address asks for something that does not exist. Set the filters again."


def by_name(parts: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The parts of an address, each name once."""
    found: dict[str, list[str]] = {}
    for name, text in parts:
        found.setdefault(name, []).append(text)
    return found


def _day(text: str) -> date:
    """One that the pages' calendars have."""
    if not FIRST_DAY <= (day := date.fromisoformat(text)) <= LAST_DAY:
        raise ValueError(text)
    return day


def _status(text: str) -> Status:
    """One that people see."""
    return SHOWN[SHOWN.index(Status(text.lower()))]


_RULES = {code: label for code, (label, _) in WHY.items()}


def _code(text: str, labels: Mapping[str, str]) -> str:
    """One of these codes, given as that or as people see it."""
    return text if text in labels else {label.casefold(): code for code, label in labels.items()}[text.casefold()]


def address(filters: Filters, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """The same filters as parts of an address, in the words that people see: `parse` undoes it."""
    days = [day.isoformat() for day in (filters.since, filters.until) if day]
    return [
        *([("q", filters.search)] if filters.search else []),
        *(("via", Channel(channel).label) for channel in filters.channels),
        *(("status", Status(status).label) for status in filters.statuses),
        *(("by", names[sender]) for sender in filters.senders if sender in names),
        *(("sent", day) for day in days),
        *(("why", _RULES.get(code, code)) for code in filters.why),
        *(("reached", REACHED[code]) for code in filters.reached),
        *(("from", file) for file in filters.files),
    ]
