"""The single words by which people stop, start again or ask for help, for every channel: keywords.csv.

The English ones are Twilio's default list and two more; arret, arrete and arrett its French ones. To start again takes
an English word or the provider's own: no other is so clear that it may lift what somebody has refused.
"""

import csv
import re
import unicodedata
from enum import StrEnum
from pathlib import Path


class Keyword(StrEnum):
    """What a person asks for with one word."""

    STOP = "stop"
    START = "start"
    HELP = "help"


def _read() -> dict[Keyword, list[str]]:
    found: dict[Keyword, list[str]] = {meant: [] for meant in Keyword}
    with Path(__file__).with_name("keywords.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[Keyword(row["means"])] += row["words"].split()
    return found


WORDS = _read()
_AROUND = " \t\r\n.,;:!?¡¿\"'“”«»*"
_WORD = re.compile(r"[^\W\d_]+|🛑")
_KEYWORDS = {word: keyword for keyword, words in WORDS.items() for word in words}
_POLITE = frozenset(
    "please pls plz kindly now thanks thank you thx por favor obrigado obrigada gracias svp merci bitte danke grazie"
    " per favore aub alstublieft".split()
)
_TWICE = re.compile(r"(.)\1+")


def _once(letters: str) -> str:
    return _TWICE.sub(r"\1", letters)


_STOPS = frozenset(_once(word) for word in WORDS[Keyword.STOP])
_ABOUT_TEXTS = frozenset(("stop", "unsubscribe", "optout"))


def keyword(text: str, told: str = "") -> Keyword | None:
    """What the provider was `told` the text means, else what it means when it is exactly one of the WORDS.

    To stop, the word may also come twice, in two pieces, with a letter too many, politely or among signs. With numbers
    it may be about an appointment or a mark ("Cancel 10:30", "Basta 10/10") and is none: a person reads it.
    """
    plain = _plain(text)
    return _KEYWORDS.get(told.casefold()) or _KEYWORDS.get(plain.strip(_AROUND)) or _stops(plain)


def _stops(plain: str) -> Keyword | None:
    words = [_once(word) for word in _WORD.findall(plain) if word not in _POLITE]
    said = bool(words) and ("".join(words) in _STOPS or _STOPS.issuperset(words))
    digits = sum(c.isdigit() for c in plain)
    alone = not digits or (digits == 1 and not _ABOUT_TEXTS.isdisjoint(words))  # "STOP 2", as menus teach it
    return Keyword.STOP if said and alone else None


def _plain(text: str) -> str:
    """Without case and accents: "Arrêt" is "arret"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c))
