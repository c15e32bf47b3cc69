"""Which rows of a file are the same person, and which of its addresses are nobody's own."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from data.checks.typed import Checked
from data.lifecycle import Channel

_NOT_A_DIGIT = re.compile(r"\D")
_TELLING = 7  # the last digits of a phone number, which every way to write it shares


@dataclass(frozen=True, slots=True)
class Owner:
    """The name, phone number and email address of a row, as checked; what is missing or wrong is ""."""

    name: str
    phone: str
    email: str


def repeated(pairs: Collection[tuple[str, str]]) -> Iterator[int]:
    """Places of those pairs of phone and email, as typed, of which either seems to stand there twice: a quick look."""
    keys = [(_NOT_A_DIGIT.sub("", phone)[-_TELLING:], email.strip().casefold()) for phone, email in pairs]
    phones, emails = Counter(phone for phone, _ in keys), Counter(email for _, email in keys)
    for place, (phone, email) in enumerate(keys):
        if phone and email and (phones[phone] > 1 or emails[email] > 1):
            yield place


def shared(owners: Iterable[Owner]) -> dict[str, int]:
    """On how many lines each address stands that has several others beside it, under several names or none.

    Such as a till's noemail@example.com, or the one phone of a household.
    """
    beside: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    lines: Counter[str] = Counter()
    for place, one in enumerate(owners):
        for address, other in ((one.phone, one.email), (one.email, one.phone)):
            if address and other:
                beside.setdefault(address, set()).add(other)
                names.setdefault(address, set()).add(one.name.casefold() or f"\0{place}")
                lines[address] += 1
    return {at: lines[at] for at, others in beside.items() if len(others) > 1 and len(names[at]) > 1}


@dataclass(slots=True)
class People:
    """The people of a file so far; `seen` is by what tells a person, and says the line of the first."""

    shared: Mapping[str, int]
    seen: dict[str, int] = field(default_factory=dict[str, int])

    def own(self, phone: Checked, email: Checked, wanted: Channel | None) -> tuple[Checked, Checked]:
        """The two without one that is shared, if the other is left; `wanted` is the channel the row asks for."""
        if phone.value and email.value:
            if email.value in self.shared and wanted is not Channel.EMAIL:
                return phone, self._nobodys(email.value, "email address", "phone numbers")
            if phone.value in self.shared and wanted in (None, Channel.EMAIL):
                return self._nobodys(phone.value, "phone number", "email addresses"), email
        return phone, email

    def _nobodys(self, address: str, what: str, others: str) -> Checked:
        return Checked(trouble=f"This {what} stands on {self.shared[address]} lines, beside different {others}.")

    def same(self, typed: Owner, kept: Owner, address: str, line: int) -> str | None:
        """That this person stands on a line above; by a shared address only together with the name."""
        own = [at for at in (kept.phone, kept.email) if at]
        named = [
            f"{typed.name.casefold()}\0{at}" for at in (typed.phone, typed.email) if typed.name and at in self.shared
        ]
        keys = [*own, *named]
        first = next((self.seen[key] for key in (address, *keys) if key in self.seen), line)
        same_address = address in self.seen
        for key in keys:
            self.seen.setdefault(key, first)
        if first == line:
            return None
        return f"Same {_what(address) if same_address else 'person'} as line {first}."


def _what(address: str) -> str:
    return "email address" if "@" in address else "phone number"
