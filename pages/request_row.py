"""A row of the list of requests, in words."""

from datetime import datetime, tzinfo
from typing import Any

from data.lifecycle import IN_QUEUE, Channel, Status
from data.verdicts import RuleCode
from pages.request_table import Row
from pages.wording import exact, moment, status_words, within


def table_row(row: dict[str, Any], names: dict[int, str], zone: tzinfo, at: datetime, stopped: str = "") -> Row:
    """A stored row as the table shows it; `stopped` names a stop that it waits for."""
    _, why = status_words(row, stopped)
    waits = row["status"] == Status.QUEUED or row["next_at"] is not None
    when, was = row["sent_at"] or row["due_at"], "Due" if row["status"] in IN_QUEUE else "Was due"
    return Row(
        id=row["id"],
        name=row["contact_name"],
        address=row["address"],
        sent_by=names.get(row["sent_by"], ""),
        channel=row["channel"],
        date_label=moment(when, zone, at) if row["sent_at"] else f"{was} {within(moment(when, zone, at))}",
        date_title=exact(when, zone),
        status=row["status"],
        status_label=Status(row["status"]).label,
        status_title=why,
        paused=row["paused"],
        retries=row["retries"],
        next_label=f"Next: {within(moment(row['next_at'], zone, at))}" if row["next_at"] else "",
        next_title=_next(row, zone) if row["next_at"] else "",
        action=("resume" if row["paused"] else "pause") if waits else None,
        held=_held(row, stopped) if waits else "",
    )


def _held(row: dict[str, Any], stopped: str) -> str:
    """What keeps it besides a person's pause, which the row has a button for."""
    if row["paused"] and row["hold_code"] != RuleCode.REFUSAL:
        return ""
    return (not row["paused"] and stopped) or row["hold_reason"] or ""


def _next(row: dict[str, Any], zone: tzinfo) -> str:
    """The follow-up ahead, in full."""
    channel = Channel(row["next_channel"] or row["channel"]).label
    return f"Follow-up {row['next_number']} by {channel}, {exact(row['next_at'], zone)}"
