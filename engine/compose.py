"""Template and contact become the message that leaves."""

from collections.abc import Mapping
from typing import Any

from connectors.contract import Fault, Message, Refused
from data.claims import Claimed
from data.texts import Text, link, write
from engine.inbox import reference


def compose(
    claimed: Claimed, templates: Mapping[tuple[int, int], Mapping[str, Any]], business: str, public_url: str
) -> Message | Refused:
    """The exact text, or why it cannot be written."""
    template = templates.get(claimed.template)
    if template is None:
        return Refused(Fault.FAILED, "template", "Its template does not exist any more")
    text = write(template, claimed.contact_name, claimed.sender, business, link(public_url, claimed.token))
    if not isinstance(text, Text):
        return Refused(Fault.FAILED, "template", text.sentence)
    return Message(
        reference(claimed.id, claimed.token), claimed.channel.value, claimed.address, text.body, text.subject
    )
