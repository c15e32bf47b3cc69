"""Plans the next message of a request once one has left, and stops when the person has said or done enough."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from data import follow_up_store, moves
from data.follow_up_store import Next, Ongoing
from data.hours import open_from
from data.lifecycle import IN_QUEUE, LEFT, Channel, Status
from data.moves import Change, News
from data.places.zones import Whereabouts, whereabouts
from data.played import SANDBOX
from data.rules import Rules
from data.store import Writing
from data.suppressions import grounds_of

# What ends a sequence, and how the timeline says it. A click by a machine is not among them.
STOPS: dict[str, str] = {
    "clicked": "they followed the link",
    "responded": "they went to the review site",
    "replied": "they replied",
    "opted_out": "they opted out",
    "complained": "they reported it as spam",
    "undelivered": "it could not be delivered",
    "failed": "it failed",
    "blocked": "a rule stopped it",
}
_FAILURES = frozenset({Status.UNDELIVERED, Status.FAILED})
BY_THE_RECIPIENT = STOPS.keys() - _FAILURES - {"blocked"}
_OPEN = IN_QUEUE | {Status.UNSURE}


def follow(
    work: Writing,
    changes: Sequence[Change],
    rules: Rules,
    now: datetime,
    zone: tzinfo,
    new_token: Callable[[], str],
) -> None:
    """What the changes mean for what comes next."""
    reasons = {change.request_id: reason for change in changes if (reason := _reason(change))}
    _stop(work, reasons, now, zone)
    left = [change for change in changes if _has_left(change)]
    over = [change for change in changes if change.after not in IN_QUEUE and change.before in _OPEN]
    follow_up_store.gone(work, {change.request_id for change in over if change.number})
    _plan(work, [change.message_id for change in left if change.steps_left > 0], rules, now, zone, new_token)


def _has_left(change: Change) -> bool:
    """Just now; what is only played has whatever the sandbox made of it: the next one is not to want for that."""
    if change.played:
        return change.before in IN_QUEUE and change.after not in IN_QUEUE | {Status.CANCELLED}
    return change.after in LEFT and change.before not in LEFT


def _reason(change: Change) -> str | None:
    """What ends the sequence; a failure does only where it is the end of the message, not on one of their devices."""
    fresh = [news for news in change.fresh if not (change.played and news.actor == SANDBOX)]
    heard = [news.event for news in fresh if news.event in STOPS]
    return next((STOPS[event] for event in heard if event not in _FAILURES or event == change.after), None)


def _stop(work: Writing, reasons: Mapping[int, str], now: datetime, zone: tzinfo) -> None:
    waiting = follow_up_store.call_off(work, reasons)
    news = [
        News(message, "cancelled", now, actor="engine", reason=f"No follow-up: {reasons[request]}")
        for message, request in waiting.items()
    ]
    moves.apply(work, news, now, zone)


def _plan(
    work: Writing, messages: list[int], rules: Rules, now: datetime, zone: tzinfo, new_token: Callable[[], str]
) -> None:
    ready = follow_up_store.planned(work, messages)
    if not ready:
        return
    templates = follow_up_store.newest_templates(work)
    barred = grounds_of(work, {(channel, at) for one in ready for channel in Channel if (at := _address(one, channel))})
    found = [(one, next_step(one, templates, rules, str(zone), barred)) for one in ready]
    follow_up_store.queue(work, [step for _, step in found if step], new_token)
    news = [_told(one, step, now) for one, step in found]
    moves.apply(work, news, now, zone)


def _told(one: Ongoing, step: Next | None, now: datetime) -> News:
    if step is None:
        reason = "No address that may be written to, or no template for it"
        return News(one.message_id, "follow_up_skipped", now, actor="engine", reason=reason)
    reason = f"Follow-up {step.number} by {step.channel.label}"
    return News(one.message_id, "follow_up_planned", now, actor="engine", reason=reason, due_at=step.due_at)


def next_step(
    one: Ongoing, templates: Mapping[int, tuple[int, str]], rules: Rules, workspace: str,
    barred: Collection[tuple[str, str]] = (),
) -> Next | None:  # fmt: skip
    """The first step for which there is an address that is not `barred` by its channel, and a template; waits add up
    over those that are left out.
    """
    due = one.sent_at
    for place, step in enumerate(one.steps):
        due += step.wait
        channel = Channel(step.channel) if step.channel else one.channel
        address = _address(one, channel)
        template = _template(one, step.template_id, channel, templates)
        if address and template and (channel, address) not in barred:
            where = _where(one, channel, address, workspace)
            due = open_from(due, where.zones, where.region, rules) or due
            expires = due + timedelta(days=rules.expires_days)
            return Next(one, one.steps[place + 1 :], channel, address, template, where, due, expires)
    return None


def _where(one: Ongoing, channel: Channel, address: str, workspace: str) -> Whereabouts:
    """On whose clock it arrives: that of the number it goes to, which the ask need not have given."""
    if channel is Channel.EMAIL or one.gave_phone:
        return one.where
    return whereabouts(address, one.place, workspace)


def _address(one: Ongoing, channel: Channel) -> str | None:
    if channel is one.channel:
        return one.address
    return one.email if channel is Channel.EMAIL else one.phone


def _template(
    one: Ongoing, wanted: int | None, channel: Channel, templates: Mapping[int, tuple[int, str]]
) -> tuple[int, int] | None:
    """The step's own; without one the same text goes again by the same channel."""
    if wanted is None:
        return one.template if channel is one.channel else None
    version, of = templates.get(wanted, (0, ""))
    return (wanted, version) if version and of == channel else None
