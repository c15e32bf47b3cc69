"""Turns hooks that wait in the inbox into news of messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from connectors.contract import Connector, Forged, Hook, Report
from data import inbox, moves
from data.inbox import Received
from data.moves import News
from data.store import Writing

BATCH = 1000  # hooks folded in one turn
PATIENCE = timedelta(minutes=10)  # a hook may overtake our own commit; after this its message will not appear any more
RETRY = timedelta(seconds=5)


def fold(work: Writing, connectors: Mapping[str, Connector], now: datetime, zone: tzinfo) -> int:
    """Folds what is due; returns how many hooks it settled. A hook nobody understands is kept, with a note."""
    hooks = inbox.waiting(work, now, BATCH)
    if not hooks:
        return 0
    notes: dict[int, str | None] = {}
    news: dict[int, list[News]] = {}
    for hook in hooks:
        try:
            news[hook.id] = [_news(report, hook.provider) for report in _reports(connectors, hook)]
            notes[hook.id] = None
        except Forged:
            notes[hook.id] = "forged: the signature does not match"
        except (ValueError, KeyError, TypeError):
            notes[hook.id] = "not understood"
    unknown = moves.apply(work, [item for items in news.values() for item in items], now, zone)
    early = [hook for hook in hooks if any(item.message_id in unknown for item in news.get(hook.id, ()))]
    _wait_or_give_up(work, early, notes, now)
    inbox.settle(work, notes, now)
    return len(notes)


def _wait_or_give_up(work: Writing, early: Sequence[Received], notes: dict[int, str | None], now: datetime) -> None:
    again = [hook.id for hook in early if now - hook.received_at < PATIENCE]
    inbox.postpone(work, again, now + RETRY)
    for hook in early:
        if hook.id in again:
            notes.pop(hook.id)
        else:
            notes[hook.id] = "no such message"


def _reports(connectors: Mapping[str, Connector], hook: Received) -> list[Report]:
    return connectors[hook.provider].reports(Hook(hook.url, hook.headers, hook.body))


def reference(message_id: int, token: str) -> str:
    """The opaque id that travels to the provider and comes back."""
    return f"{message_id}-{token}"


def _news(report: Report, provider: str) -> News:
    message_id, _, token = report.reference.partition("-")
    return News(
        int(message_id),
        report.event,
        report.happened_at,
        key=report.key,
        token=token,
        actor=provider,
        code=report.code,
        reason=report.reason,
    )
