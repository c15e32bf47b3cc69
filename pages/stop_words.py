"""What a stop in force concerns, and what it means for what waits: the same words on every page, as plain text."""

from collections.abc import Sequence
from datetime import datetime

from data import queries, stops
from data.lifecycle import Channel
from data.store import Row
from pages.wording import moment, within
from pages.workspace import now, reader_zone, store

OVER = "when the stop is over"


def what(one: Row, names: dict[int, str]) -> str:
    """What a stop concerns."""
    if one["scope"] == "everything":
        return "All sending"
    if one["scope"] == "sender":
        return f"Sending by {names.get(int(one['subject']), 'a sender')}"
    if one["scope"] == "template":
        return f"Sending with the template “{queries.template_name(store(), int(one['subject']))}”"
    if one["scope"] == "country":
        return f"{Channel(one['channel']).label} to {one['subject']}"
    return f"Sending by {Channel(one['subject']).label}"


def stopped(one: Row, names: dict[int, str]) -> str:
    """What is stopped, until when, where that is known, and why."""
    return f"{what(one, names)} is stopped{_until(one['until'])}: {one['reason'].rstrip('.')}"


def _until(until: datetime | None) -> str:
    return f" until {within(moment(until, reader_zone(), now()))}" if until else ""


def held_words(requests: Sequence[int], names: dict[int, str]) -> dict[int, str]:
    """The stop that each of these requests waits for, where there is one."""
    found = stops.held_requests(store(), stops.active(store(), now()), requests)
    return {request: stopped(one, names) for request, one in found.items()}
