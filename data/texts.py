"""The exact text a person receives: the same function writes the preview, the message and the story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.checks import first_name
from data.templates import Missing, Rendered, Unfit, render


@dataclass(frozen=True, slots=True)
class Text:
    """What goes out; only an email has a subject."""

    body: str
    subject: str | None = None


def write(
    template: Mapping[str, Any], contact_name: str, sender: str, business: str, link: str
) -> Text | Missing | Unfit:
    """Fills a template's row (`subject`, `body`) in for one person."""
    values = {
        "name": contact_name,
        "first_name": first_name(contact_name),
        "sender": sender,
        "business": business,
        "link": link,
    }
    body = render(template["body"], values)
    subject = render(template["subject"], values) if template["subject"] else None
    if not isinstance(body, Rendered):
        return body
    if subject is None or isinstance(subject, Rendered):
        return Text(body.text, subject and subject.text)
    return subject


def link(public_url: str, token: str) -> str:
    """A message's own link."""
    return f"{public_url}/r/{token}"
