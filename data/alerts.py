"""Trouble that concerns more than one message: a code nobody knows, a text that a host rejects. Shown until seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data import audit
from data.store import Reading, Row, Store, Writing


@dataclass(frozen=True, slots=True)
class Alert:
    """One message's trouble, as its provider told it; `known` is whether our table has the code."""

    provider: str
    code: str
    channel: str
    meaning: str
    known: bool


def note(work: Writing, alerts: Sequence[Alert], now: datetime) -> None:
    """Counts them up; one that was put away appears again."""
    for one in dict.fromkeys(alerts):
        values = {"provider": one.provider, "code": one.code, "channel": one.channel, "now": now}
        values |= {"messages": alerts.count(one)}
        counted = work.rows(
            """
            UPDATE alert SET messages = messages + $messages, last_at = $now
            WHERE provider = $provider AND code = $code AND channel = CAST($channel AS channel) AND seen_at IS NULL
            RETURNING id
            """,
            **values,
        )
        if not counted:
            work.rows(
                """
                INSERT INTO alert (id, provider, code, channel, meaning, known, messages, first_at, last_at)
                VALUES (nextval('small_ids'), $provider, $code, CAST($channel AS channel), $meaning, $known, $messages,
                    $now, $now)
                """,
                meaning=one.meaning,
                known=one.known,
                **values,
            )


def unseen(reading: Reading) -> list[Row]:
    """What nobody has put away, the newest first."""
    return reading.rows("SELECT * FROM alert WHERE seen_at IS NULL ORDER BY last_at DESC, id DESC")


def see(store: Store, id: int, actor: str, now: datetime) -> bool:
    """Puts one away; False where somebody has done so already."""
    with store.transaction() as work:
        seen = work.rows(
            """
            UPDATE alert SET seen_at = $now, seen_by = $actor WHERE id = $id AND seen_at IS NULL
            RETURNING provider, code
            """,
            id=id,
            now=now,
            actor=actor,
        )
        for one in seen:
            audit.record(work, actor, "seen", f"{one['provider']} {one['code']}", "", now)
        return bool(seen)
