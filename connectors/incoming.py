"""What comes from outside, made safe to keep: JSON without a bottom, times out of time, text that no store takes."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

_log = logging.getLogger("askwell.hooks")
Said = TypeVar("Said")
GARBAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)  # what it can cause
LONGEST = 200  # characters of a provider's own text that are kept
LETTER = 4096  # characters of what a person writes
_WORDLESS = {  # kinds of messages, by WhatsApp's names
    "audio": "(a voice message)",
    "image": "(a picture)",
    "video": "(a video)",
    "document": "(a document)",
    "sticker": "(a sticker)",
    "location": "(a place)",
    "contacts": "(a contact)",
}
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # the years 2000 and 2100


def read_json(text: str | bytes) -> Any:
    """What JSON says; raises ValueError also where it is nested without end."""
    try:
        return json.loads(text)
    except RecursionError as trouble:
        raise ValueError("nested too deeply") from trouble


def legible(read: Callable[[Any], Iterable[Said]], events: Iterable[Any]) -> list[Said]:
    """What can be read of a hook's events: an odd one must not take a STOP beside it along.

    Raises ValueError where nothing can be read.
    """
    said, odd = list[Said](), 0
    for event in events:
        try:
            said += read(event)
        except GARBAGE:
            odd += 1
    if odd and not said:
        raise ValueError("nothing of it can be read")
    if odd:
        _log.warning("%d events of a hook could not be read, the others were", odd)
    return said


def moment(seconds: Any) -> datetime:
    """A provider's time, in unix seconds; raises ValueError or TypeError for what is none."""
    number = int(seconds)
    if not _EARLIEST <= number <= _LATEST:
        raise ValueError(number)
    return datetime.fromtimestamp(number, UTC)


def plain(text: object, longest: int = LONGEST) -> str:
    """A text from outside on one line, of moderate length; empty for what is no text or number."""
    words = (str(text) if isinstance(text, str | int) else "")[:longest]
    return (words if words.isprintable() else "".join(sign if sign.isprintable() else " " for sign in words)).strip()


def wordless(kind: str) -> str:
    """What stands for the text of an answer that has none."""
    return _WORDLESS.get(kind, "(a message without words)")


def hidden(text: str) -> str:
    """Tells repeats from news, and nobody what it was: Meta's ids hold the number of who is at the other end.

    By MD5, which SQL has, too: what was kept before in plain was turned into this by a step of the schema.
    """
    return hashlib.md5(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()[:24]
