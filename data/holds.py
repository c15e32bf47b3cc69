"""Keeps a message in the queue until a later moment, and says why on its row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from data.claims import Claimed
from data.happenings import Happening, keep
from data.pausing import hold_back
from data.statements import span
from data.store import Writing
from data.verdicts import Held, RuleCode


def hold(work: Writing, held: Sequence[tuple[Claimed, Held]], now: datetime) -> None:
    """Each waits until its verdict's time and is judged again then; the row tells which rule and until when.

    What a likely refusal holds waits for a person instead."""
    hold_back(work, {one.request_id for one, verdict in held if verdict.code == RuleCode.REFUSAL}, now)
    held = [(one, verdict) for one, verdict in held if verdict.code != RuleCode.REFUSAL]
    if not held:
        return
    messages, until = [one.id for one, _ in held], [verdict.until for _, verdict in held]
    work.change(
        """
        UPDATE message SET due_at = v.until FROM incoming AS v
        WHERE message.id = v.id AND message.id BETWEEN $low AND $high AND status = 'queued'
        """,
        {"id bigint": messages, "until timestamptz": until},
        low=min(messages),
        high=max(messages),
    )
    fresh = _not_said_yet(work, held)
    explain(
        work, [one.request_id for one, _ in held], [one.number for one, _ in held], until,
        [verdict.code for _, verdict in held], [verdict.reason for _, verdict in held],
    )  # fmt: skip
    keep(work, [_happening(one, verdict, now) for one, verdict in fresh])


def explain(
    work: Writing,
    requests: Sequence[int],
    numbers: Sequence[int],
    until: Sequence[datetime],
    codes: Sequence[str],
    reasons: Sequence[str | None],
) -> None:
    """Shows on each request why its message (the ask, or a follow-up by its number) waits and until when."""
    work.change(
        """
        UPDATE request SET hold_code = v.code, hold_reason = v.reason,
            due_at = CASE WHEN v.number = 0 THEN v.until ELSE due_at END,
            next_at = CASE WHEN v.number > 0 AND next_number IS NOT NULL THEN v.until ELSE next_at END
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        {
            "id bigint": list(requests),
            "number integer": list(numbers),
            "until timestamptz": list(until),
            "code text": list(codes),
            "reason text": list(reasons),
        },
        low=min(requests),
        high=max(requests),
    )


def let_go(work: Writing, requests: Collection[int]) -> None:
    """No rule holds these any more."""
    if requests:
        work.rows(
            """
            UPDATE request SET hold_code = NULL, hold_reason = NULL
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            **span(requests),
        )


def let_judge(work: Writing, requests: Mapping[int, datetime | None], now: datetime) -> None:
    """Takes the hold off: an ask is due when it was wanted, a follow-up now, and either is judged then."""
    if not requests:
        return
    due = [max(wanted or now, now) for wanted in requests.values()]
    incoming: dict[LiteralString, Sequence[Any]] = {"id bigint": list(requests), "due_at timestamptz": due}
    bounds = {"low": min(requests), "high": max(requests), "now": now}
    work.change(
        """
        UPDATE message SET due_at = CASE WHEN number = 0 THEN v.due_at ELSE $now END FROM incoming AS v
        WHERE message.request_id = v.id AND message.request_id BETWEEN $low AND $high AND status = 'queued'
        """,
        incoming,
        **bounds,
    )
    work.change(
        """
        UPDATE request SET hold_code = NULL, hold_reason = NULL,
            due_at = CASE WHEN next_at IS NULL THEN v.due_at ELSE request.due_at END,
            next_at = CASE WHEN next_at IS NULL THEN NULL ELSE $now END
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        incoming,
        **bounds,
    )


def _not_said_yet(work: Writing, held: Sequence[tuple[Claimed, Held]]) -> list[tuple[Claimed, Held]]:
    """A story does not grow by the same sentence every day."""
    rows = work.rows(
        "SELECT message_id, code, detail FROM happening WHERE event = 'held'"
        " AND message_id BETWEEN $low AND $high AND message_id = ANY($ids)",
        **span(one.id for one, _ in held),
    )
    said = {(row["message_id"], row["code"], row["detail"]) for row in rows}
    return [(one, verdict) for one, verdict in held if (one.id, verdict.code, verdict.reason) not in said]


def _happening(one: Claimed, verdict: Held, now: datetime) -> Happening:
    key = f"held {verdict.code} {now.isoformat()}"
    return Happening(one.request_id, one.id, "held", key, now, now, "engine", verdict.code, verdict.reason)
