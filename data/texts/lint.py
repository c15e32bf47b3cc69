"""Looks a template through before it is kept or sent: what is refused or only unwise, where, and how to put it."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from data.lifecycle import Channel
from data.texts import segments
from data.texts.lint_languages import UNLESS, patterns
from data.texts.lint_rules import RULES, Rule, Severity
from data.texts.templates import TEXT_LIMIT, Rendered, Unfit, fields_in, problems, render, subject_problems

LONG_EMAIL = 2000  # characters
MOST_SEGMENTS = 2
_LINK = "https://example.com/r/1234567"
_SAMPLE = {"first_name": "Alexander", "name": "Alexander Smith", "sender": "Samantha"}
_OPT_OUT = re.compile(
    r"\bSTOP\b(?! (?:by|in)\b)|(?i:\b(?:reply|text|send|answer|write)\b"
    r"(?:.{0,15}\bstop\b| .?(?:end|unsubscribe|quit|cancel|optout|stopall)\b))"
)
_UNSEEN = ("Cf", "Mn", "Me")  # what joins, directs or marks others
_LOOK_ALIKES = str.maketrans(  # Cyrillic and Greek
    "асԁеһіјӏорѕухАВСЕНІЈКМОРЅТУХαεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧı",
    "acdehijlopsyxABCEHIJKMOPSTYXaeiknoptuxABEZHIKMNOPTYXi",
)
_FIELDS = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `words` are those it was found in, empty where something is missing."""

    code: str
    severity: Severity
    sentence: str
    suggestion: str = ""
    words: str = ""

    @property
    def in_words(self) -> str:
        where = f"“{self.words}”: " if self.words else ""
        return f"{where}{self.sentence} {self.suggestion}".strip()


def refusals(
    channel: Channel, body: str, subject: str | None, business: str, beside: tuple[str, ...] = ()
) -> list[Finding]:
    """What keeps a text from being kept or sent."""
    found = look(channel, body, subject or "", business, "", beside)
    return [one for one in found if one.severity is Severity.REFUSE]


@lru_cache(maxsize=1024)
def look(
    channel: Channel, body: str, subject: str, business: str, link: str, beside: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Everything found, what is refused first; `link` is one such as messages get, for its length.

    `beside` is what else is said in the message: the texts of a provider's variables.
    """
    malformed = [*problems(body, channel), *(subject_problems(subject) if channel is Channel.EMAIL else [])]
    found = [Finding("form", Severity.REFUSE, sentence) for sentence in malformed]
    filled = render(body, _SAMPLE | {"business": business, "link": link or _LINK}, TEXT_LIMIT[channel])
    if isinstance(filled, Unfit) and not malformed:
        found.append(Finding("form", Severity.REFUSE, filled.sentence))
    if len(body) <= 20_000:
        found += [*_said("\n\n".join([subject, body, *beside]), business), *_missing(channel, body, subject, business)]
        found += [*_weighed(channel, body, filled)]
    return tuple(sorted(found, key=lambda one: one.severity is Severity.WARN))


def _said(text: str, business: str) -> Iterator[Finding]:
    """What the table of rules knows: each rule once, at its first words; those that are refused go first."""
    parts = _sentences(text, business)
    for rule in RULES:
        for severity in Severity:
            first = next((words for part in parts if (words := _words(rule, severity, part))), None)
            if first:
                yield Finding(rule.code, severity, rule.sentence, rule.suggestion, first)
                break


def _words(rule: Rule, severity: Severity, part: str) -> str | None:
    """Those found in any language, each of which excuses only what it found itself."""
    for language in _compiled(rule):
        found = next((match for one in language[severity] if (match := one.search(part))), None)
        if found and not any(one.search(part) for one in language[UNLESS]):
            return found[0].strip()[:80]
    return None


@cache
def _compiled(rule: Rule) -> list[dict[str, list[re.Pattern[str]]]]:
    """What one rule looks for in each language, by grade."""
    english: dict[str, tuple[str, ...]] = {grade: rule.graded(grade) for grade in Severity}
    english[UNLESS] = (rule.unless,) if rule.unless else ()
    others = [{grade: of.get((rule.code, grade), ()) for grade in english} for of in patterns().values()]
    return [
        {grade: [re.compile(one, re.IGNORECASE) for one in texts] for grade, texts in language.items()}
        for language in (english, *others)
    ]


def _sentences(text: str, business: str) -> list[str]:
    """Sentences in plain letters; the business may be called what it likes."""
    plain = _plain(text)
    if business.strip():
        named = rf"(?<![\w.@-]){re.escape(_plain(business))}(?![\w@-]|\.\w)"
        plain = re.sub(named, "{business}", plain, flags=re.IGNORECASE)
    parts = re.split(r"(?<=[.!?])\s+|\n\s*\n|(?<=\{link\})", plain)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _plain(text: str) -> str:
    """As the eye takes it: without accents and what cannot be seen, and look-alikes in the letters they pass for."""
    seen = (c for c in unicodedata.normalize("NFKD", html.unescape(text)) if unicodedata.category(c) not in _UNSEEN)
    return segments.plain("".join(seen).translate(_LOOK_ALIKES))


def _missing(channel: Channel, body: str, subject: str, business: str) -> Iterator[Finding]:
    if channel is Channel.SMS and not _OPT_OUT.search(body):
        yield Finding(
            "opt_out", Severity.REFUSE, "It does not say how to opt out; carriers want that in texts.",
            "End with: Reply STOP to opt out",
        )  # fmt: skip
    named = "business" in fields_in(f"{subject} {body}")
    if not named and (not business.strip() or business.casefold() not in f"{subject} {body}".casefold()):
        yield Finding("business", Severity.REFUSE, "It does not say who is asking.", "Put {business} into it.")


def _weighed(channel: Channel, body: str, filled: object) -> Iterator[Finding]:
    letters = [c for c in _FIELDS.sub("", body) if c.isalpha()]
    if len(letters) >= 20 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
        yield Finding(
            "capitals", Severity.WARN, "It is all in capitals; that reads as shouting.", "Write as you speak."
        )
    if body.count("!") > 2 or "!!" in body:
        yield Finding(
            "shouting", Severity.WARN, "It has several exclamation marks; filters take that for spam.", "One is plenty."
        )
    if channel is Channel.EMAIL and len(body) > LONG_EMAIL:
        yield Finding("long", Severity.WARN, f"It has {len(body)} characters; few read so far.", "Three sentences do.")
    if channel is Channel.SMS:
        yield from _cost(filled)


def _cost(rendered: object) -> Iterator[Finding]:
    if not isinstance(rendered, Rendered):
        return
    counted = segments.count(rendered.text)
    if counted.forcing:
        yield Finding(
            "ucs2", Severity.WARN, "Outside the plain SMS alphabet: a segment holds 70 characters instead of 160.",
            "Use plain letters, quotes and dashes.", " ".join(counted.forcing[:8]),
        )  # fmt: skip
    if counted.segments > MOST_SEGMENTS:
        yield Finding(
            "segments", Severity.WARN, f"It costs {counted.segments} segments each time.",
            f"Shorten it to {MOST_SEGMENTS} at most.",
        )  # fmt: skip
