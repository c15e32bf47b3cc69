"""Template and contact become the message that leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract import Message
from data.claims import Claimed
from data.lifecycle import Channel
from data.texts import Text, fill, link, unsubscribe_link, values_of, with_foot, write
from data.verdicts import Blocked, RuleCode
from engine.inbox import reference

Templates = Mapping[tuple[int, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who asks, and where their links lead."""

    business: str
    address: str
    public_url: str


def compose(claimed: Claimed, templates: Templates, head: Letterhead) -> Message | Blocked:
    """The exact text, or why it cannot be written."""
    template = templates.get(claimed.template)
    if template is None:
        return Blocked(RuleCode.TEMPLATE, "Its template does not exist any more")
    url = link(head.public_url, claimed.token, claimed.id)
    text = write(template, claimed.contact_name, claimed.sender, head.business, url)
    if not isinstance(text, Text):
        return Blocked(RuleCode.TEMPLATE, text.sentence)
    if claimed.channel is Channel.EMAIL:
        return _email(claimed, text, head)
    approved = _approved(template, claimed, head.business, url) if claimed.channel is Channel.WHATSAPP else {}
    if isinstance(approved, Blocked):
        return approved
    return Message(
        reference(claimed.id, claimed.token),
        claimed.channel.value,
        claimed.address,
        text.body,
        text.subject,
        **approved,
    )


def _email(claimed: Claimed, text: Text, head: Letterhead) -> Message:
    leave = unsubscribe_link(head.public_url, claimed.token, claimed.id)
    body = with_foot(text.body, head.business, head.address, leave)
    return Message(
        reference(claimed.id, claimed.token), claimed.channel.value, claimed.address, body, text.subject,
        unsubscribe=leave,
    )  # fmt: skip


def _approved(template: Mapping[str, Any], claimed: Claimed, business: str, url: str) -> dict[str, Any] | Blocked:
    """What a provider needs of a WhatsApp template that Meta approved; nothing where there is none.

    An empty variable makes providers refuse the template, which would then be held back from everybody.
    """
    if not template.get("provider_name"):
        return {}
    values = values_of(claimed.contact_name, claimed.sender, business, url)
    fields = json.loads(template["variables"] or "{}")
    variables = {name: fill(field, values, template["body"]) for name, field in fields.items()}
    if empty := [name for name, value in variables.items() if not value]:
        return Blocked(RuleCode.TEMPLATE, f"The provider's variable “{empty[0]}” would be empty; give it a fallback.")
    return {"content_id": template["provider_name"], "language": template["language"] or "en", "variables": variables}
