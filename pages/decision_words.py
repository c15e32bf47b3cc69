"""Entries of the audit, as a person would tell them: who, what, and concerning whom or what."""

import json
import re
from collections.abc import Mapping
from typing import Any

from data import queries, sequences
from data.lifecycle import Channel
from data.store import Row
from pages.asking_rules import in_words
from pages.workspace import store

_WHO = {"demo": "the demo", "recipient": "the recipient", "guardrail": "Askwell itself", "engine": "Askwell itself"}
_DECISIONS = {
    "rules": "Changed the rules",
    "stop": "Stopped",
    "lift": "Lifted a stop",
    "reply": "Decided on a reply",
    "erase": "Erased a person",
    "merge contacts": "Merged two people",
    "set place": "Set where somebody lives",
    "never ask": "Never to be asked again",
    "lift suppression": "Allowed a person again",
    "follow-ups": "Changed the follow-ups",
    "template": "Saved a template",
    "retire template": "Retired a template",
    "seen": "Saw a provider's alert",
    "resend": "Sent again",
    "mark as sent": "Marked as sent",
    "send now": "Asked to send now",
    "cancel": "Cancelled",
    "override": "Asked all the same",
    "rename sender": "Corrected a sender's name",
    "retire sender": "Took off the team",
    "bring back sender": "Brought back to the team",
    "hand over": "Handed over",
    "rename contact": "Corrected somebody's name",
    "change address": "Corrected how somebody is reached",
    "change time": "Changed when to ask",
}
_ONE = re.compile(r"(request|contact|reply) (\d+)")
_VERDICTS = {"opted_out": "Opted out", "wrong_person": "Wrong person", "fine": "All fine"}
_SOURCES = {"console": "In the console", "sms": "They wrote START by SMS", "whatsapp": "They wrote START by WhatsApp"}


def who(one: Row) -> str:
    """As it reads within a sentence."""
    return _WHO.get(one["actor"]) or str(one["actor"] or "")


def decision(one: Row) -> str:
    return _DECISIONS.get(one["action"]) or _opening(one["action"])


def _opening(text: str | None) -> str:
    """As at the start of a sentence; the rest stays as it is."""
    return (text or "")[:1].upper() + (text or "")[1:]


def concerning(one: Row, members: Mapping[int, str]) -> str:
    """Whom or what a decision was about; `members` are the team's names by id."""
    subject = str(one["subject"] or "")
    first, _, rest = subject.partition(" ")
    match one["action"]:
        case "stop" | "lift":
            return _stopped(first, rest, members)
        case "follow-ups":
            return _template(rest) if rest else "Every template"
        case "rename sender" | "retire sender" | "bring back sender":
            return _stopped(first, rest, members)
        case "reply":
            return ""  # its number is told nowhere; who gave it is named
        case "template" | "retire template":
            return f"Template “{subject}”"
        case "lift suppression":
            return "1 reason not to ask" if first == "1" else f"{first} reasons not to ask"
        case _:
            return _opening(subject if first != "1" else subject.removesuffix("s"))


def person(one: Row) -> tuple[str, int] | None:
    """The "request" or the "contact" that a decision was about, with its id, where it was about one."""
    found = _ONE.fullmatch(str(one["subject"] or ""))
    if not found:
        return None
    kind, id = found[1], int(found[2])
    if kind != "reply":
        return kind, id
    contact = queries.contact_of_reply(store(), id)
    return ("contact", contact) if contact else None


def _template(id: str) -> str:
    return f"Template “{queries.template_name(store(), int(id))}”"


def _stopped(scope: str, subject: str, members: Mapping[int, str]) -> str:
    match scope:
        case "everything":
            return "All sending"
        case "channel":
            return Channel(subject).label
        case "sender":
            return members.get(int(subject), "A sender")
        case "template":
            return _template(subject)
        case _:
            return _opening(f"{scope} {subject}".strip())


def detail(one: Row) -> str:
    """What was decided, in full."""
    text = str(one["detail"] or "")
    match one["action"]:
        case "rules" | "rename sender":
            return text.replace("->", "→")
        case "reply":
            return _VERDICTS.get(text, text)
        case "lift suppression":
            return _SOURCES.get(text, text)
        case "follow-ups":
            return _steps(text)
        case _:
            return _opening(text)


def _steps(text: str) -> str:
    """Steps are kept as JSON."""
    try:
        kept: Any = json.loads(text)
    except ValueError:
        return _opening(text)
    steps = sequences.parse(kept)
    return _opening(in_words(steps, "the same channel")) if steps else "None"
