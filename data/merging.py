"""Two contacts that are one person: found by what they share, kept under one id."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import LiteralString

from data import audit, rules
from data.barring import spread
from data.clocks import go_by
from data.places import Place
from data.store import Reading, Row, Store, Writing

_MOST = 50


def duplicates(reading: Reading) -> list[Row]:
    """The first fifty pairs that share a phone or an email; the older one is `keep`."""
    rows: list[Row] = []
    for column in _SHARED:
        rows += reading.rows(
            f"""
            SELECT k.id AS keep, k.name AS keep_name, o.id AS other, o.name AS other_name
            FROM (
                SELECT {column} AS shared, min(id) AS first FROM contact
                WHERE {column} IS NOT NULL AND merged_into IS NULL GROUP BY {column} HAVING count(*) > 1
                ORDER BY 2 LIMIT $most
            ) AS s JOIN contact o ON o.{column} = s.shared JOIN contact k ON k.id = s.first
            WHERE o.id <> s.first AND o.merged_into IS NULL AND {_SAME[column]} ORDER BY 1, 3 LIMIT $most
            """,
            most=_MOST,
        )
    return _once(rows)[:_MOST]


def duplicates_of(reading: Reading, id: int) -> list[Row]:
    """The pairs that one person is part of."""
    found = reading.rows("SELECT * FROM contact WHERE id = $id AND merged_into IS NULL", id=id)
    rows: list[Row] = []
    for column in _SHARED:
        if found and found[0][column] is not None:
            rows += reading.rows(
                f"SELECT id, name, phone_number, email, merged_into FROM contact WHERE {column} = $shared",
                shared=found[0][column],  # nothing else in the condition, or no index is used
            )
    rows = [row for row in rows if row["id"] != id and row["merged_into"] is None]
    same = [row for row in rows if any(row[key] and row[key] == found[0][key] for key in ("phone_number", "email"))]
    return _once([_pair(found[0], row) for row in sorted(same, key=lambda row: row["id"])])[:_MOST]


def pair(reading: Reading, one: int, two: int) -> Row:
    """Two contacts as `duplicates` has them."""
    found = reading.rows("SELECT id, name FROM contact WHERE id = $one OR id = $two ORDER BY id", one=one, two=two)
    return _pair(found[0], found[1])


_SHARED: Sequence[LiteralString] = ("phone_number", "email_key")
# Two emails may have one hash: the text decides.
_SAME: dict[str, LiteralString] = {"phone_number": "true", "email_key": "o.email = k.email"}


def _pair(one: Row, two: Row) -> Row:
    keep, other = sorted((one, two), key=lambda row: row["id"])
    return {"keep": keep["id"], "keep_name": keep["name"], "other": other["id"], "other_name": other["name"]}


def _once(rows: Sequence[Row]) -> list[Row]:
    return list({(row["keep"], row["other"]): row for row in rows}.values())


def merge(store: Store, keep: int, other: int, actor: str, now: datetime, zone: tzinfo) -> bool:
    """Keeps `other` under `keep`, with all that was asked and answered; False where one is gone or merged already.

    What either said to be left alone counts for both, where the rules say so; so does where they live.
    """
    with store.transaction() as work:
        work.one_at_a_time("asks")  # or one that is being queued for them would be left behind
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
        (kept,) = work.rows("SELECT zone, region, postal FROM contact WHERE id = $keep", keep=keep)
        if place := Place.of(kept):
            go_by(work, keep, place, str(zone), now)
        if rules.load(work).stop_means_person:
            spread(work, keep, actor, now, zone)
        audit.record(work, actor, "merge contacts", f"contact {other} into {keep}", "", now)
        return True


def _fill(work: Writing, keep: int, other: int) -> None:
    """What is known only of the other one; an email and a phone go with their numbers."""
    work.rows(
        """
        UPDATE contact SET phone = coalesce(contact.phone, o.phone), email = coalesce(contact.email, o.email),
            phone_number = coalesce(contact.phone_number, o.phone_number),
            email_key = coalesce(contact.email_key, o.email_key),
            zone = coalesce(contact.zone, o.zone), region = coalesce(contact.region, o.region),
            postal = CASE WHEN contact.region IS NULL THEN o.postal ELSE contact.postal END
        FROM contact AS o WHERE o.id = $other AND contact.id = $keep
        """,
        keep=keep,
        other=other,
    )


_MOVED: Sequence[LiteralString] = ("request", "other_address", "reach", "reply")


def _move(work: Writing, keep: int, other: int) -> None:
    for table in _MOVED:
        work.rows(f"UPDATE {table} SET contact_id = $keep WHERE contact_id = $other", keep=keep, other=other)
