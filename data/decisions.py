"""What a person decides about requests that are under way: resend, mark as sent, cancel, stop follow-ups, send now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from data import audit, follow_up_store, moves, rules
from data.folding import REASON, way
from data.follow_up_plan import BY_THE_RECIPIENT, follow
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


@dataclass(frozen=True, slots=True)
class Cancelled:
    """How many requests were cancelled, how many that had left lose `follow_ups` only, and how many were `under_way`:
    being handed over, which is cancelled if it comes back, and followed by nothing."""

    asks: int = 0
    follow_ups: int = 0
    under_way: int = 0

    def __add__(self, more: "Cancelled") -> "Cancelled":
        return Cancelled(
            self.asks + more.asks, self.follow_ups + more.follow_ups, self.under_way + more.under_way
        )  # fmt: skip

    @property
    def reached(self) -> int:
        return self.asks + self.follow_ups + self.under_way


def cancel(store: Store, requests: Sequence[int], actor: str, now: datetime, zone: tzinfo) -> Cancelled:
    """Takes out of the queue what of these requests still waits there, and what is to follow."""
    if not requests:
        return Cancelled()
    with store.transaction() as work:
        found = work.locked(  # what is being sent, too: or it may come back between the look and the word
            "SELECT id, request_id, status FROM message WHERE request_id BETWEEN $low AND $high"
            " AND request_id = ANY($ids) AND status IN ('queued', 'sending') ORDER BY id",
            **span(requests),
        )
        ahead = _followed(work, requests)
        events = {"queued": "cancelled", "sending": "called_off"}
        told = [(row["id"], events[row["status"]]) for row in found]
        news = [News(id, event, now, f"{event} {now.isoformat()}", actor=actor) for id, event in told]
        applied = moves.apply(work, news, now, zone)
        follow_up_store.call_off(work, dict.fromkeys(requests, "cancelled"))
        asks = {one.request_id for one in applied.changes if one.after is Status.CANCELLED and not one.number}
        under_way = {row["request_id"] for row in found if row["status"] == "sending"}
        done = Cancelled(len(asks), len(ahead - asks - under_way), len(under_way))
        _audit(work, actor, "cancel", asks | ahead | under_way, now, _in_words(done))
        return done


def _followed(reading: Reading, requests: Sequence[int]) -> set[int]:
    """Those of these requests that have a follow-up ahead, or may yet get one."""
    rows = reading.rows(
        """
        SELECT id FROM request
        WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND (plan IS NOT NULL OR next_at IS NOT NULL)
        """,
        **span(requests),
    )
    return {row["id"] for row in rows}


def _in_words(done: Cancelled) -> str:
    parts = [
        f"of {done.follow_ups} only the follow-ups" if done.follow_ups else "",
        f"{done.under_way} just being sent" if done.under_way else "",
    ]
    return "; ".join(filter(None, parts))


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


def _audit(work: Writing, actor: str, action: str, requests: Iterable[int], now: datetime, detail: str = "") -> None:
    """Notes what was done to these requests, if anything was."""
    reached = set(requests)
    if reached:
        subject = f"{len(reached)} requests" if len(reached) > 1 else f"request {min(reached)}"
        audit.record(work, actor, action, subject, detail, now)


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
