"""How a person is found again: the text kept beside a request, and what a search box means."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata

from data.checks.typed import ascii_digits, one_line

_PUNCTUATION = re.compile(r"[\s().\-/‐‑‒–—−+]+")
_SCHEME = re.compile(r"^(?:tel|sms|whatsapp)\s*:\s*|;.*$", re.IGNORECASE)
_FEWEST_DIGITS = 3
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("‘’ʼ´`", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was typed into the search box: the lower-cased text, and the phone digits it may stand for.

    `number` is what it says where that is a complete number; it may still be a part of a longer one.
    """

    needle: str
    digits: str | None = None
    number: int | None = None

    @property
    def needles(self) -> list[str]:
        """A text that holds one of them is found; one kept before letters were folded may hold them as typed."""
        wanted = {self.needle, folded(self.needle), self.digits or self.needle}
        return sorted(one for one in wanted if not any(other in one for other in wanted - {one}))


def search_terms(name: str, email: str, phone: str, reference: str = "") -> str:
    """The text a request is found by: name, email and phone digits, a line each, the folded name, the reference."""
    lower = one_line(name).lower()
    digits = "".join(c for c in phone if c.isdecimal())
    plain = folded(lower)
    known = one_line(reference).lower()
    return "\n".join([lower, email.lower(), digits] + [plain] * (plain != lower) + [known] * bool(known))


def renamed(text: str, old: str, new: str) -> str:
    """Such a text with another name in it; all that it holds besides stays."""
    lower = one_line(old).lower()
    _, email, digits, *rest = [*text.split("\n"), "", ""]
    rest = [line for line in rest if line and line != folded(lower)]
    return "\n".join([search_terms(new, email, digits), *rest])


def readdressed(text: str, old: str, new: str) -> str:
    """Such a text with another email or E.164 phone in it, where it has the old one."""
    name, *rest = text.split("\n")
    was, now = old.removeprefix("+"), new.removeprefix("+")
    return "\n".join([name, *(now if line == was and place < 2 else line for place, line in enumerate(rest))])


def plain_name(name: str) -> str | None:
    """A name as `folded` has it, lower case; None where lower case is all that it takes."""
    return None if name.isascii() else folded(name.lower())


def search_bits(text: str) -> int:
    """A bit for each three neighbouring characters: a text that holds `text` has all of its bits, and few others do.

    Millions of them are read in a fraction of the time that the texts take. As steps/0008.sql has it.
    """
    bits, codes = 0, [ord(c) for c in text]
    for first, second, third in zip(codes, codes[1:], codes[2:], strict=False):
        bits |= 1 << (first * 961 + second * 31 + third) % 61
    return bits


def folded(text: str) -> str:
    """Lower-cased text without accents, its quotes and dashes as on a plain keyboard."""
    if text.isascii():
        return text
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.translate(_PLAIN)


def search_query(text: str, region: str = "US") -> SearchQuery:
    """What to look for in `search_terms`; `digits` when the text could be a phone number or a part of one."""
    typed = one_line(text)
    number = _SCHEME.sub("", ascii_digits(typed))
    bare = _PUNCTUATION.sub("", number)
    if not (bare.isascii() and bare.isdecimal()):
        return SearchQuery(typed.lower(), None)
    digits = _part(number, bare, region)
    enough = len(digits) >= (1 if number.startswith("+") else _FEWEST_DIGITS)
    return SearchQuery(typed.lower(), digits if enough else None, _whole(number, region))


def _whole(number: str, region: str) -> int | None:
    """The E.164 digits of a complete number, None when it is not one."""
    for candidate in (number, re.sub(r"^\s*00", "+", number)):
        try:
            parsed = phonenumbers.parse(candidate, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return int(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:])
    return None


def _part(number: str, bare: str, region: str) -> str:
    """A number still being typed, or of an unknown country, without what E.164 drops in front.

    Dropping too much is harmless: what remains is still inside the E.164 digits.
    """
    if number.lstrip().startswith(("+", "00")):
        # "+44 (0)20": the zero in brackets is for callers at home.
        return _PUNCTUATION.sub("", re.sub(r"\(0\)", "", number)).lstrip("0")
    metadata = PhoneMetadata.metadata_for_region(region)
    trunk = (metadata.national_prefix if metadata else None) or "0"
    abroad = metadata.international_prefix if metadata else None
    for prefix in (abroad, trunk):
        # The country code 1 is at the same time the trunk prefix; without it the search would be needlessly wide.
        if prefix and prefix != "1" and prefix.isdecimal() and bare.startswith(prefix):
            bare = bare[len(prefix) :]
            break
    return bare.lstrip("0")
