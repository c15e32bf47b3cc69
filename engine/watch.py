"""A clock that leaps ahead is not believed at once: a year ahead for one moment, it would call all that waits too late.

Meanwhile time goes on as it did, and nothing is claimed. One that still says so after ten minutes was put right.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from data import claims, stops
from data.days import day
from data.stops import Stop
from data.store import Writing
from engine.clock import STEADY

LEAP = timedelta(hours=1)
DOUBT = timedelta(minutes=10)
AWAY = timedelta(days=30)  # without an engine; longer, and rather the clock is wrong
_ASK = (
    "This machine's clock says {after}, and the last engine ran on {before}. If it is wrong, what waits would count as"
    " too late, or leave at night. See that it is right (`python -m engine doctor` compares it with the providers'),"
    " then lift this stop"
)
_log = logging.getLogger("askwell.engine")


class Watch:
    """The time of a clock, as long as it goes like one that nobody turns."""

    def __init__(
        self, clock: Callable[[], datetime], steady: Callable[[], float] = lambda: time.clock_gettime(STEADY)
    ) -> None:
        self._clock, self._steady = clock, steady
        self._known = clock(), steady()
        self._ahead_since: float | None = None

    def __call__(self) -> datetime:
        at, now = self._steady(), self._clock()
        then, since = self._known
        expected = then + timedelta(seconds=at - since)
        if now - expected > LEAP:
            ahead_since = self._ahead_since = at if self._ahead_since is None else self._ahead_since
            if at - ahead_since < DOUBT.total_seconds():
                return expected
            _log.warning("this machine's clock went from %s to %s and stayed: believed", expected, now)
        self._known, self._ahead_since = (now, at), None
        return now

    def doubts(self) -> bool:
        """Whether the clock says what is not believed (yet)."""
        return self._ahead_since is not None


def ask_after_long(work: Writing, now: datetime, zone: tzinfo) -> None:
    """Asks a person where no engine ran for so long that it can hardly be."""
    before = claims.last_beat(work, now)
    if before and now - before["seen_at"] > AWAY:
        reason = _ASK.format(before=_in_words(before["seen_at"], zone), after=_in_words(now, zone))
        stops.stop(work, Stop("everything", "", "clock", reason, "engine"), now)


def _in_words(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{day(local)} {local:%H:%M}"
