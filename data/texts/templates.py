"""A template's text: `{field}` and `{field|fallback}`, what is wrong with it, and what a person receives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from data.lifecycle import Channel

FIELDS: dict[str, str] = {
    "first_name": "the first name of the person asked",
    "name": "the full name of the person asked",
    "business": "the name of your business",
    "sender": "the name of the person who asks",
    "link": "the link to the review page",
}
# Twilio's limit for one SMS, Meta's for the body of a WhatsApp template; an email longer than this is not read.
TEXT_LIMIT = {Channel.SMS: 1600, Channel.WHATSAPP: 1024, Channel.EMAIL: 20_000}
SUBJECT_LIMIT = 150
VALUE_LIMIT = 2000
_FIELD = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")
_HIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_OTHER_WORDS = {
    "customer": "name", "client": "name", "contact": "name", "fullname": "name", "firstname": "first_name",
    "given_name": "first_name", "company": "business", "brand": "business", "location": "business", "shop": "business",
    "agent": "sender", "user": "sender", "from": "sender", "url": "link", "review_link": "link", "review_url": "link",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text that goes out."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The fields that have neither a value nor a fallback."""

    fields: tuple[str, ...]

    @property
    def sentence(self) -> str:
        shown = " and ".join(f"{{{field}}}" for field in self.fields)
        return f"There is nothing to put in place of {shown}; fill it in, or give the template a fallback."


@dataclass(frozen=True, slots=True)
class Unfit:
    """A text that cannot go out whatever the values: a stray brace, or too long."""

    sentence: str


def fields_in(text: str) -> tuple[str, ...]:
    """The names of the fields in `text`, each once, in order of appearance."""
    return tuple(dict.fromkeys(match[1].strip() for match in _FIELD.finditer(text)))


def as_written(text: str, field: str) -> str:
    """The field as it stands in `text`, with its fallback."""
    return next((match[0] for match in _FIELD.finditer(text) if match[1].strip() == field), f"{{{field}}}")


def render(text: str, values: Mapping[str, str], limit: int = 20_000) -> Rendered | Missing | Unfit:
    """`text` with its fields filled in, in one pass: braces inside a value stay as they are."""
    stray, parts = _parts(text)
    if stray:
        return Unfit(stray)
    filled = [(part, part if isinstance(part, str) else part.value(values)) for part in parts]
    fields = [(part.name, value) for part, value in filled if isinstance(part, _Field)]
    if missing := [name for name, value in fields if not value]:
        return Missing(tuple(dict.fromkeys(missing)))
    if long := next(((name, value) for name, value in fields if len(value) > VALUE_LIMIT), None):
        return Unfit(f"{{{long[0]}}} would be {len(long[1]):,} characters long; {VALUE_LIMIT:,} is the most.")
    whole = "".join(value for _, value in filled)
    if len(whole) > limit:
        return Unfit(f"The text would have {len(whole)} characters; {limit} is the most that can be sent.")
    return Rendered(whole)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    fallback: str

    def value(self, values: Mapping[str, str]) -> str:
        return values.get(self.name, "").strip() or self.fallback


@lru_cache(maxsize=256)
def _parts(text: str) -> tuple[str | None, list[str | _Field]]:
    """What is wrong with its braces, and its pieces in order: a template is filled in many times."""
    parts: list[str | _Field] = []
    end = 0
    for match in _FIELD.finditer(text):
        parts += [text[end : match.start()], _Field(match[1].strip(), (match[2] or "").strip())]
        end = match.end()
    return _stray_brace(text), [part for part in [*parts, text[end:]] if part]


def problems(text: str, channel: Channel) -> list[str]:
    """What keeps `text` from being a template for `channel`, a sentence each; none when it is ready."""
    if not text.strip():
        return ["The text is empty; write what the person should read."]
    found = [*_field_problems(text), *_length_problem(text, TEXT_LIMIT[channel], "The text")]
    if "link" not in fields_in(text):
        found.append("There is no {link}; without it nobody can leave a review.")
    return found


def subject_problems(text: str) -> list[str]:
    """What keeps `text` from being the subject of an email; none when it is ready."""
    if not text.strip():
        return ["The subject is empty; write what the email is about."]
    found = [*_field_problems(text), *_length_problem(text, SUBJECT_LIMIT, "The subject")]
    if len(text.strip().splitlines()) > 1:
        found.append("The subject has more than one line; keep one.")
    if "link" in fields_in(text):
        found.append("A {link} does not work in a subject; put it into the text.")
    return found


def _field_problems(text: str) -> list[str]:
    stray = _stray_brace(text)
    unknown = [_unknown(field) for field in fields_in(text) if field not in FIELDS]
    hollow = [
        f"The fallback of {{{match[1].strip()}}} is empty; write one after the | or leave the | out."
        for match in _FIELD.finditer(text)
        if match[2] is not None and not match[2].strip()
    ]
    linked = any(match[1].strip() == "link" and match[2] is not None for match in _FIELD.finditer(text))
    return [
        *([stray] if stray else []),
        *hidden_marks(text),
        *unknown,
        *hollow,
        *(["{link} takes no fallback; every request has its own link."] * linked),
    ]


def hidden_marks(text: str) -> list[str]:
    """That the text holds what nobody sees and phones obey: control characters, and marks that turn its direction."""
    found = _HIDDEN.search(text)
    if not found:
        return []
    here = " ".join(_HIDDEN.sub("", text[max(0, found.start() - 12) : found.end() + 12]).split())
    return [f"There is a hidden mark (U+{ord(found[0]):04X}) near “{here}”; write these words anew, by hand."]


def _stray_brace(text: str) -> str | None:
    rest = _FIELD.sub(lambda match: "\0" * len(match[0]), text)
    place = next((i for i, character in enumerate(rest) if character in "{}"), None)
    if place is None:
        return None
    if "{{" in text or "}}" in text:
        return "Fields take single braces: {first_name}, not {{first_name}}."
    here = " ".join(text[max(0, place - 12) : place + 13].split())
    return f"A brace has no partner near “{here}”; write fields like {{first_name}}."


def _unknown(field: str) -> str:
    if not field:
        return "There is a field without a name, {}; write one of " + _all_fields() + "."
    word = re.sub(r"\W+", "_", field.lower()).strip("_")
    close = get_close_matches(word, [*FIELDS, *_OTHER_WORDS], n=1, cutoff=0.6)
    if not close:
        return f"There is no field {{{field[:40]}}}; there are {_all_fields()}."
    return f"There is no field {{{field[:40]}}}; did you mean {{{_OTHER_WORDS.get(close[0], close[0])}}}?"


def _all_fields() -> str:
    return ", ".join(f"{{{field}}}" for field in FIELDS)


def _length_problem(text: str, limit: int, what: str) -> list[str]:
    return [f"{what} has {len(text)} characters; {limit} is the most."] if len(text) > limit else []
