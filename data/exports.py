"""What an analyst takes away: every column of the filtered requests, in pieces."""

from typing import Any, LiteralString

from data.csvfile.cells import safe_cell
from data.filters import Filters, where
from data.lifecycle import Channel, Status
from data.queries import members, template_names
from data.store import Reading

# The list's columns first, under the list's names; then ids, times and the rest.
_COLUMNS: tuple[tuple[str, LiteralString], ...] = (
    ("Request id", "id"),
    ("Invite sent to", "contact_name"),
    ("Email or phone number", "address"),
    ("Sent by", "sent_by"),
    ("Sent via", "channel"),
    ("Date sent", "sent_at"),
    ("Day sent", "sent_on"),
    ("Status", "status"),
    ("Retries", "retries"),
    ("Paused", "paused"),
    ("Reason", "reason"),
    ("Code", "code"),
    ("Held by rule", "hold_code"),
    ("Held because", "hold_reason"),
    ("Overridden because", "override"),
    ("Next follow-up at", "next_at"),
    ("Recipient's zones", "zones"),
    ("Zones known from", "zone_source"),
    ("Visited at", "visited_at"),
    ("Expires at", "expires_at"),
    ("Contact id", "contact_id"),
    ("Sender id", "sent_by"),
    ("Template id", "template_id"),
    ("Template", "template_id"),
    ("Trigger", "trigger"),
    ("Created at", "created_at"),
    ("Due at", "due_at"),
    ("Delivered at", "delivered_at"),
    ("Opened at", "opened_at"),
    ("Read at", "read_at"),
    ("Clicked at", "clicked_at"),
    ("Responded at", "responded_at"),
)
HEADER = [name for name, _ in _COLUMNS]
_TIMES = frozenset(column for _, column in _COLUMNS if column.endswith("_at"))


def _selected(column: LiteralString) -> LiteralString:
    """Times as text in ISO 8601, made by the database: handing a million of them to Python takes half a minute."""
    if column not in _TIMES:
        return column
    return f"replace(CAST(date_trunc('second', {column} AT TIME ZONE 'UTC') AS text), ' ', 'T') || 'Z' AS {column}"


_ONCE: list[LiteralString] = list(dict.fromkeys(column for _, column in _COLUMNS))
_SELECTED: LiteralString = ", ".join([_selected(column) for column in _ONCE])


def last_id(reading: Reading) -> int:
    """The newest request's id: an export ends there, however long it takes."""
    return reading.rows("SELECT coalesce(max(id), 0) AS id FROM request")[0]["id"]


def chunk(reading: Reading, filters: Filters, low: int, high: int) -> list[list[Any]]:
    """The filtered rows with ids from `low` to `high`, newest first, in HEADER's order.

    A stretch of ids costs the same wherever it lies; a limit would have the whole table searched each time.
    """
    wanted = where(reading, filters)
    rows = reading.rows(
        f"SELECT {_SELECTED} FROM request WHERE {wanted.sql} AND id BETWEEN $low AND $high ORDER BY id DESC",
        low=low,
        high=high,
        **wanted.values,
    )
    names = {id: safe_cell(name) for id, name in members(reading).items()} if rows else {}
    titles = {id: safe_cell(name) for id, name in template_names(reading).items()} if rows else {}
    return [_worded([row[column] for _, column in _COLUMNS], names, titles) for row in rows]


_SENDER, _TEMPLATE, _CHANNEL, _STATUS, _PAUSED = (
    HEADER.index(name) for name in ("Sent by", "Template", "Sent via", "Status", "Paused")
)
_FREE_TEXT = tuple(
    HEADER.index(name)
    for name in ("Invite sent to", "Email or phone number", "Reason", "Code", "Held because", "Overridden because")
)
_CHANNELS = {channel.value: channel.label for channel in Channel}
_STATUSES = {status.value: status.label for status in Status}


def _worded(cells: list[Any], names: dict[int, str], titles: dict[int, str]) -> list[Any]:
    """In people's words, and safe to open in a spreadsheet."""
    cells[_SENDER] = names.get(cells[_SENDER], "")
    cells[_TEMPLATE] = titles.get(cells[_TEMPLATE], "")
    cells[_CHANNEL] = _CHANNELS[cells[_CHANNEL]]
    cells[_STATUS] = _STATUSES[cells[_STATUS]]
    cells[_PAUSED] = "yes" if cells[_PAUSED] else "no"
    for place in _FREE_TEXT:
        if cells[place]:
            cells[place] = safe_cell(cells[place])
    return cells
