"""The single words by which people stop, start again or ask for help, for every channel: keywords.csv.

The English ones are Twilio's default list and two more; arret, arrete and arrett its French ones. To start again takes
an English word or the provider's own: no other is so clear that it may lift what somebody has refused.
"""

import csv
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
_KEYWORDS = {word: keyword for keyword, words in WORDS.items() for word in words}


def keyword(text: str, told: str = "") -> Keyword | None:
    """What the provider was `told` the text means, else what it means when it is exactly one of the WORDS."""
    return _KEYWORDS.get(told.casefold()) or _KEYWORDS.get(_plain(text))


def _plain(text: str) -> str:
    """Without case, accents and what stands around it: "¡Stop!", "Arrêt." """
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).strip(" \t\r\n.,;:!?¡¿\"'“”«»*")
