"""What dead engines held: back into the queue what was not begun with; what may have left is taken over, to be asked
after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from data import cases, claims, moves
from data.claims import Claimed
from data.marks import Marks, Position
from data.moves import News
from data.store import Row, Writing


def adopt(
    work: Writing, marks: Marks, lost: Sequence[datetime], now: datetime, zone: tzinfo, free: int
) -> list[Claimed]:
    """Up to `free` messages of which nobody knows yet whether they were sent.

    `lost` are turns of this engine that failed: if the store kept one after all, nobody here knows what it claimed.
    """
    orphans = claims.orphans(work, marks.engine, lost, now)
    if not orphans:
        return []
    left = marks.left(work, {row["claimed_by"] for row in orphans})
    untried = [row for row in orphans if _is_beyond(row, left)]
    put_back = moves.apply(work, [_put_back(row, now) for row in untried], now, zone).changes
    cases.unreach(work, [one.message_id for one in put_back])
    beyond = {row["id"] for row in untried}
    doubtful = {row["id"]: row for row in orphans if row["id"] not in beyond}
    adopted = claims.adopt(work, marks, sorted(doubtful)[:free], now)
    return [_as_held(one, doubtful[one.id]) for one in adopted]


def _as_held(one: Claimed, row: Row) -> Claimed:
    return replace(one, left_at=row["claimed_at"], served_by=json.loads(row["serves"] or "{}").get(row["channel"]))


def _is_beyond(row: Row, left: Mapping[str, Position]) -> bool:
    mark = left.get(row["claimed_by"])
    return mark is not None and (row["claimed_at"], row["id"]) > mark


def _put_back(row: Row, now: datetime) -> News:
    key = f"put_off {row['claimed_at'].isoformat()}"
    return News(
        row["id"], "put_off", now, key, actor="engine", reason="The engine stopped before it was sent", due_at=now
    )
