"""What a provider's error codes mean for us: one table per provider, kept as data beside this file.

Classes: T try later · TP try later, the sender waits · U undelivered · US undelivered, never this address again ·
UN undelivered, never this person again, whatever they say later ·
UA undelivered, somebody should look · F failed · FA failed, somebody should look ·
FT the template was rejected: all that would go with it waits for a person ·
(a text that is too long once filled in, Meta's 132005, is one person's long name: FA) ·
H taken, but held back · HA the same, somebody should look ·
C configuration: the channel waits for a person · Cc the same for the recipient's country only · A may have left.
`tries` limits how often a T is tried. `arrived` is `no` where whoever it was for certainly got nothing.
A code that is in no table is FA: failed, loudly, once. A row without words takes the provider's own.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from connectors.contract import Fault, NoAnswer, Outcome, Refused, Report, Scope, TryLater
from connectors.http import UNTIL_FIXED, misconfigured
from connectors.incoming import plain

_CONFIGURATION = frozenset({401, 403, 404, 405, 407, 415})
_AGAIN = "They got nothing: press Ask again"
_SCOPES = {"TP": Scope.SENDER, "C": Scope.CHANNEL, "Cc": Scope.COUNTRY}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of a table."""

    code: str
    kind: str
    words: str
    scope: Scope = Scope.MESSAGE
    wait: timedelta = timedelta(minutes=1)
    tries: int | None = None
    never_arrived: bool = False

    @property
    def suppresses(self) -> bool:
        return self.kind in ("US", "UN")

    @property
    def of_recipient(self) -> bool:
        """Whether the recipient, not the message or our account, is in the way; a provider's hiccup counts as that."""
        return self.kind in ("U", "US", "UN", "UA", "T", "A")


class Codes:
    """A provider's table."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._meanings = meanings

    def __contains__(self, code: str) -> bool:
        return code in self._meanings

    def longest(self, text: str) -> str:
        """The longest code that `text` begins with: providers add words to theirs. `text` itself where none does."""
        return max((code for code in self._meanings if text.startswith(code)), key=len, default=text)

    def meaning(self, code: str, said: str = "") -> Meaning:
        """The row of a code; of an unknown one what the provider `said`, to be looked at."""
        found = self._meanings.get(code) or Meaning(plain(code), "FA", "")
        return found if found.words else replace(found, words=plain(said) or f"Unknown error {plain(code)}")

    def outcome(self, code: str, said: str, status: int) -> Outcome:
        """What follows when `code` comes as the answer to sending; `status` decides where the code is unknown."""
        if code not in self and status in _CONFIGURATION:
            return misconfigured(status, plain(said))
        found = self.meaning(code, said)
        if found.kind == "A":
            return NoAnswer(found.words)
        if later := _later(found):
            return later
        fault = Fault.UNDELIVERED if found.of_recipient else Fault.FAILED
        return Refused(fault, found.code, found.words, found.suppresses, found.kind in ("FA", "UA"))

    def late(self, code: str, said: str) -> Refused:
        """What follows when `code` comes in a hook, after the message was accepted: there is no trying it again by
        itself.

        A provider may still correct itself, and whether an ask still fits is for a person to say: where nothing arrived
        and another try may do better, they are told so. What would have made more than this message wait, had it been
        the answer, makes the others wait now.
        """
        found, later = self.meaning(code, said), _later(self.meaning(code, said))
        fault = Fault.UNDELIVERED if found.of_recipient else Fault.FAILED
        alert = found.kind in ("FA", "UA", "C", "Cc", "TP")
        halt = later if later and later.scope is not Scope.MESSAGE else None
        again = found.kind == "T" and found.never_arrived and not halt
        words = f"{found.words}. {_AGAIN}" if again else found.words
        return Refused(fault, found.code, words, found.suppresses, alert, halt, found.never_arrived)

    def report(self, code: str, said: str, reference: str, happened_at: datetime, key: str, provider_id: str) -> Report:
        """The report of trouble `code`."""
        late = self.late(code, said)
        return Report(
            reference,
            late.fault.value,
            happened_at,
            f"{key} {late.code}",
            late.code,
            late.reason,
            provider_id or None,
            late.suppress,
            late.alert,
            halt=late.halt,
            never_arrived=late.never_arrived,
        )


def _later(found: Meaning) -> TryLater | None:
    if found.kind == "FT":
        return TryLater(timedelta(0), Scope.TEMPLATE, f"{found.words} ({found.code})", needs_person=True)
    if found.kind in ("T", "TP", "C", "Cc"):
        return TryLater(found.wait, found.scope, found.words, found.kind.startswith("C"), found.tries)
    return None


def is_for_ever(provider: str, code: str) -> bool:
    """Whether who is in the way by this code must never be asked, not even if they say START."""
    return _file(provider).exists() and table(provider).meaning(code).kind == "UN"


def is_known(provider: str, code: str) -> bool:
    """Whether a provider's table has a code; one that has no table says nothing we do not know."""
    return not _file(provider).exists() or code in table(provider)


def _file(provider: str) -> Path:
    return Path(__file__).with_name(f"{provider}_codes.csv")


@cache
def table(provider: str) -> Codes:
    """The table `<provider>_codes.csv`; a code may be a range of numbers such as 200-299."""
    meanings: dict[str, Meaning] = {}
    with _file(provider).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = row["class"]
            scope = Scope(row["scope"]) if row["scope"] else _SCOPES.get(kind, Scope.MESSAGE)
            wait = timedelta(seconds=int(row["wait"])) if row["wait"] else _patience(kind)
            tries, lost = int(row.get("tries") or 0) or None, row["arrived"] == "no"
            for code in _expanded(row["code"]):
                meanings[code] = Meaning(code, kind, row["words"], scope, wait, tries, lost)
    return Codes(meanings)


def _patience(kind: str) -> timedelta:
    return UNTIL_FIXED if kind in ("C", "Cc", "TP") else timedelta(minutes=1)


def _expanded(code: str) -> list[str]:
    first, _, last = code.partition("-")
    return [str(n) for n in range(int(first), int(last) + 1)] if first.isdigit() and last.isdigit() else [code]
