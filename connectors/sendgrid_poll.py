"""Asking SendGrid which addresses gave trouble: its suppression lists, which need no extra and name no message."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from connectors.codes import table
from connectors.contract import NoAnswer, Report, Scope, TryLater
from connectors.http import SOON, Answer, misconfigured
from connectors.incoming import moment, plain

PAGE = 500
MOST = 20  # pages of one list in one look
LISTS = {  # list: a code, which for bounces means more than in a hook (who is listed gets no mail), or our word
    "bounces": "bounces",
    "blocks": "blocked",
    "invalid_emails": "dropped Invalid",
    "spam_reports": "complained",
    "unsubscribes": "opted_out",
}
_WORDS = ("complained", "opted_out")

AskFor = Callable[[str, Mapping[str, str]], Awaitable[Answer | TryLater | NoAnswer]]


async def poll(ask_for: AskFor, since: datetime) -> list[Report] | TryLater:
    """See contract.Polled. A list that the key may not see ends the look: part would pass for the whole."""
    said: list[Report] = []
    for name, meaning in LISTS.items():
        for page in range(MOST):
            query = {"start_time": str(int(since.timestamp())), "limit": str(PAGE), "offset": str(page * PAGE)}
            entries = _entries(await ask_for(f"/v3/suppression/{name}", query))
            if isinstance(entries, TryLater):
                return entries
            said += [report for entry in entries for report in _of(entry, meaning)]
            if len(entries) < PAGE:
                break
    return said


def _entries(answer: Answer | TryLater | NoAnswer) -> list[Any] | TryLater:
    if isinstance(answer, TryLater):
        return answer
    if isinstance(answer, Answer) and not answer.good:
        return misconfigured(answer.status)
    items: Any = answer.data.get("items") if isinstance(answer, Answer) else None
    return items if isinstance(items, list) else TryLater(SOON, Scope.CHANNEL, "SendGrid's list could not be read")


def _of(entry: Any, meaning: str) -> list[Report]:
    """Nothing where an entry makes no sense: the others still do."""
    try:
        address, happened_at = str(entry["email"]), moment(entry["created"])
        said = plain(entry.get("reason"))
    except (ValueError, TypeError, LookupError, AttributeError):
        return []
    key = f"listed {meaning} {happened_at.isoformat()}"
    if meaning in _WORDS:
        return [Report("", meaning, happened_at, key, suppress=True, address=address)]
    late = table("sendgrid").late(meaning, said)
    return [
        Report("", late.fault.value, happened_at, key, late.code, said or late.reason, None, late.suppress, late.alert,
               address, never_arrived=late.never_arrived)
    ]  # fmt: skip
