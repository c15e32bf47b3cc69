"""What an analyst takes away: every column of the filtered requests, in pieces."""

from typing import Any, LiteralString

from data.filters import Filters, where
from data.lifecycle import Channel, Status
from data.queries import members
from data.store import Reading

# The list's columns first, under the list's names; then ids, times and the rest.
_COLUMNS: tuple[tuple[str, LiteralString], ...] = (
    ("Request id", "id"),
    ("Invite sent to", "contact_name"),
    ("Email or phone number", "address"),
    ("Sent by", "sent_by"),
    ("Sent via", "channel"),
    ("Date sent", "sent_at"),
    ("Status", "status"),
    ("Retries", "retries"),
    ("Paused", "paused"),
    ("Reason", "reason"),
    ("Code", "code"),
    ("Contact id", "contact_id"),
    ("Sender id", "sent_by"),
    ("Template id", "template_id"),
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
_SELECTED: LiteralString = ", ".join(dict.fromkeys(column for _, column in _COLUMNS))


def last_id(reading: Reading) -> int:
    """The newest request's id: an export ends there, however long it takes."""
    return reading.rows("SELECT coalesce(max(id), 0) AS id FROM request")[0]["id"]


def chunk(reading: Reading, filters: Filters, below: int, size: int) -> list[list[Any]]:
    """Up to `size` rows in HEADER's order with ids below `below`, newest first."""
    condition, values = where(filters)
    names = members(reading)
    rows = reading.rows(
        f"SELECT {_SELECTED} FROM request WHERE {condition} AND id < $below ORDER BY id DESC LIMIT $size",
        below=below,
        size=size,
        **values,
    )
    return [[row["id"], *(_words(name, row[column], names) for name, column in _COLUMNS[1:])] for row in rows]


def _words(name: str, cell: Any, names: dict[int, str]) -> Any:
    match name:
        case "Sent by":
            return names.get(cell, "")
        case "Sent via":
            return Channel(cell).label
        case "Status":
            return Status(cell).label
        case "Paused":
            return "yes" if cell else "no"
        case _:
            return cell
