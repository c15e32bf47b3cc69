"""What a person decides about requests that are under way: resend, mark as sent, cancel, stop follow-ups, send now."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from data import audit, followups, moves, rules
from data.folding import REASON, way
from data.following import BY_THE_RECIPIENT, follow
from data.lifecycle import Status
from data.moves import News
from data.statements import span
from data.store import Reading, Store, Writing
from data.texts import new_token
from data.verdicts import RuleCode


def unsure(store: Store, requests: Sequence[int]) -> list[int]:
    """Those of these requests that nobody is sure of."""
    if not requests:
        return []
    rows = store.rows(
        "SELECT id FROM request WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND status = 'unsure'",
        **span(requests),
    )
    return [row["id"] for row in rows]


def resend(store: Store, requests: Sequence[int], actor: str, now: datetime, zone: tzinfo) -> int:
    """Puts what nobody is sure of back into the queue, on a person's word; returns how many were unsure still."""
    with store.transaction() as work:
        key, reason = f"resend {now.isoformat()}", f"{actor} decided to send it again"
        news = [
            News(message, "resend", now, key, actor=actor, reason=reason, due_at=now)
            for message in _unsure_messages(work, requests)
        ]
        resent = moves.apply(work, news, now, zone).changes
        if resent:
            work.rows(
                """
                UPDATE message SET paused = false, attempts = 0
                WHERE id BETWEEN $low AND $high AND id = ANY($ids)
                """,
                **span(one.message_id for one in resent),
            )
            _fold_anew(work, [one.request_id for one in resent], now)
        _audit(work, actor, "resend", [one.request_id for one in resent], now)
        return len(resent)


def mark_sent(store: Store, requests: Sequence[int], actor: str, now: datetime, zone: tzinfo) -> int:
    """Takes a person's word that unsure messages did leave; returns how many were unsure still."""
    with store.transaction() as work:
        key = f"marked {now.isoformat()}"
        news = [News(message, "marked_sent", now, key, actor=actor) for message in _unsure_messages(work, requests)]
        marked = moves.apply(work, news, now, zone).changes
        if marked:
            follow(work, marked, rules.load(work), now, zone, new_token)
        _audit(work, actor, "mark as sent", [one.request_id for one in marked], now)
        return len(marked)


def cancel(store: Store, requests: Sequence[int], actor: str, now: datetime, zone: tzinfo) -> int:
    """Takes out of the queue what of these requests still waits there, follow-ups too; returns how many messages."""
    if not requests:
        return 0
    with store.transaction() as work:
        waiting = work.locked(
            "SELECT id FROM message WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)"
            " AND status = 'queued' ORDER BY id",
            **span(requests),
        )
        news = [News(row["id"], "cancelled", now, f"cancelled {now.isoformat()}", actor=actor) for row in waiting]
        applied = moves.apply(work, [*news, *_too_late(work, requests, actor, now)], now, zone)
        followups.call_off(work, dict.fromkeys(requests, "cancelled"))
        cancelled = [one.request_id for one in applied.changes if one.after is Status.CANCELLED]
        _audit(work, actor, "cancel", cancelled, now)
        return len(cancelled)


def _too_late(work: Writing, requests: Sequence[int], actor: str, now: datetime) -> list[News]:
    """What is being handed over cannot be cancelled any more, but what was to follow it is."""
    rows = work.rows(
        """
        SELECT m.id FROM message m JOIN request r ON r.id = m.request_id
        WHERE m.request_id BETWEEN $low AND $high AND m.request_id = ANY($ids) AND m.status = 'sending'
            AND r.plan IS NOT NULL
        """,
        **span(requests),
    )
    key, reason = f"cancelled {now.isoformat()}", "Cancelled while the message before it was being sent"
    return [News(row["id"], "follow_up_skipped", now, key, actor=actor, reason=reason) for row in rows]


def send_now(store: Store, requests: Sequence[int], actor: str, now: datetime) -> int:
    """Puts waiting messages in front of all that is due; every rule still applies. Returns how many."""
    if not requests:
        return 0
    with store.transaction() as work:
        bounds = span(requests)
        moved = work.rows(
            """
            UPDATE message SET due_at = $first WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
                AND status = 'queued' AND due_at > $first RETURNING request_id
            """,
            first=_in_front(work, now),
            **bounds,
        )
        work.rows(
            """
            UPDATE request SET due_at = CASE WHEN status = 'queued' THEN $now ELSE due_at END,
                wanted_at = CASE WHEN status = 'queued' THEN $now ELSE wanted_at END,
                hold_reason = CASE WHEN hold_code = $refusal THEN hold_reason END,
                hold_code = CASE WHEN hold_code = $refusal THEN hold_code END,
                next_at = CASE WHEN next_at IS NULL THEN NULL ELSE $now END
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            now=now,
            refusal=RuleCode.REFUSAL,
            **bounds,
        )
        _audit(work, actor, "send now", [row["request_id"] for row in moved], now)
        return len(moved)


def _in_front(work: Writing, now: datetime) -> datetime:
    """A moment that comes before whatever is due: an import may wait there for hours at its pace."""
    oldest = work.rows("SELECT min(due_at) AS moment FROM message WHERE status = 'queued' AND NOT paused")[0]["moment"]
    return min(now, (oldest or now) - timedelta(microseconds=1))


def _audit(work: Writing, actor: str, action: str, requests: Iterable[int], now: datetime) -> None:
    """Notes what was done to these requests, if anything was."""
    reached = set(requests)
    if reached:
        subject = f"{len(reached)} requests" if len(reached) > 1 else f"request {min(reached)}"
        audit.record(work, actor, action, subject, "", now)


def _unsure_messages(work: Writing, requests: Sequence[int]) -> list[int]:
    """The newest unsure message of each of these requests."""
    if not requests:
        return []
    rows = work.locked(
        """
        SELECT id, request_id, number FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND status = 'unsure' ORDER BY id
        """,
        **span(requests),
    )
    rows.sort(key=lambda row: row["number"])
    return list({row["request_id"]: row["id"] for row in rows}.values())


def _have_answered(reading: Reading, requests: Sequence[int]) -> set[int]:
    """Those of these requests whose recipients have said or done what ends a sequence."""
    rows = reading.rows(
        """
        SELECT DISTINCT request_id FROM happening WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
            AND event = ANY(CAST($events AS text[]))
        """,
        events=sorted(BY_THE_RECIPIENT),
        **span(requests),
    )
    return {row["request_id"] for row in rows}


def _fold_anew(work: Writing, requests: Sequence[int], now: datetime) -> None:
    """Each request shows its newest message that has left the queue, else queued; and a follow-up that is in it."""
    rows = work.rows(
        """
        SELECT request_id, number, channel, status, code, reason FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND status <> 'sending' ORDER BY number
        """,
        **span(requests),
    )
    newest = {row["request_id"]: row for row in rows if row["status"] != "queued"}
    over = _have_answered(work, requests)  # a follow-up to them goes no further than the rules
    ahead = {
        row["request_id"]: row
        for row in rows
        if row["status"] == "queued" and row["number"] > 0 and row["request_id"] not in over
    }
    nothing = {"number": 0, "channel": None, "status": "queued", "code": None, "reason": None}
    shown = [newest.get(request, nothing) for request in requests]
    work.change(
        f"""
        UPDATE request SET status = v.status, retries = v.number, code = v.code, reason = {REASON}, due_at = $now,
            paused = false, hold_code = NULL, hold_reason = NULL,
            next_at = CASE WHEN v.next_number IS NULL THEN request.next_at ELSE $now END,
            next_number = coalesce(v.next_number, request.next_number),
            next_channel = coalesce(v.next_channel, request.next_channel)
        FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
        """,
        {
            "id bigint": list(requests),
            "number smallint": [row["number"] for row in shown],
            "status status": [row["status"] for row in shown],
            "code text": [row["code"] for row in shown],
            "reason text": [row["reason"] for row in shown],
            "channel channel": [row["channel"] for row in shown],
            "way text": [way(row["number"], row["channel"]) for row in shown],
            "next_number smallint": [ahead[one]["number"] if one in ahead else None for one in requests],
            "next_channel channel": [ahead[one]["channel"] if one in ahead else None for one in requests],
        },
        now=now,
        low=min(requests),
        high=max(requests),
    )
