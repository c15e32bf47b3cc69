"""Channels that stop themselves: too many opt-outs or errors in a day, before a provider suspends the account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from data import stops
from data.lifecycle import Channel
from data.rules import Rules
from data.stops import Stop
from data.store import Row, Writing
from data.troubles import tally, worst

_DAY = timedelta(days=1)


def watch(work: Writing, rules: Rules, now: datetime) -> None:
    """Stops each channel that is over a limit; a person lifts it, and counting starts anew from there."""
    barred = stops.barred(stops.active(work, now))
    since = now - _DAY
    rows = tally(work, since)
    for channel in Channel:
        lifted = stops.lifted_at(work, channel, "guardrail")
        counted = tally(work, max(lifted, since)) if lifted and lifted > since else rows
        reason = breach([row for row in counted if row["channel"] == channel], rules)
        if reason and channel not in barred.channels:
            cause = worst(work, channel, max(lifted, since) if lifted else since)
            sentence = f"{reason}. {cause}" if cause else f"{reason}."
            stops.stop(work, Stop("channel", channel, "guardrail", sentence, "guardrail", channel), now)


def breach(rows: Sequence[Row], rules: Rules) -> str | None:
    """What is too much, in words; None while all is well or too few were sent to tell."""
    sent, opted_out, errors = (sum(row[name] for row in rows) for name in ("sent", "opted_out", "errors"))
    if sent < rules.limits_from:
        return None
    for count, limit, words in (
        (opted_out, rules.opt_out_limit, "opted out"),
        (errors, rules.error_limit, "could not be delivered"),
    ):
        if count / sent > limit:
            share = f"{count / sent:.1%}; the limit is {limit * 100:g}%"
            return f"{count} of {sent} messages of the last day {words} ({share})"
    return None
