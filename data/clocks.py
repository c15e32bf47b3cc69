"""On whose clock it goes what somebody still has to come: a corrected place or phone moves it."""

from collections.abc import Sequence
from datetime import datetime

from data.holds import let_judge
from data.places import Place
from data.places.zones import Whereabouts, whereabouts
from data.statements import span
from data.store import Reading, Writing
from data.verdicts import RuleCode


def go_by(work: Writing, contact: int, place: Place, workspace: str, now: datetime) -> None:
    """What waits for a person goes by the clock of its phone and this place; `workspace` is its own zone."""
    for phone, requests in _ahead(work, contact).items():
        _move(work, requests, whereabouts(phone, place, workspace), now)


def _ahead(reading: Reading, contact: int) -> dict[str | None, list[int]]:
    """Requests of theirs with something still to come, by the phone that each is about: it may differ from theirs."""
    rows = reading.rows(
        """
        SELECT r.id, coalesce('+' || r.phone_number, c.phone) AS phone
        FROM request r JOIN contact c ON c.id = r.contact_id
        WHERE r.contact_id = $id AND (r.status = 'queued' OR r.next_at IS NOT NULL OR r.plan IS NOT NULL)
        """,
        id=contact,
    )
    found: dict[str | None, list[int]] = {}
    for row in rows:
        found.setdefault(row["phone"], []).append(row["id"])
    return found


def _move(work: Writing, requests: Sequence[int], where: Whereabouts, now: datetime) -> None:
    """What the old clock held is due, and judged anew."""
    moved = work.rows(
        """
        UPDATE request SET zones = $zones, zone_source = $source, region = CAST($region AS text)
        WHERE id BETWEEN $low AND $high AND id = ANY($ids) RETURNING id, hold_code, wanted_at
        """,
        zones=",".join(where.zones),
        source=where.source,
        region=where.region or None,
        **span(requests),
    )
    let_judge(work, {row["id"]: row["wanted_at"] for row in moved if row["hold_code"] == RuleCode.QUIET_HOURS}, now)
