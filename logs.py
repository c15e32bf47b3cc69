"""What both processes write to their log: without phones and emails, and the same sentence once a minute."""

import logging
import re
import sys
from types import TracebackType
from typing import Any

from phonenumbers import Leniency, PhoneNumberMatcher

SPAN = 60.0  # seconds
MOST = 10_000  # characters of one exception: to look for phones in more takes a second and longer
_SEAM = 300  # no address is longer
_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_MASKS = (
    (re.compile(r"(?<!\w)\+\d[\d ().-]{5,}\d|(?<![\w.])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\w)"), "(phone)"),
    (re.compile(r"(?<![\w.])\d{7,}(?![\w.])"), "(number)"),  # a phone without its plus
    (re.compile(r"(Failing row contains |\)=)\(.*\)"), r"\1(...)"),  # PostgreSQL quotes whole rows
)
_DATE = re.compile(r"\d\d[./-]\d\d[./-]\d{4}")  # which may look like a phone elsewhere
_region = "US"


def start() -> None:
    """Once in each process."""
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Seldom())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("askwell").setLevel(logging.INFO)
    sys.excepthook = _stopped


def mask_phones_of(region: str) -> None:
    """Phones without a country code are taken for those of this country, of two letters."""
    global _region
    _region = region


def masked(text: str) -> str:
    """The text of an exception without what may be an address of somebody."""
    if len(text) > MOST:  # what is cut in two may be told by neither half
        half = MOST // 2
        return f"{masked(text[:half])[:-_SEAM]} (...) {masked(text[-half:])[_SEAM:]}"
    text = _without_phones(_EMAIL.sub("(email)", text))  # which may hold a phone
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def _without_phones(text: str) -> str:
    """As people of the workspace's country and of the US write them: in groups, which no rule of ours would know."""
    for region in dict.fromkeys((_region, "US")):
        for found in reversed(list(PhoneNumberMatcher(text, region, leniency=Leniency.VALID))):
            if not _DATE.match(found.raw_string):
                text = f"{text[: found.start]}(phone){text[found.end :]}"
    return text


class Seldom(logging.Filter):
    """Keeps out what was written within the last minute, such as a store that cannot be reached at each try."""

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[tuple[str, str | None], float] = {}
        self._tidied = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        key = record.getMessage(), record.exc_text
        if abs(record.created - self._written.get(key, -SPAN)) < SPAN:  # a clock may be put back
            return False
        if record.created - self._tidied > SPAN:
            self._written = {one: then for one, then in self._written.items() if record.created - then < SPAN}
            self._tidied = record.created
        self._written[key] = record.created
        return True


def _record(*given: Any, **more: Any) -> logging.LogRecord:
    """Of whichever library: all formatters take the text of the exception from here."""
    record = logging.LogRecord(*given, **more)
    if record.exc_info and record.exc_info[0]:
        record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
    return record


def _stopped(kind: type[BaseException], trouble: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("askwell").critical("stopped by a bug", exc_info=(kind, trouble, trace))
