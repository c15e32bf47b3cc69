"""The people who are asked; one contact per phone or email, however often they are imported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.store import Row, Writing

Person = tuple[str, str | None, str | None]  # name, email, phone (E.164)


def find_or_create(work: Writing, people: Sequence[Person], now: datetime) -> list[int]:
    """The contact id of each person, in order: found by phone, then by email, else made."""
    by_phone, by_email = _known(work, people)
    ids: list[int | None] = []
    fresh: list[Person] = []
    waiting: list[int] = []
    for index, (_, email, phone) in enumerate(people):
        found = by_phone.get(phone or "") or by_email.get(email or "")
        ids.append(found)
        if found is None:
            fresh.append(people[index])
            waiting.append(index)
    if fresh:
        made = _create(work, fresh, now)
        for index, contact in zip(waiting, made, strict=True):
            ids[index] = contact
    return [id for id in ids if id is not None]


def _known(work: Writing, people: Sequence[Person]) -> tuple[dict[str, int], dict[str, int]]:
    rows: list[Row] = work.rows(
        """
        SELECT id, email, phone FROM contact
        WHERE phone = ANY(CAST($phones AS text[])) OR email = ANY(CAST($emails AS text[])) ORDER BY id DESC
        """,
        phones=[phone for _, _, phone in people if phone],
        emails=[email for _, email, _ in people if email],
    )
    by_phone = {row["phone"]: row["id"] for row in rows if row["phone"]}
    by_email = {row["email"]: row["id"] for row in rows if row["email"]}
    return by_phone, by_email


def _create(work: Writing, people: Sequence[Person], now: datetime) -> list[int]:
    """Makes one contact for each new phone or email; repeats within the batch share it."""
    made: dict[str, int] = {}
    ids = [
        row["id"]
        for row in work.rows("SELECT nextval('contact_ids') AS id FROM generate_series(1, $count)", count=len(people))
    ]
    chosen: list[int] = []
    columns: dict[str, list[Any]] = {"id": [], "name": [], "email": [], "phone": [], "created_at": []}
    for (name, email, phone), id in zip(people, ids, strict=True):
        known = made.get(phone or "") or made.get(email or "")
        contact = known or id
        made |= {key: contact for key in (phone, email) if key}
        chosen.append(contact)
        if not known:
            for column, cell in zip(columns.values(), (id, name, email, phone, now), strict=True):
                column.append(cell)
    work.append("contact", columns)
    return chosen
