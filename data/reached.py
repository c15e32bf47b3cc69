"""How far requests got, for filters: a step of the funnel each, counted as data/reports.py counts it."""

from collections.abc import Iterable
from typing import LiteralString

_STEPS: dict[str, tuple[str, LiteralString]] = {
    "delivered": ("Delivered", "delivered_at IS NOT NULL"),
    "seen": ("Opened or read", "coalesce(opened_at, read_at) IS NOT NULL AND channel <> 'sms'"),
    "clicked": ("Clicked", "clicked_at IS NOT NULL"),
    "responded": ("Responded", "responded_at IS NOT NULL"),
    "unanswered": ("Not responded", "responded_at IS NULL"),
}
REACHED: dict[str, str] = {code: label for code, (label, _) in _STEPS.items()}
"""What people see, by code."""


def reached(codes: Iterable[str]) -> list[LiteralString]:
    """The conditions that a request was sent and got to each of these steps."""
    found: list[LiteralString] = [_STEPS[code][1] for code in codes]
    return [*found, "sent_on IS NOT NULL"] if found else []
