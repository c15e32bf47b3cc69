"""A provider that does not answer: each message handed to it meanwhile would be in doubt, and wait for a person.

So after some in a row its channel waits, longer each time, and then one message goes ahead of the others.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Accepted, NoAnswer, Outcome, Refused, Scope, TryLater
from data.lifecycle import Channel

IN_A_ROW = 10  # messages of a channel without an answer: no accident any more
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_DOUBLINGS = 5  # until the longest; an outage of days must not outgrow what a time can be
TRIAL = timedelta(seconds=20)  # until when it is known what became of the one that went ahead


@dataclass(slots=True)
class _Line:
    unanswered: int = 0  # in a row
    waits: int = 0  # since there was an answer
    until: datetime | None = None
    trial: datetime | None = None  # since when one is under way, alone


class Outages:
    """What each channel's provider has answered lately."""

    def __init__(self) -> None:
        self._lines = {channel: _Line() for channel in Channel}

    def bar(self, channel: Channel, now: datetime) -> TryLater | None:
        """Why a message is not handed over now; None lets it go, after an outage ahead of all others."""
        line = self._lines[channel]
        if not line.waits:
            return None
        if line.trial and now < line.trial + TRIAL:
            reason = "The provider did not answer; one message goes ahead of the others"
            return TryLater(TRIAL, Scope.CHANNEL, reason, untried=True)
        line.trial = now
        return None

    def heed(self, channel: Channel, outcome: Outcome, now: datetime) -> TryLater | None:
        """What came of handing one over; returns what all others of the channel have to wait for."""
        line = self._lines[channel]
        match outcome:
            case Accepted() | Refused():
                self._lines[channel] = _Line()
                return None
            case TryLater(untried=untried):  # it did not leave, so nothing is in doubt
                line.trial = line.trial if untried else None
                return None
            case NoAnswer():
                return self._unanswered(line, outcome, now)

    def _unanswered(self, line: _Line, outcome: NoAnswer, now: datetime) -> TryLater | None:
        alone, line.unanswered, line.trial = line.trial is not None, line.unanswered + 1, None
        waits = line.until is not None and now < line.until
        if line.unanswered < IN_A_ROW or (waits and not alone):  # these were under way already
            return None
        wait = min(FIRST_WAIT * 2 ** min(line.waits, _DOUBLINGS), LONGEST_WAIT)
        line.waits, line.until = line.waits + 1, now + wait
        reason = f"{outcome.reason}, {line.unanswered} times in a row. Those messages may have left: decide about them"
        return TryLater(wait, Scope.CHANNEL, reason, needs_person=True)
