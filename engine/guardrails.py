"""Channels that stop themselves: too many opt-outs or errors lately, before a provider suspends the account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from data import stops
from data.lifecycle import Channel
from data.metrics import rate
from data.rules import Rules
from data.stops import Stop
from data.store import Row, Writing
from data.troubles import SPANS, tally, worst


def watch(work: Writing, rules: Rules, now: datetime, *, far: bool = True) -> None:
    """Stops each channel that is over a limit; a person lifts it, and counting starts anew from there.

    Looking `far` back takes long, and is for once in a while; else only the last day is looked at.
    """
    oldest = now - timedelta(days=SPANS[-1] if far else SPANS[0])
    barred = stops.barred(stops.active(work, now))
    rows = tally(work, now, oldest)
    for channel in Channel:
        if channel in barred.channels:
            continue
        lifted = stops.lifted_at(work, channel, "guardrail")
        counted = tally(work, now, lifted) if lifted and lifted > oldest else rows
        if found := breach([row for row in counted if row["channel"] == channel], rules):
            days, reason = found
            since = now - timedelta(days=days)
            cause = worst(work, channel, max(lifted, since) if lifted else since)
            sentence = f"{reason}. {cause}" if cause else f"{reason}."
            stops.stop(work, Stop("channel", channel, "guardrail", sentence, "guardrail", channel), now)


def breach(rows: Sequence[Row], rules: Rules) -> tuple[int, str] | None:
    """The shortest span that shows too much, in days, and what it is in words; None while all is well, or too few
    were sent to tell. Opt-outs may come days after sending, and who sends little is judged by more days; looked at so
    often, chance would pass a limit now and then, so more days must show it beyond doubt (95 % Wilson interval)."""
    for days in SPANS:
        said = _too_much([row for row in rows if row["days"] <= days], rules, days)
        if said:
            return days, said
    return None


def _too_much(rows: Sequence[Row], rules: Rules, days: int) -> str | None:
    sent, opted_out, errors = (sum(row[name] for row in rows) for name in ("sent", "opted_out", "errors"))
    if sent < rules.limits_from:
        return None
    for count, limit, words in (
        (opted_out, rules.opt_out_limit, "opted out"),
        (errors, rules.error_limit, "could not be delivered"),
    ):
        if count / sent > limit and (days == 1 or (rate(count, sent).low or 0) > limit):
            share = f"{count / sent:.1%}; the limit is {limit * 100:g}%"
            span = "day" if days == 1 else f"{days} days"
            return f"{count} of {sent} messages of the last {span} {words} ({share})"
    return None
