"""Two contacts that are one person: found by what they share, kept under one id."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from data.rules import audit
from data.store import Reading, Row, Store, Writing

_PAIR: LiteralString = """SELECT k.id AS keep, k.name AS keep_name, o.id AS other, o.name AS other_name,
    coalesce(o.phone, o.email) AS other_address
    FROM contact k JOIN contact o ON o.id > k.id"""
_BOTH: LiteralString = "k.merged_into IS NULL AND o.merged_into IS NULL"
_MOST = 50


def duplicates(reading: Reading, of: int | None = None) -> list[Row]:
    """Pairs that share a phone or an email, of one person or the first fifty of all; the older one is `keep`."""
    mine: LiteralString = "AND (k.id = $id OR o.id = $id)" if of is not None else ""
    return reading.rows(
        f"""
        {_PAIR} AND o.phone_number = k.phone_number WHERE {_BOTH} {mine}
        UNION
        {_PAIR} AND o.email_key = k.email_key AND o.email = k.email WHERE {_BOTH} {mine}
        ORDER BY 1, 3 LIMIT $most
        """,
        most=_MOST,
        **({"id": of} if of is not None else {}),
    )


def merge(store: Store, keep: int, other: int, actor: str, now: datetime) -> bool:
    """Keeps `other` under `keep`, with all that was asked and answered; False where one is gone or merged already."""
    with store.transaction() as work:
        found = work.locked(
            "SELECT id FROM contact WHERE (id = $keep OR id = $other) AND merged_into IS NULL ORDER BY id",
            keep=keep,
            other=other,
        )
        if len(found) < 2:
            return False
        _fill(work, keep, other)
        # Whoever was merged into the other one before is one hop away again.
        work.rows("UPDATE contact SET merged_into = $keep WHERE id = $other OR merged_into = $other",
                  keep=keep, other=other)  # fmt: skip
        _move(work, keep, other)
        audit(work, actor, "merge contacts", f"contact {other} into {keep}", "", now)
        return True


def _fill(work: Writing, keep: int, other: int) -> None:
    """What is known only of the other one; an email and a phone go with their numbers."""
    work.rows(
        """
        UPDATE contact SET phone = coalesce(contact.phone, o.phone), email = coalesce(contact.email, o.email),
            phone_number = coalesce(contact.phone_number, o.phone_number),
            email_key = coalesce(contact.email_key, o.email_key),
            zone = coalesce(contact.zone, o.zone), region = coalesce(contact.region, o.region)
        FROM contact AS o WHERE o.id = $other AND contact.id = $keep
        """,
        keep=keep,
        other=other,
    )


_MOVED: Sequence[LiteralString] = ("request", "reach", "reply")


def _move(work: Writing, keep: int, other: int) -> None:
    for table in _MOVED:
        work.rows(f"UPDATE {table} SET contact_id = $keep WHERE contact_id = $other", keep=keep, other=other)
