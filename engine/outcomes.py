"""A provider's answer becomes news of the message, and where more than it is concerned, a stop."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Accepted, NoAnswer, Outcome, Refused, Scope, TryLater
from data.claims import Claimed
from data.moves import News
from data.stops import Halt, Stop
from data.verdicts import Blocked

MOST_TRIES = 8  # of handing one message over, each later than the last
LONGEST_WAIT = timedelta(hours=6)
LOUD = timedelta(minutes=15)  # whoever would have to wait longer had better know
JITTER = 0.25  # share of a wait that is added by lot, so that a crowd does not come back at once


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be written down after one attempt."""

    news: News
    stop: Stop | None = None


def said(
    claimed: Claimed, outcome: Outcome, provider: str, now: datetime, lot: random.Random, pause: TryLater | None = None
) -> Said:
    """Puts an outcome into the words of the lifecycle; `pause` is what others wait for where there was no answer."""
    left_at = claimed.left_at or now  # what a dead engine handed over left in its day, not today
    match outcome:
        case Accepted(provider_id, code, reason, alert):
            news = News(
                claimed.id, "accepted", left_at, actor=provider, provider_id=provider_id, code=code, reason=reason,
                alert=alert,
            )  # fmt: skip
            return Said(news)
        case Refused(fault, code, reason, suppress, alert, halt):
            news = News(
                claimed.id, fault.value, now, actor=provider, code=code, reason=reason, suppress=suppress, alert=alert,
                halt=halted(halt),
            )  # fmt: skip
            return Said(news)
        case NoAnswer(reason):
            key = f"lost {claimed.claimed_at.isoformat()}"
            news = News(claimed.id, "lost", left_at, key, actor=provider, reason=reason, claimed_at=claimed.claimed_at)
            return Said(news, pause and _stop(claimed, pause, provider, now))
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


def halted(later: TryLater | None) -> Halt | None:
    """What others wait for at a late word: each try would cost a message, so where waiting alone will not help, none is
    made before a person has acted.
    """
    return later and Halt(later.scope.value, None if later.needs_person else later.after)


def stop_of_halt(halt: Halt, message: Mapping[str, Any], reason: str, provider: str, said_at: datetime) -> Stop:
    """The stop that a late word asks for; `message` has `channel`, `country` and `template_id`."""
    about = (message["channel"], message["country"], message["template_id"])
    return _stopped(Scope(halt.scope), about, reason, provider, said_at, halt.wait)


def _stop(claimed: Claimed, outcome: TryLater, provider: str, now: datetime) -> Stop:
    about = (claimed.channel.value, claimed.country, claimed.template[0])
    return _stopped(outcome.scope, about, outcome.reason, provider, now, outcome.after, outcome.needs_person)


def _stopped(
    scope: Scope, about: tuple[str, str | None, int], reason: str, provider: str, now: datetime, wait: timedelta | None,
    needs_person: bool = False,
) -> Stop:  # fmt: skip
    """A provider's sender serves one channel here, so what it must wait for, the channel waits for. Without a `wait` it
    is for a person to say when that is over.
    """
    channel, country, template = about
    if scope is Scope.TEMPLATE:
        return Stop("template", str(template), "provider", reason, provider)
    until = None if wait is None else now + wait
    if wait and wait > LOUD and not needs_person:
        reason, needs_person = f"{reason}. It is tried again by itself in {_in_words(wait)}", True
    narrow, subject = ("country", country) if scope is Scope.COUNTRY and country else ("channel", channel)
    return Stop(narrow, subject, "provider", reason, provider, channel, until, needs_person or wait is None)


def _in_words(wait: timedelta) -> str:
    minutes = round(wait / timedelta(minutes=1))
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"
