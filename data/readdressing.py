"""What of a person's is still to come, once their phone or email is another one, or none."""

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo

from data import follow_up_store, moves
from data.checks.searching import readdressed, search_bits
from data.consents import Entry, record
from data.contacts import phone_number
from data.happenings import Happening, keep
from data.moves import News
from data.places.zones import by_number
from data.statements import span
from data.store import Reading, Row, Writing


def ahead(reading: Reading, contact: int) -> list[Row]:
    """Requests of theirs with something still to come."""
    return reading.rows(
        """
        SELECT id, address, channel, phone_number, email, search FROM request
        WHERE contact_id = $id AND (status = 'queued' OR next_at IS NOT NULL OR plan IS NOT NULL) ORDER BY id
        """,
        id=contact,
    )


def move(work: Writing, contact: int, old: str, new: str, actor: str, now: datetime) -> int:
    """What is queued for the old address goes to the new one, and so do follow-ups that are not queued yet; what an
    engine holds is out of reach, and what has left stays as it was."""
    requests = {row["id"]: row for row in ahead(work, contact)}
    messages = _messages(work, requests, old)
    queued = [row for row in messages if row["status"] == "queued"]
    if queued:
        _send_to(work, queued, new)
        key, said = f"readdressed {now.isoformat()}", f"from {old} to {new}"
        keep(work, [Happening(one["request_id"], one["id"], "readdressed", key, now, now, actor, None, said)
                    for one in queued])  # fmt: skip
        channels = sorted({row["channel"] for row in queued})
        record(work, [Entry(new, contact, one, "granted", "customer", "console", None, actor) for one in channels], now)
    begun = {row["request_id"] for row in messages if row["status"] != "queued"}
    _rewrite(
        work, list(requests.values()), [_rewritten(row, old, new, row["id"] in begun) for row in requests.values()]
    )
    return len(queued)


def remove(work: Writing, contact: int, kind: str, old: str, actor: str, now: datetime, zone: tzinfo) -> int:
    """Nothing goes to the old address any more, but for what an engine holds; returns how many messages waited."""
    requests = {row["id"]: row for row in ahead(work, contact)}
    messages = _messages(work, requests, old)
    queued = [row for row in messages if row["status"] == "queued"]
    key, said = f"cancelled {now.isoformat()}", f"Their {kind} was removed"
    moves.apply(work, [News(row["id"], "cancelled", now, key, actor=actor, reason=said) for row in queued], now, zone)
    follow_up_store.nothing_ahead(work, {row["request_id"] for row in queued})
    held = {row["request_id"] for row in messages if row["status"] == "sending"}
    mailed = {id for id, row in requests.items() if row["channel"] == "email" and row["address"] == old}
    _plan_nothing(work, held | mailed)
    _rewrite(work, list(requests.values()), [_without(row, old) for row in requests.values()])
    return len(queued)


def _messages(work: Writing, requests: Collection[int], address: str) -> list[Row]:
    if not requests:
        return []
    return work.locked(
        "SELECT id, request_id, channel, status FROM message"
        " WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND address = $address ORDER BY id",
        address=address,
        **span(requests),
    )


def _plan_nothing(work: Writing, requests: Collection[int]) -> None:
    """What is queued still goes; no step comes after it."""
    if requests:
        work.rows("UPDATE request SET plan = NULL WHERE id BETWEEN $low AND $high AND id = ANY($ids)", **span(requests))


def _send_to(work: Writing, queued: Sequence[Row], new: str) -> None:
    work.rows(
        """
        UPDATE message SET address = $new, country = coalesce(CAST($country AS text), country)
        WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        """,
        new=new,
        country=None if "@" in new else by_number(new).country or None,
        **span(row["id"] for row in queued),
    )


def _rewrite(work: Writing, requests: Sequence[Row], after: Sequence[Row]) -> None:
    changed = [now for now, row in zip(after, requests, strict=True) if now != row]
    if changed:
        work.change(
            """
            UPDATE request SET address = v.address, phone_number = v.phone_number, email = v.email,
                search = v.search, search_bits = v.bits
            FROM incoming AS v WHERE request.id = v.id AND request.id BETWEEN $low AND $high
            """,
            {
                "id bigint": [row["id"] for row in changed],
                "address text": [row["address"] for row in changed],
                "phone_number bigint": [row["phone_number"] for row in changed],
                "email text": [row["email"] for row in changed],
                "search text": [row["search"] for row in changed],
                "bits bigint": [search_bits(row["search"]) for row in changed],
            },
            low=changed[0]["id"],
            high=changed[-1]["id"],
        )


def _rewritten(row: Row, old: str, new: str, begun: bool) -> Row:
    """Its follow-ups go to the new one; and unless it has `begun` at the old one, it is shown and found by that."""
    by_phone = "@" not in new and row["phone_number"] == phone_number(old)
    after = {
        **row,
        "phone_number": phone_number(new) if by_phone else row["phone_number"],
        "email": new if row["email"] == old or (begun and "@" in new and row["address"] == old) else row["email"],
    }
    if begun:
        return after
    address = new if row["address"] == old else row["address"]
    return {**after, "address": address, "search": readdressed(row["search"], old, new)}


def _without(row: Row, old: str) -> Row:
    return {
        **row,
        "phone_number": None if "@" not in old and row["phone_number"] == phone_number(old) else row["phone_number"],
        "email": None if row["email"] == old else row["email"],
    }
