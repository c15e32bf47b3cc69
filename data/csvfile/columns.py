"""Which column of a dropped CSV is what, by its heading in several languages and by what stands below it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from data.checks.typed import LONGEST
from data.csvfile.consent import consent_columns, is_answer
from data.csvfile.headings import ABOUT_OTHERS, HEADINGS, MAY_BE_IDS, in_plain, runs

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The index of the column for each field, None where the file has none; several may be about consent."""

    name: int | None = None
    first_name: int | None = None
    last_name: int | None = None
    phone: int | None = None
    email: int | None = None
    channel: int | None = None
    template: int | None = None
    reference: int | None = None
    visited: int | None = None
    zone: int | None = None
    state: int | None = None
    country: int | None = None
    postal: int | None = None
    consent: tuple[int, ...] = ()

    @property
    def trouble(self) -> str | None:
        if self.phone is None and self.email is None:
            return "Choose the column with the phone number or the one with the email address."
        return None


_KNOWN = frozenset().union(*HEADINGS.values())
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+>?")
_BARE_EMAIL = re.compile(r"[^\s@,;|<>]+@[^\s@,;|<>]+\.[^\s@,;|<>]+")
_PHONE = re.compile(r"'?(?:tel:)?\+?[\d\s().\-/]{7,24}")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
_NAME = re.compile(r"[^\W\d_][^\d@:/_]{0,60}")


def guess_columns(headers: Sequence[str], sample_rows: Rows) -> Mapping:
    """The columns as a person would choose them, each used once; what the content contradicts is left out."""
    found: dict[str, int] = {}
    consent = consent_columns(headers, sample_rows)
    for field in HEADINGS:
        free = (place for place in range(len(headers)) if place not in found.values() and place not in consent)
        scores = {place: _score(field, headers[place], _cells(sample_rows, place)) for place in free}
        best = max(scores, key=scores.__getitem__, default=None)
        if best is not None and scores[best] > 0:
            found[field] = best
    return _whole_names(Mapping(**found, consent=consent), sample_rows)


def _cells(rows: Rows, place: int) -> list[str]:
    return [row[place].strip() for row in rows if place < len(row) and row[place].strip()]


def _score(field: str, header: str, cells: Sequence[str]) -> float:
    """How well a column fits: 2-3 by an exact heading, 1-2 by a word in it, below 1 by its content alone."""
    fits = CONTENT.get(field)
    share = sum(map(fits, cells)) / len(cells) if fits and cells else None
    by_heading = _by_heading(field, header)
    if field in ("email", "phone") and share is not None and share < 0.2:
        # Every cell may be wrong; any other column that fits is better.
        return 0.1 if by_heading > 2 and not all(map(is_answer, cells)) else 0
    if by_heading:
        return by_heading
    numbered = re.fullmatch(r"Column \d+", header) is not None
    return 0.9 * share if share and share >= 0.6 and (field in ("email", "phone") or numbered) else 0


def _by_heading(field: str, header: str) -> float:
    words = in_plain(header)
    known = HEADINGS[field]
    if (whole := "".join(words)) in known:
        return 3 - known.index(whole) / len(known)
    if ABOUT_OTHERS.intersection(words) or whole in _KNOWN or field in ("name", "channel"):
        return 0
    if "id" in words and field not in MAY_BE_IDS:
        return 0
    return max((2 - known.index(run) / len(known) for run in _known_runs(header) if run in known), default=0)


@lru_cache(maxsize=256)  # every field asks
def _known_runs(header: str) -> frozenset[str]:
    return frozenset(run for run in _KNOWN.intersection(runs(in_plain(header))) if len(run) > 2)


def heads_addresses(cell: str) -> bool:
    """Whether this is a heading of phone numbers or email addresses."""
    return max(_by_heading("phone", cell), _by_heading("email", cell)) > 0


def _is_phone(cell: str) -> bool:
    digits = sum(c.isdecimal() for c in cell[:LONGEST])
    return 7 <= digits <= 15 and bool(_PHONE.fullmatch(cell)) and not _DATE.fullmatch(cell)


def is_address(cell: str) -> bool:
    """Whether this is an email address or a phone number and nothing else, by its looks."""
    return len(cell) <= LONGEST and (bool(_BARE_EMAIL.fullmatch(cell)) or ("\t" not in cell and _is_phone(cell)))


CONTENT: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: bool(_EMAIL.search(cell[:LONGEST])),
    "phone": _is_phone,
    "name": lambda cell: bool(_NAME.fullmatch(cell)),
}


def _whole_names(mapping: Mapping, rows: Rows) -> Mapping:
    """ "Name, Vorname" and "Nombre, Apellidos" are halves of one name; "Name, First name" repeats it."""
    if mapping.name is None:
        return mapping
    if mapping.first_name is not None and mapping.last_name is None:
        last = max(mapping.name, mapping.first_name)
        pairs = [(row[mapping.name], row[mapping.first_name]) for row in rows if len(row) > last]
        repeated = sum(first.strip().casefold() in full.casefold() for full, first in pairs) * 2 > len(pairs)
        return mapping if repeated else replace(mapping, name=None, last_name=mapping.name)
    if mapping.last_name is not None and mapping.first_name is None:
        return replace(mapping, name=None, first_name=mapping.name)
    return mapping
