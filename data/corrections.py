"""What a person puts right before it leaves: a contact's name, and the time of an ask that waits."""

from datetime import UTC, datetime, timedelta

from data import audit, checks, rules
from data.checks.searching import plain_name, renamed, search_bits
from data.days import day
from data.happenings import Happening, keep
from data.statements import span
from data.store import Store, Writing
from data.verdicts import RuleCode


def rename(store: Store, contact: int, name: str, actor: str, now: datetime) -> str | None:
    """Corrects a name, in what waits in the queue too; what has left keeps the one that was read.

    Returns a sentence where the name cannot be had.
    """
    checked = checks.name(name)
    if checked.trouble:
        return checked.trouble
    with store.transaction() as work:
        _take_along(work, contact, checked.value)
        changed = work.rows(
            """
            UPDATE contact SET name = $name, plain = CAST($plain AS text) WHERE id = $id AND name <> $name RETURNING id
            """,
            name=checked.value,
            plain=plain_name(checked.value),
            id=contact,
        )
        if changed:
            audit.record(work, actor, "rename contact", f"contact {contact}", "", now)  # names would outlive an erasure
    return None


def _take_along(work: Writing, contact: int, name: str) -> None:
    """Asks that no engine holds yet."""
    asked = work.rows(
        "SELECT id, contact_name, search FROM request WHERE contact_id = $id AND status = 'queued'", id=contact
    )
    if not asked:
        return
    waiting = work.locked(
        "SELECT id, request_id FROM message WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)"
        " AND number = 0 AND status = 'queued' ORDER BY id",
        **span(row["id"] for row in asked),
    )
    free = {row["request_id"] for row in waiting}
    texts = {row["id"]: renamed(row["search"], row["contact_name"], name) for row in asked if row["id"] in free}
    if texts:
        work.change(
            """
            UPDATE request SET contact_name = $name, plain = CAST($plain AS text), search = v.search,
                search_bits = v.bits
            FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
            """,
            {
                "id bigint": list(texts),
                "search text": list(texts.values()),
                "bits bigint": [search_bits(text) for text in texts.values()],
            },
            name=name,
            plain=plain_name(name),
            low=min(texts),
            high=max(texts),
        )


def change_time(store: Store, request: int, due_at: datetime, actor: str, now: datetime) -> str | None:
    """Moves an ask that waits to another time; every rule still applies then. Returns a sentence why not."""
    with store.transaction() as work:
        waiting = work.locked(
            "SELECT id FROM message WHERE request_id = $id AND number = 0 AND status = 'queued' ORDER BY id", id=request
        )
        if not waiting:
            return "It does not wait any more."
        (asked,) = work.rows("SELECT visited_at, due_at FROM request WHERE id = $id", id=request)
        if asked["due_at"].replace(second=0, microsecond=0) == due_at.replace(second=0, microsecond=0):
            return None  # people choose minutes: it stands there already
        visited_at = asked["visited_at"]
        expires_at = (visited_at or due_at) + timedelta(days=rules.load(work).expires_days)
        if visited_at and due_at < visited_at:
            return "Nobody is asked before their visit; choose a later time."
        if due_at >= expires_at:
            return f"That is too long after their visit; it expires on {day(expires_at.astimezone(UTC))}."
        _move(work, request, due_at, expires_at)
        clock = due_at.astimezone(UTC)
        said = f"to {day(clock)}, {clock:%H:%M} UTC"
        key = f"rescheduled {now.isoformat()}"
        keep(work, [Happening(request, waiting[0]["id"], "rescheduled", key, now, now, actor, None, said)])
        audit.record(work, actor, "change time", f"request {request}", said, now)
    return None


def _move(work: Writing, request: int, due_at: datetime, expires_at: datetime) -> None:
    """What a rule held until another time is judged anew at this one; a likely refusal still waits for a person."""
    work.rows(
        "UPDATE message SET due_at = $due WHERE request_id = $id AND number = 0 AND status = 'queued'",
        due=due_at,
        id=request,
    )
    work.rows(
        """
        UPDATE request SET due_at = $due, wanted_at = $due, expires_at = $expires,
            hold_reason = CASE WHEN hold_code = $refusal THEN hold_reason END,
            hold_code = CASE WHEN hold_code = $refusal THEN hold_code END
        WHERE id = $id
        """,
        due=due_at,
        expires=expires_at,
        refusal=RuleCode.REFUSAL,
        id=request,
    )
