"""Who decided what: append-only, shown among the decisions."""

from datetime import datetime

from data.store import Reading, Row, Writing


def record(work: Writing, actor: str, action: str, subject: str, detail: str, now: datetime) -> None:
    work.rows(
        """
        INSERT INTO audit (happened_at, actor, action, subject, detail)
        VALUES ($now, $actor, $action, $subject, $detail)
        """,
        now=now,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
    )


def newest(reading: Reading, limit: int) -> list[Row]:
    """The newest entries."""
    return reading.rows(
        "SELECT happened_at, actor, action, subject, detail FROM audit ORDER BY happened_at DESC LIMIT $limit",
        limit=limit,
    )
