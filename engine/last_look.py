"""The last look before a message is handed over: what was heard since it was claimed may keep it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.contract import Outcome, Scope, TryLater
from data.claims import LEASE, Claimed
from data.stops import ActiveStops
from data.suppressions import RecentlySuppressed, is_suppressed
from engine.outage import Outages
from engine.outcomes import Said

FRESH = timedelta(seconds=5)  # so long what the last turn heard of stops holds; a machine may have slept since


class LastLook:
    """What an engine knows of stops, suppressions and outages between two turns."""

    def __init__(self, now: datetime) -> None:
        self._barred, self._barring, self._outages = ActiveStops(), RecentlySuppressed(), Outages()
        self._heard_at = now

    def renew(self, barred: ActiveStops, barring: RecentlySuppressed, since: Sequence[Said], now: datetime) -> None:
        """By what a turn heard, and what was said `since` it began."""
        self._barred, self._barring, self._heard_at = barred, barring, now
        for one in since:
            self.heed(one)

    def keeps(self, claimed: Claimed, until: datetime | None, now: datetime) -> TryLater | None:
        """Why it must not be handed over now; `until` is when their hours end."""
        if now - claimed.claimed_at > LEASE:  # by now another engine may believe us dead
            return not_sent("The engine was too slow")
        if now - self._heard_at > FRESH:
            return not_sent("The engine had not heard of stops for too long")
        if until and now >= until:
            return not_sent("Their hours have ended")
        if self._barred.bars(claimed.channel, claimed.sent_by, claimed.country, claimed.template[0]):
            return not_sent("Sending was stopped")
        if is_suppressed(self._barring, claimed.channel, claimed.address):  # the rules say why, in the next turn
            return not_sent("They must not be written to any more")
        return self._outages.bar(claimed.channel, now)

    def answered(self, claimed: Claimed, outcome: Outcome, now: datetime) -> TryLater | None:
        """What all others of its channel have to wait for after that outcome."""
        return self._outages.heed(claimed.channel, outcome, now)

    def heed(self, one: Said) -> None:
        """What waits behind it need not run into the same."""
        if one.stop:
            self._barred = self._barred.and_by(one.stop)


def not_sent(reason: str) -> TryLater:
    """There is no end to how often that may happen."""
    return TryLater(timedelta(0), Scope.MESSAGE, reason, untried=True)
