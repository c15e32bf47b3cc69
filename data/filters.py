"""Which requests a person wants to see: one value that lists, counts, charts and exports all share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, LiteralString

from data import imported
from data.checks import search_bits, search_query
from data.kept import HELD_NEXT, KEPT, PAUSED_NEXT, WHY_CODE
from data.reached import reached
from data.statements import among, one_of, slots_for
from data.store import Reading


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
        slots = slots_for("bits", self.bits)
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
    slots = slots_for("needle", query.needles)
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
        asks = among(WHY_CODE, "text", "why", filters.why, values)
        held = among("hold_code", "text", "why", filters.why, values)
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


FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
