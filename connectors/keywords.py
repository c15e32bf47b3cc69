"""The single words by which people stop, start again or ask for help: Twilio's default list, for every channel."""

from enum import StrEnum


class Keyword(StrEnum):
    """What a person asks for with one word."""

    STOP = "stop"
    START = "start"
    HELP = "help"


WORDS = {
    Keyword.STOP: "stop unsubscribe end quit stopall revoke optout cancel".split(),
    Keyword.START: "start unstop yes".split(),
    Keyword.HELP: "help info".split(),
}
_KEYWORDS = {word: keyword for keyword, words in WORDS.items() for word in words}


def keyword(text: str, told: str = "") -> Keyword | None:
    """What the provider was `told` the text means, else what it means when it is exactly one of the WORDS."""
    return _KEYWORDS.get(told.casefold()) or _KEYWORDS.get(text.strip().casefold())
