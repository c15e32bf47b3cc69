"""What became of a piece of text that somebody typed or imported."""

import unicodedata
from dataclasses import dataclass

LONGEST = 320  # characters of an email address; patterns that look for one take long in long texts


@dataclass(frozen=True, slots=True)
class Checked:
    """A value in its normal form, or the sentence that says why there is none."""

    value: str = ""
    trouble: str | None = None


def one_line(text: str) -> str:
    """The text on one line: control and direction marks dropped, any white space one plain space, NFC."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text) if c.isspace() or _visible(c))
    return " ".join("".join(kept).split())


def _visible(character: str) -> bool:
    # The two joiners are "format" characters too, but Persian and Indic names are misspelt without them.
    return character in "\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def shortened(text: str) -> str:
    """The text, cut to what fits into a sentence about it."""
    return text if len(text) <= 60 else text[:59] + "…"


def ascii_digits(text: str) -> str:
    """The text with the digits of every script as 0-9."""
    if text.isascii():
        return text
    # NFKC makes full-width and circled forms plain; other scripts keep their digits and need the second step.
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain)
