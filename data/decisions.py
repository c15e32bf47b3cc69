"""What a person decides about requests that are under way: resend, mark as sent, cancel, stop follow-ups, send now."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from data import followups, moves, rules
from data.moves import News, span
from data.store import Store, Writing


def resend(store: Store, request: int, actor: str, now: datetime, zone: tzinfo) -> bool:
    """Puts a message nobody is sure of back into the queue, on a person's word; False where it is unsure no more."""
    with store.transaction() as work:
        if not (message := _unsure(work, request)):
            return False
        key, reason = f"resend {now.isoformat()}", f"{actor} decided to send it again"
        moves.apply(work, [News(message, "resend", now, key, actor=actor, reason=reason, due_at=now)], now, zone)
        work.rows("UPDATE message SET paused = false, attempts = 0 WHERE id = $id", id=message)
        _fold_anew(work, request, now)
        rules.audit(work, actor, "resend", f"request {request}", "", now)
        return True


def mark_sent(store: Store, request: int, actor: str, now: datetime, zone: tzinfo) -> bool:
    """Takes a person's word that an unsure message did leave; False where it is unsure no more."""
    with store.transaction() as work:
        if not (message := _unsure(work, request)):
            return False
        moves.apply(work, [News(message, "marked_sent", now, f"marked {now.isoformat()}", actor=actor)], now, zone)
        rules.audit(work, actor, "mark as sent", f"request {request}", "", now)
        return True


def cancel(store: Store, requests: Sequence[int], actor: str, now: datetime, zone: tzinfo) -> int:
    """Takes out of the queue what of these requests still waits there, follow-ups too; returns how many messages."""
    if not requests:
        return 0
    with store.transaction() as work:
        waiting = work.rows(
            "SELECT id FROM message WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)"
            " AND status = 'queued'",
            **span(requests),
        )
        news = [News(row["id"], "cancelled", now, f"cancelled {now.isoformat()}", actor=actor) for row in waiting]
        applied = moves.apply(work, news, now, zone)
        followups.call_off(work, dict.fromkeys(requests, "cancelled"))
        rules.audit(work, actor, "cancel", f"{len(requests)} requests", "", now)
        return len(applied.changes)


def send_now(store: Store, requests: Sequence[int], actor: str, now: datetime) -> int:
    """Makes waiting messages due; every rule still applies. Returns how many."""
    if not requests:
        return 0
    with store.transaction() as work:
        bounds = span(requests)
        moved = work.rows(
            """
            UPDATE message SET due_at = $now WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
                AND status = 'queued' AND due_at > $now RETURNING request_id
            """,
            now=now,
            **bounds,
        )
        work.rows(
            """
            UPDATE request SET due_at = CASE WHEN status = 'queued' THEN $now ELSE due_at END, hold_code = NULL,
                hold_reason = NULL, next_at = CASE WHEN next_at IS NULL THEN NULL ELSE $now END
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            now=now,
            **bounds,
        )
        rules.audit(work, actor, "send now", f"{len(requests)} requests", "", now)
        return len(moved)


def _unsure(work: Writing, request: int) -> int | None:
    rows = work.rows(
        "SELECT id FROM message WHERE request_id = $id AND status = 'unsure' ORDER BY number DESC LIMIT 1", id=request
    )
    return rows[0]["id"] if rows else None


def _fold_anew(work: Writing, request: int, now: datetime) -> None:
    """The request shows its newest message that has left the queue, else queued."""
    left = work.rows(
        """
        SELECT number, status, code, reason FROM message
        WHERE request_id = $id AND status NOT IN ('queued', 'sending') ORDER BY number DESC LIMIT 1
        """,
        id=request,
    )
    shown = left[0] if left else {"number": 0, "status": "queued", "code": None, "reason": None}
    work.rows(
        """
        UPDATE request SET status = CAST($status AS status), retries = CAST($number AS smallint),
            code = CAST($code AS text), reason = CAST($reason AS text), due_at = $now, paused = false,
            hold_code = NULL, hold_reason = NULL
        WHERE id = $id
        """,
        id=request,
        now=now,
        **shown,
    )
