"""The exact text a person receives: the same function writes the preview, the message and the story."""

import hmac
import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.checks import first_name, is_name
from data.lifecycle import Channel
from data.texts.templates import TEXT_LIMIT, Missing, Rendered, Unfit, as_written, render

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNS = string.ascii_letters + string.digits  # phones leave a last dash out of the link they make
_TOKEN = 8  # signs, 47 bits
PREVIEW = "preview_"  # stands for the token of a message that is not queued yet; as long as a real one
_CODE = re.compile(r"([0-9a-z]{1,13})-(.{1,200})")
_SAMPLE = 36**4  # stands for a message that has no number yet; as long as the numbers of the first 60 million


@dataclass(frozen=True, slots=True)
class Text:
    """What goes out; only an email has a subject."""

    body: str
    subject: str | None = None


def write(
    template: Mapping[str, Any], contact_name: str, sender: str, business: str, link: str
) -> Text | Missing | Unfit:
    """Fills a template's row (`channel`, `subject`, `body`) in for one person."""
    values = values_of(contact_name, sender, business, link)
    body = render(template["body"], values, TEXT_LIMIT[Channel(template["channel"])])
    subject = render(template["subject"], values) if template["subject"] else None
    if not isinstance(body, Rendered):
        return body
    if subject is None or isinstance(subject, Rendered):
        return Text(body.text, subject and subject.text)
    return subject


def values_of(contact_name: str, sender: str, business: str, link: str) -> dict[str, str]:
    """The value of every field, for one message."""
    return {
        "name": contact_name if is_name(contact_name) else "",
        "first_name": first_name(contact_name),
        "sender": sender,
        "business": business,
        "link": link,
    }


def fill(text: str, values: Mapping[str, str], body: str) -> str:
    """A provider's variable: a text with fields, or the name of one, which then reads as it does in the `body`.

    Empty where a value is missing.
    """
    filled = render(text if "{" in text else as_written(body, text), values)
    return filled.text if isinstance(filled, Rendered) else ""


def with_foot(body: str, business: str, address: str, leave: str) -> str:
    """An email's text with what the law wants below it: who writes, from where, and how to hear no more."""
    return f"{body}\n\n--\n{', '.join(part for part in (business, address) if part)}\nUnsubscribe: {leave}"


def new_token() -> str:
    """What nobody can guess of a message's link."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_TOKEN))


def link(public_url: str, token: str, id: int = _SAMPLE) -> str:
    """A message's own link: its number finds it among millions, its random token proves it."""
    return f"{public_url}/r/{code(id, token)}"


def unsubscribe_link(public_url: str, token: str, id: int = _SAMPLE) -> str:
    return f"{public_url}/u/{code(id, token)}"


def code(id: int, token: str) -> str:
    return f"{_base36(id)}-{token}"


def decode(code: str) -> tuple[int, str] | None:
    """The message's id and what should be its token; None for what is no code of ours."""
    found = _CODE.match(code)
    id = int(found[1], 36) if found else 0
    return (id, found[2]) if found and 0 < id < 2**63 else None


def proves(said: str, token: str) -> bool:
    """Whether a link's end is this token.

    A program may have taken for part of it what stood behind: a full stop, a bracket, a slash.
    """
    same = hmac.compare_digest(token.encode(), said[: len(token)].encode())
    return bool(token) and same and not said[len(token) :][:1].isalnum()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
