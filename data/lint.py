"""Reads a template as the law, the review sites and the carriers do: what must not and what had better not be in it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data import segments
from data.lifecycle import Channel
from data.templates import fields_in

_MOST_SEGMENTS = 2
_LONG_EMAIL = 2000  # characters
_OPT_OUT = re.compile(r"\b(stop|opt[ -]?out|unsubscribe)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """`severity` is "refuse" (it cannot be kept so) or "warn"; `words` are those that it is about."""

    code: str
    severity: str
    sentence: str
    suggestion: str
    words: str = ""

    @property
    def refuses(self) -> bool:
        return self.severity == "refuse"


def lint(text: str, channel: Channel, business: str, subject: str = "") -> list[Finding]:
    """Everything that is wrong with a template's text, what refuses it first."""
    found = [*_said(f"{subject}\n{text}" if subject else text), *_missing(text, channel, business, subject)]
    found += _costly(text, channel)
    return sorted(found, key=lambda one: not one.refuses)


def _said(text: str) -> Iterator[Finding]:
    for code, severity, pattern, sentence, suggestion in _table():
        if match := pattern.search(text):
            yield Finding(code, severity, sentence, suggestion, " ".join(match[0].split())[:60])


def _missing(text: str, channel: Channel, business: str, subject: str) -> Iterator[Finding]:
    fields = {*fields_in(text), *fields_in(subject)}
    if "link" not in fields:
        yield Finding("link", "refuse", "There is no {link}", "Put {link} where the person should press")
    if "business" not in fields and business.casefold() not in f"{subject} {text}".casefold():
        yield Finding("business", "refuse", "It does not say who writes", "Put {business} into it")
    if channel is Channel.SMS and not _OPT_OUT.search(text):
        yield Finding("opt_out", "refuse", "It does not say how to opt out", "End it with: Reply STOP to opt out")


def _costly(text: str, channel: Channel) -> Iterator[Finding]:
    if channel is Channel.EMAIL and len(text) > _LONG_EMAIL:
        yield Finding("long", "warn", f"It has {len(text):,} characters", "A few sentences are read, more are not")
    if channel is not Channel.SMS:
        return
    counted = segments.count(text)
    if counted.forcing:
        signs = " ".join(counted.forcing[:5])
        yield Finding("unicode", "warn", "Some characters make every part shorter", "Use plain ones instead", signs)
    if counted.segments > _MOST_SEGMENTS:
        yield Finding("parts", "warn", f"It takes {counted.segments} SMS parts", "Each part costs; shorten it")


@cache
def _table() -> tuple[tuple[str, str, re.Pattern[str], str, str], ...]:
    """lint.csv: what a text must not, or had better not, say."""
    with Path(__file__).with_name("lint.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            (r["code"], r["severity"], re.compile(f"(?i:{r['pattern']})"), r["sentence"], r["suggestion"])
            for r in csv.DictReader(lines)
        )
