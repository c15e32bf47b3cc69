"""The people who ask: renamed, taken off the team and back, and their queue handed to somebody else."""

from collections.abc import Sequence
from datetime import datetime

from data import audit, checks
from data.happenings import Happening, keep
from data.statements import span
from data.store import Reading, Row, Store, Writing


def everybody(reading: Reading) -> list[Row]:
    """Id, name and, of who left, `retired_at`; in alphabetical order."""
    return reading.rows("SELECT id, name, retired_at FROM member ORDER BY lower(name), id")


def askers(reading: Reading) -> dict[int, str]:
    """The names, by id, of those who may ask."""
    return {row["id"]: row["name"] for row in everybody(reading) if row["retired_at"] is None}


def called(reading: Reading, name: str) -> Row | None:
    """Who goes by a name, however it is capitalised."""
    return next((row for row in everybody(reading) if row["name"].casefold() == name.casefold()), None)


def rename(store: Store, id: int, name: str, actor: str, now: datetime) -> str | None:
    """Corrects a name everywhere, also in what still waits; returns a sentence where it cannot be had."""
    checked = checks.name(name)
    if checked.trouble:
        return checked.trouble
    with store.transaction() as work:
        holder, old = called(work, checked.value), _name(work, id)
        if holder and holder["id"] != id:
            return f"{holder['name']} is somebody else of the team; hand over what waits instead."
        if old != checked.value:
            work.rows("UPDATE member SET name = $name WHERE id = $id", name=checked.value, id=id)
            audit.record(work, actor, "rename sender", f"sender {id}", f"{old} -> {checked.value}", now)
    return None


def retire(store: Store, id: int, actor: str, now: datetime) -> None:
    """Not offered any more to whoever asks; what they asked stays theirs, in the queue and in the numbers."""
    _set_retired(store, id, now, "retire sender", actor, now)


def bring_back(store: Store, id: int, actor: str, now: datetime) -> None:
    _set_retired(store, id, None, "bring back sender", actor, now)


def _set_retired(store: Store, id: int, retired_at: datetime | None, action: str, actor: str, now: datetime) -> None:
    with store.transaction() as work:
        changed = work.rows(
            """
            UPDATE member SET retired_at = CAST($at AS timestamptz)
            WHERE id = $id AND (retired_at IS NULL) <> (CAST($at AS timestamptz) IS NULL) RETURNING id
            """,
            at=retired_at,
            id=id,
        )
        if changed:
            audit.record(work, actor, action, f"sender {id}", "", now)


def hand_over(store: Store, requests: Sequence[int], to: int, actor: str, now: datetime) -> int:
    """Makes somebody else accountable for asks that still wait; returns how many.

    What has left stays with who sent it, follow-ups included, so that numbers of the past stay true.
    """
    if not requests:
        return 0
    with store.transaction() as work:
        moved = work.rows(  # the message decides: once an engine has claimed it, it is too late
            """
            UPDATE message SET sent_by = $to
            WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND number = 0 AND status = 'queued'
                AND coalesce(sent_by, 0) <> $to
            RETURNING id, request_id
            """,
            to=to,
            **span(requests),
        )
        if not moved:
            return 0
        reached, name = span(row["request_id"] for row in moved), _name(work, to)
        work.rows(
            "UPDATE request SET sent_by = $to WHERE id BETWEEN $low AND $high AND id = ANY($ids)", to=to, **reached
        )
        key, said = f"handed_over {now.isoformat()}", f"{name} is accountable now"
        told = [(one["request_id"], one["id"], "handed_over", key, now, now, actor, None, said) for one in moved]
        keep(work, [Happening(*one) for one in told])
        audit.record(work, actor, "hand over", f"{len(moved)} request{'s' * (len(moved) > 1)}", f"to {name}", now)
        return len(moved)


def _name(work: Writing, id: int) -> str:
    return next((row["name"] for row in work.rows("SELECT name FROM member WHERE id = $id", id=id)), "")
