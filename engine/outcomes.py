"""A provider's answer becomes news of the message, and where more than it is concerned, a stop."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Accepted, NoAnswer, Outcome, Refused, Scope, TryLater
from data.claims import Claimed
from data.moves import News
from data.stops import Stop
from data.verdicts import Blocked

MOST_TRIES = 8  # of handing one message over, each later than the last
LONGEST_WAIT = timedelta(hours=6)
JITTER = 0.25  # share of a wait that is added by lot, so that a crowd does not come back at once


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be written down after one attempt."""

    news: News
    stop: Stop | None = None
    alert: str | None = None


def said(claimed: Claimed, outcome: Outcome, provider: str, now: datetime, lot: random.Random) -> Said:
    """Puts an outcome into the words of the lifecycle."""
    match outcome:
        case Accepted(provider_id):
            return Said(News(claimed.id, "accepted", now, actor=provider, provider_id=provider_id))
        case Refused(fault, code, reason, suppress, alert):
            news = News(
                claimed.id, fault.value, now, actor=provider, code=code, reason=reason, suppress=suppress, alert=alert
            )  # fmt: skip
            return Said(news, alert=code if alert else None)
        case NoAnswer(reason):
            key = f"lost {claimed.claimed_at.isoformat()}"
            return Said(
                News(claimed.id, "lost", now, key, actor=provider, reason=reason, claimed_at=claimed.claimed_at)
            )
        case TryLater():
            return _later(claimed, outcome, provider, now, lot)


def blocked(id: int, rule: Blocked, now: datetime) -> News:
    """A rule of ours keeps a message back for good."""
    return News(id, "blocked", now, actor="engine", code=rule.code, reason=rule.reason)


def _later(claimed: Claimed, outcome: TryLater, provider: str, now: datetime, lot: random.Random) -> Said:
    """A whole channel that waits is no fault of the message: only its own troubles count its tries."""
    if outcome.scope is not Scope.MESSAGE:
        stop = _stop(claimed, outcome, provider, now)
        return Said(_put_off(claimed, outcome.reason, provider, now, now + outcome.after), stop)
    if outcome.untried:
        return Said(_put_off(claimed, outcome.reason, provider, now, now + outcome.after))
    tries = claimed.attempts + 1
    if tries >= (outcome.tries or MOST_TRIES):
        reason = f"{outcome.reason}; tried {tries} times"
        return Said(News(claimed.id, "failed", now, actor=provider, code="retries", reason=reason))
    due_at = now + wait(outcome.after, tries, lot)
    return Said(_put_off(claimed, outcome.reason, provider, now, due_at, tried=True))


def wait(first: timedelta, tries: int, lot: random.Random) -> timedelta:
    """Doubled with every try, never shorter than the provider asked for."""
    doubled = min(first * 2 ** (tries - 1), max(first, LONGEST_WAIT))
    return doubled * (1 + lot.random() * JITTER)


def _put_off(
    claimed: Claimed, reason: str, provider: str, now: datetime, due_at: datetime, *, tried: bool = False
) -> News:
    key = f"put_off {claimed.claimed_at.isoformat()}"
    return News(
        claimed.id, "put_off", now, key, actor=provider, reason=reason, due_at=due_at, tried=tried,
        claimed_at=claimed.claimed_at,
    )  # fmt: skip


def held_template(id: int, reason: str, provider: str) -> Stop:
    """What would go with this template waits until somebody has put it right."""
    return Stop("template", str(id), "provider", reason, provider)


def _stop(claimed: Claimed, outcome: TryLater, provider: str, now: datetime) -> Stop:
    """A provider's sender serves one channel here, so what it must wait for, the channel waits for."""
    if outcome.scope is Scope.TEMPLATE:
        return held_template(claimed.template[0], outcome.reason, provider)
    scope, subject = "channel", claimed.channel.value
    if outcome.scope is Scope.COUNTRY and claimed.country:
        scope, subject = "country", claimed.country
    return Stop(
        scope, subject, "provider", outcome.reason, provider, claimed.channel.value, now + outcome.after,
        outcome.needs_person,
    )  # fmt: skip
