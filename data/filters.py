"""Which requests a person wants to see: one value that lists, counts, charts and exports all share."""

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, LiteralString

from data import imported
from data.checks import search_bits, search_query
from data.kept import HELD_NEXT, KEPT, PAUSED_NEXT, WHY_CODE
from data.lifecycle import SHOWN, Channel, Status
from data.reached import REACHED, reached
from data.store import Reading
from data.verdicts import WHY


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means everything; of `reached` all must be met, of the others any.

    `since` and `until` are days in the workspace's `zone`, both included: those of dispatch, or with `why` those
    when it is or was due; `region` is the country of phone numbers typed without a country code; `files` are imported
    ones, see data/imported.
    """

    search: str = ""
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    senders: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    why: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    region: str = "US"
    zone: tzinfo = UTC
    files: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for at all."""
        return self != Filters(region=self.region, zone=self.zone)


@dataclass(frozen=True, slots=True)
class Condition:
    """What rows of `request` must meet, in SQL with its `values`; `bits` are those of what is searched for."""

    others: LiteralString
    search: LiteralString
    values: dict[str, Any]
    bits: Sequence[int]

    @property
    def sql(self) -> LiteralString:
        return f"{self.others} AND {self.search}"

    def likely(self, columns: LiteralString) -> "Likely | None":
        """For whoever must read every search text: what to select `columns` from, and the condition there.

        Only rows whose bits allow for the text are looked at (docs/decisions/0010); None where that spares nothing.
        """
        if not self.bits or not all(self.bits):
            return None
        slots = _slots("bits", self.bits)
        can = " OR ".join([f"search_bits & ${slot} = ${slot}" for slot in slots])
        rows: LiteralString = f"SELECT {columns}, search FROM request WHERE ({can}) AND {self.others}"
        source = f"(WITH likely AS MATERIALIZED ({rows}) SELECT * FROM likely)"
        return source, self.search, {**self.values, **dict(zip(slots, self.bits, strict=True))}


Likely = tuple[LiteralString, LiteralString, dict[str, Any]]
"""A source of rows, their condition and the values of both."""


def where(reading: Reading, filters: Filters) -> Condition:
    """The condition that the filters stand for."""
    values: dict[str, Any] = {}
    parts = _but_search(filters, values)
    if filters.files:
        parts.append(imported.condition(reading, filters.files, values))
    others = " AND ".join(parts) or "true"
    query = search_query(filters.search, filters.region)
    if not filters.search.strip():
        return Condition(others, "true", values, [])
    if query.number and (known := _stretch(reading, query.number)):
        known_number: LiteralString = "phone_number = $number AND id BETWEEN $oldest AND $newest"
        return Condition(others, known_number, {**values, "number": query.number, **known}, [])
    slots = _slots("needle", query.needles)
    held = " OR ".join([f"strpos(search, ${slot}) > 0" for slot in slots])
    values |= dict(zip(slots, query.needles, strict=True))
    bits = [search_bits(needle) for needle in query.needles]
    return Condition(others, f"({held})", values, bits)


def _stretch(reading: Reading, number: int) -> dict[str, int] | None:
    """The first and the last request to a number; None where it may only be a part of others."""
    row = reading.rows("SELECT min(id) AS oldest, max(id) AS newest FROM request WHERE phone_number = $n", n=number)[0]
    return row if row["oldest"] else None


def _but_search(filters: Filters, values: dict[str, Any]) -> list[LiteralString]:
    parts: list[LiteralString] = []
    if filters.channels:
        parts.append(one_of("channel", filters.channels, values))
    if filters.statuses:
        parts.append(one_of("status", filters.statuses, values))
    if filters.senders:
        parts.append("sent_by = ANY(CAST($senders AS integer[]))")
        values["senders"] = list(filters.senders)
    parts += reached(filters.reached)
    if filters.why:
        asks = _among(WHY_CODE, "text", "why", filters.why, values)
        held = _among("hold_code", "text", "why", filters.why, values)
        days = due("next_at", filters, values)
        asked: LiteralString = f"{KEPT} AND {asks} AND {due('due_at', filters, values)}"
        follow_up: LiteralString = f"{HELD_NEXT} AND {held} AND {days}"
        paused: LiteralString = f"{PAUSED_NEXT} AND {days}" if "paused" in filters.why else "false"
        parts.append(
            f"id IN (SELECT id FROM request WHERE {asked} UNION ALL SELECT id FROM request WHERE {follow_up}"
            f" UNION ALL SELECT id FROM request WHERE {paused})"
        )
        return parts
    if filters.since:
        parts.append("sent_on >= $since")
        values["since"] = filters.since
    if filters.until:
        parts.append("sent_on <= $until")
        values["until"] = filters.until
    return parts


def due(column: LiteralString, filters: Filters, values: dict[str, Any]) -> LiteralString:
    """What was not sent has no day of dispatch: its days are those when it is or was due, a time in `column`."""
    parts: list[LiteralString] = []
    if filters.since:
        parts.append(f"{column} >= $due_from")
        values["due_from"] = datetime.combine(filters.since, time(), filters.zone)
    if filters.until:
        parts.append(f"{column} < $due_before")
        values["due_before"] = datetime.combine(filters.until + timedelta(days=1), time(), filters.zone)
    return " AND ".join(parts) or "true"


_SLOTS: tuple[LiteralString, ...] = (
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
    "x", "y", "z",
)  # fmt: skip


def one_of(
    column: LiteralString, wanted: Sequence[str], values: dict[str, Any], prefix: LiteralString = "is"
) -> LiteralString:
    """`column IN (…)`, of a column that is named like its type."""
    return _among(column, column, f"{prefix}_{column}", wanted, values)


def _among(
    expression: LiteralString, type: LiteralString, name: LiteralString, wanted: Sequence[str], values: dict[str, Any]
) -> LiteralString:
    """`expression IN (…)`: fifty times as fast in DuckDB as `= ANY(list)`, which it does not push into the scan."""
    slots = _slots(name, wanted)
    for slot, value in zip(slots, wanted, strict=True):
        values[slot] = str(value)
    return f"{expression} IN ({', '.join(f'CAST(${slot} AS {type})' for slot in slots)})"


def _slots(name: LiteralString, wanted: Sized) -> list[LiteralString]:
    """A placeholder for each."""
    return [f"{name}_{slot}" for slot in _SLOTS[: len(wanted)]]


FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)

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
