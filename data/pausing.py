"""Holds waiting messages back, by a person's word or an answer that looks like a refusal, and lets them go on."""

from collections.abc import Collection
from datetime import datetime

from data.happenings import Happening, keep
from data.statements import span
from data.store import Reading, Row, Writing
from data.verdicts import RuleCode

REFUSAL = "an answer that looks like a refusal"  # who paused, in the story of the request
HELD_REASON = "They wrote what looks like a refusal; it goes on or ends when somebody decides under Replies"


def hold_back(work: Writing, requests: Collection[int], now: datetime) -> None:
    """Nothing more of these before a person has read what the recipient wrote."""
    changed = set_paused(work, requests, REFUSAL, now, paused=True)
    if changed:
        work.rows(
            """
            UPDATE request SET hold_code = $code, hold_reason = $reason
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            code=RuleCode.REFUSAL,
            reason=HELD_REASON,
            **span(changed),
        )


def set_paused(work: Writing, requests: Collection[int], actor: str, now: datetime, *, paused: bool) -> set[int]:
    """Pauses or resumes what waits of these requests; returns those that it reached in time."""
    if not requests:
        return set()
    reached = work.rows(  # the message decides: once an engine has claimed it, it is too late
        """
        UPDATE message SET paused = $paused
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
            AND status = 'queued' AND paused <> $paused
        RETURNING id, request_id
        """,
        paused=paused,
        **span(requests),
    )
    changed = {row["request_id"] for row in reached}
    if changed:
        work.rows(
            """
            UPDATE request SET paused = $paused,
                hold_reason = CASE WHEN hold_code = $refusal THEN NULL ELSE hold_reason END,
                hold_code = CASE WHEN hold_code = $refusal THEN NULL ELSE hold_code END
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            paused=paused,
            refusal=RuleCode.REFUSAL,
            **span(changed),
        )
        event = "paused" if paused else "resumed"
        key = f"{event} {now.isoformat()}"
        keep(work, [Happening(row["request_id"], row["id"], event, key, now, now, actor) for row in reached])
    return changed


def held_by_refusal(reading: Reading) -> list[Row]:
    """What waits until somebody has read a refusal: request_id, contact_id and address."""
    return reading.rows(
        """
        SELECT m.request_id, r.contact_id, m.address FROM request r JOIN message m ON m.request_id = r.id
        WHERE r.hold_code = $refusal AND m.status = 'queued' AND m.paused
        """,
        refusal=RuleCode.REFUSAL,
    )
