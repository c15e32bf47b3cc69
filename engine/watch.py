"""A clock that leaps ahead is not believed: a year ahead for one moment, it would call all that waits too late.

Until a person says that it is right, time goes on as it did, and nothing leaves.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from data import claims, stops
from data.stops import Stop
from data.store import Writing
from engine.clock import STEADY

LEAP = timedelta(hours=1)
AWAY = timedelta(days=30)  # without an engine; longer, and rather the clock is wrong
_LEAPT = "This machine's clock leapt from {before} to {after}"
_BEGAN = "This machine's clock says {after}, and the last engine ran on {before}"
_ASK = (
    "{what}. If it is wrong, what waits would count as too late, or leave at night. See that it is right (`python -m"
    " engine doctor` compares it with the providers'), then lift this stop"
)


class Watch:
    """The time of a clock, as long as it goes like one that nobody turns; `leapt` is what it says when it does not."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        zone: tzinfo,
        steady: Callable[[], float] = lambda: time.clock_gettime(STEADY),
    ) -> None:
        self._clock, self._zone, self._steady = clock, zone, steady
        self._told = False
        self._believe()

    def __call__(self) -> datetime:
        at, now = self._steady(), self._clock()
        expected = self._then + timedelta(seconds=at - self._at)
        self.leapt = now if now - expected > LEAP else None
        if self.leapt:
            return expected
        self._then, self._at = now, at
        return now

    def begin(self, work: Writing, now: datetime) -> None:
        """Asks a person where no engine ran for so long that it can hardly be."""
        before = claims.last_beat(work, now)
        if before and now - before["seen_at"] > AWAY:
            self._ask(work, _BEGAN, before["seen_at"], now, now)

    def mind(self, work: Writing, now: datetime) -> None:
        """Asks a person where it leapt, and believes it once they have lifted the stop."""
        if self.leapt is None:
            self._told = False
        elif self._told and not any(one["cause"] == "clock" for one in stops.active(work, now)):
            self._believe()
        else:
            self._ask(work, _LEAPT, now, self.leapt, now)
            self._told = True

    def _believe(self) -> None:
        self._then, self._at = self._clock(), self._steady()
        self.leapt: datetime | None = None

    def _ask(self, work: Writing, what: str, before: datetime, after: datetime, now: datetime) -> None:
        moments = {"before": self._in_words(before), "after": self._in_words(after)}
        stops.stop(work, Stop("everything", "", "clock", _ASK.format(what=what.format(**moments)), "engine"), now)

    def _in_words(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%-d %b %Y %H:%M}"
