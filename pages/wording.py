"""How moments, statuses and happenings are put into words."""

from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from data.days import day
from data.lifecycle import MEANING, Channel, Status
from data.places.zones import SOURCES
from data.verdicts import WHY, RuleCode

ACTOR = "a person in the console"  # until people sign in


def moment(when: datetime, zone: tzinfo, now: datetime) -> str:
    """Short, in the reader's zone: "14:05", "Mon 14:05", "12 Nov, 14:05" or "12 Nov 2025, 14:05"."""
    local, today = when.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"Today, {local:%H:%M}"
    if local.date() == today.date() - timedelta(days=1):
        return f"Yesterday, {local:%H:%M}"
    if local.date() == today.date() + timedelta(days=1):
        return f"Tomorrow, {local:%H:%M}"
    return f"{day(local, year=local.year != today.year)}, {local:%H:%M}"


def within(moment: str) -> str:
    """A moment as it reads within a sentence: "today, 14:05"."""
    return moment[0].lower() + moment[1:] if moment.startswith(("Today", "Tomorrow", "Yesterday")) else moment


def exact(when: datetime, zone: tzinfo) -> str:
    """To the second, with the zone: "Mon 23 Nov 2026, 14:05:09 CET"."""
    local = when.astimezone(zone)
    return f"{local:%a} {day(local)}, {local:%H:%M:%S} {local.tzname()}"


def their_time(when: datetime, zones: str | None, source: str | None) -> str:
    """The recipient's clock, with its zone and where that is known from; empty where nothing is known."""
    first = (zones or "").split(",")[0]
    if not first:
        return ""
    local = when.astimezone(ZoneInfo(first))
    more = " and other zones" if "," in (zones or "") else ""
    return f"{local:%a} {day(local, year=False)}, {local:%H:%M} {first}{more} ({SOURCES.get(source or '', 'unknown')})"


def ago(when: datetime, now: datetime) -> str:
    """Roughly how long ago: "just now", "40 seconds ago", "3 hours ago"."""
    seconds = max(int((now - when).total_seconds()), 0)
    if seconds < 10:
        return "just now"
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def status_words(row: dict[str, Any], stopped: str = "") -> tuple[str, str]:
    """A request's status as its pill says it, and the explanation behind it; `stopped` names a stop it waits for."""
    status = Status(row["status"])
    if status is Status.QUEUED and row["paused"]:
        by_refusal = row["hold_code"] == RuleCode.REFUSAL
        return "Paused", row["hold_reason"] if by_refusal else "Held back by a person; Resume lets it go on"
    if status is Status.QUEUED and stopped:
        return status.label, stopped
    if status is Status.QUEUED and row["hold_reason"]:
        return status.label, f"{WHY.get(row['hold_code'], ('Held',))[0]}: {row['hold_reason']}"
    return status.label, f"{row['reason']}{_code(row['code'])}" if row["reason"] else MEANING[status]


def _code(code: str | None) -> str:
    """A provider's, for who looks it up there; our own rules say in words what they are."""
    return f" (code {code})" if code and code not in WHY else ""


_TOLD = {
    "created": "Asked",
    "overridden": "Asked all the same",
    "paused": "Paused",
    "resumed": "Resumed",
    "handed_over": "Handed over",
    "rescheduled": "Time changed",  # the detail says to when
    "readdressed": "Goes to another address",
    "accepted": "Handed to the provider",
    "put_off": "Put back into the queue",
    "held": "Held",
    "blocked": "Not sent",
    "resend": "Put back into the queue",
    "marked_sent": "Marked as sent by hand",
    "follow_up_planned": "Planned",
    "follow_up_skipped": "No follow-up",
    "replied": "The recipient replied",
    "looked_at": "Link followed before it was sent: by a colleague",
    "machine_clicked": "Link opened by a program, not a person",
    "lost": "Handed over, but no answer came: it may or may not have been sent",
    "delivered": "Delivered",
    "opened": "Opened by the recipient",
    "machine_opened": "Opened by a mail program, not a person",
    "read": "Read by the recipient",
    "clicked": "Link followed",
    "responded": "Went through to the review site",
    "opted_out": "Opted out",
    "complained": "Reported as spam",
    "undelivered": "Could not be delivered",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "called_off": "Called off while it was on its way",
    "withdrawn": "It came back",
}
TRIGGERS = {"manual": "from the Send page", "import": "from a CSV", "api": "through the API", "rule": "by a rule"}


def told(happening: dict[str, Any], sender: str) -> str:
    """One happening as a sentence."""
    event, detail = happening["event"], happening["detail"]
    if event == "created":
        return f"Asked by {sender}, {TRIGGERS.get(detail, detail)}"
    words = _TOLD.get(event) or str(event)
    if event == "accepted" and happening["actor"] == "sandbox":
        return "Handed to the sandbox: nobody gets it"
    if event in ("paused", "resumed", "cancelled", "called_off") and happening["actor"] not in (None, "engine"):
        words += f" by {happening['actor']}"
    if event == "cancelled" and (detail or "").startswith(_TOLD["follow_up_skipped"]):
        return detail
    if event == "rescheduled":
        return f"{words} {detail}"
    return f"{words}: {detail}{_code(happening['code'])}" if detail else words


def count(number: int) -> str:
    return f"{number:,}"


def requests(number: int) -> str:
    """How many requests: "1 request", "1,200 requests"."""
    return f"{count(number)} request{'' if number == 1 else 's'}"


def share(value: float | None) -> str:
    """A rate in per cent; a dash where there is nothing to divide by."""
    return "–" if value is None else f"{value:.1%}"


CHANNEL_ICONS = {
    Channel.SMS: ":material/sms:",
    Channel.EMAIL: ":material/mail:",
    Channel.WHATSAPP: ":material/chat:",
}
