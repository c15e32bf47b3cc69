"""Keeps a message in the queue until a later moment, and says why on its row."""

from collections.abc import Sequence
from datetime import datetime

from data.claims import Claimed
from data.moves import span
from data.store import Writing
from data.verdicts import Held


def hold(work: Writing, held: Sequence[tuple[Claimed, Held]], now: datetime) -> None:
    """Each waits until its verdict's time and is judged again then; the row tells which rule and until when."""
    if not held:
        return
    values = {
        "until": [verdict.until for _, verdict in held],
        "codes": [verdict.code for _, verdict in held],
        "reasons": [verdict.reason for _, verdict in held],
    }
    work.rows(
        """
        UPDATE message SET due_at = v.until
        FROM (SELECT unnest(CAST($messages AS bigint[])) AS id, unnest(CAST($until AS timestamptz[])) AS until) AS v
        WHERE message.id = v.id AND message.id BETWEEN $low AND $high AND status = 'queued'
        """,
        messages=[one.id for one, _ in held],
        until=values["until"],
        **_bounds([one.id for one, _ in held]),
    )
    explain(work, [one.request_id for one, _ in held], [one.number for one, _ in held], **values)
    _write_happenings(work, held, now)


def explain(
    work: Writing,
    requests: Sequence[int],
    numbers: Sequence[int],
    until: Sequence[datetime],
    codes: Sequence[str],
    reasons: Sequence[str | None],
) -> None:
    """Shows on each request why its message (the ask, or a follow-up by its number) waits and until when."""
    work.rows(
        """
        UPDATE request SET hold_code = v.code, hold_reason = v.reason,
            due_at = CASE WHEN v.number = 0 THEN v.until ELSE due_at END,
            next_at = CASE WHEN v.number > 0 THEN v.until ELSE next_at END
        FROM (SELECT unnest(CAST($requests AS bigint[])) AS id, unnest(CAST($numbers AS integer[])) AS number,
            unnest(CAST($until AS timestamptz[])) AS until, unnest(CAST($codes AS text[])) AS code,
            unnest(CAST($reasons AS text[])) AS reason) AS v
        WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        requests=list(requests),
        numbers=list(numbers),
        until=list(until),
        codes=list(codes),
        reasons=list(reasons),
        **_bounds(requests),
    )


def _bounds(ids: Sequence[int]) -> dict[str, int]:
    found = span(ids)
    return {"low": found["low"], "high": found["high"]}


def _write_happenings(work: Writing, held: Sequence[tuple[Claimed, Held]], now: datetime) -> None:
    keys = [f"held {verdict.code} {now.isoformat()}" for _, verdict in held]
    work.append(
        "happening",
        {
            "request_id": [one.request_id for one, _ in held],
            "message_id": [one.id for one, _ in held],
            "event": ["held"] * len(held),
            "dedupe_key": keys,
            "happened_at": [now] * len(held),
            "recorded_at": [now] * len(held),
            "actor": ["engine"] * len(held),
            "code": [verdict.code for _, verdict in held],
            "detail": [verdict.reason for _, verdict in held],
        },
    )
