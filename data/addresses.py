"""A contact's phone and email put right: what was said at the old one stays with it and with the person, and what waits
may go to the new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from data import audit, checks, clocks, rules
from data.barring import carry, spread
from data.checks.searching import readdressed, search_bits
from data.consents import Entry, record
from data.contacts import email_key, phone_number, remember_addresses
from data.happenings import Happening, keep
from data.owners import owners
from data.places import Place
from data.places.zones import by_number
from data.statements import span
from data.store import Reading, Row, Store, Writing

KINDS = ("phone", "email")
GONE = "This person is not kept any more, or under another contact."
MEANWHILE = "Somebody has changed this meanwhile; this is what it is now."
_NEITHER = "Keep a phone or an email; to have this person left alone, press Never ask."


@dataclass(frozen=True, slots=True)
class Corrected:
    """By kind what is wrong with what was typed, and which contact has that address; where neither, how many waiting
    messages go to the new one."""

    troubles: Mapping[str, str] = field(default_factory=dict[str, str])
    others: Mapping[str, int] = field(default_factory=dict[str, int])
    moved: int = 0


def waiting(reading: Reading, contact: int) -> list[Row]:
    """What of a person's is queued or being sent: address, channel, status and the number `n` of messages."""
    requests = [row["id"] for row in _ahead(reading, contact)]
    if not requests:
        return []
    return reading.rows(
        """
        SELECT address, channel, status, count(*) AS n FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND status IN ('queued', 'sending')
        GROUP BY address, channel, status ORDER BY address, channel, status
        """,
        **span(requests),
    )


def correct(
    store: Store, contact: int, drawn: Mapping[str, str], typed: Mapping[str, str], actor: str, now: datetime,
    zone: tzinfo, home: str, *, moving: bool,
) -> Corrected:  # fmt: skip
    """Takes another phone and email for a contact, by KINDS; empty means none. `drawn` is what the form showed before:
    what was left at that is not changed. `home` is the country of phones without a code.

    The old one stays known as theirs, so that its cooldown, caps and stops still find them. With `moving` what is
    queued for it goes to the new one.
    """
    with store.transaction() as work:
        work.one_at_a_time("asks")  # or somebody who is just being asked becomes another contact with this address
        found = work.rows("SELECT * FROM contact WHERE id = $id AND merged_into IS NULL", id=contact)
        if not found or not any(found[0][kind] for kind in KINDS):
            return Corrected({"phone": GONE})
        (kept,) = found
        wanted, troubles = _checked(drawn, typed, kept, home)
        new = {kind: address for kind, address in wanted.items() if address != (kept[kind] or "")}
        others = _others(work, contact, new)
        if troubles or others or not new:
            return Corrected(troubles, others)
        _keep(work, contact, wanted, [kept[kind] for kind in new if kept[kind]])
        moves = {kept[kind]: address for kind, address in new.items() if kept[kind] and address}
        moved = sum(_move(work, contact, old, to, actor, now) for old, to in moves.items()) if moving else 0
        if "phone" in new:
            clocks.go_by(work, contact, Place.of(kept), str(zone), now)
        _bar_too(work, contact, [address for address in new.values() if address], actor, now, zone)
        said = f"{' and '.join(new)}{f'; queued messages moved: {moved}' if moved else ''}"
        audit.record(work, actor, "change address", f"contact {contact}", said, now)  # which: would outlive an erasure
        return Corrected(moved=moved)


def _checked(
    drawn: Mapping[str, str], typed: Mapping[str, str], kept: Row, home: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The addresses, and what is wrong with them; what stands there already is not looked at again."""
    wanted: dict[str, str] = {}
    troubles: dict[str, str] = {}
    for kind in KINDS:
        text, stands = typed[kind].strip(), kept[kind] or ""
        if text in (drawn[kind], stands):
            wanted[kind] = stands
            continue
        if drawn[kind] != stands:
            troubles[kind] = MEANWHILE
            continue
        if not text:
            wanted[kind] = text
            continue
        found = checks.phone(text, home) if kind == "phone" else checks.email(text)
        wanted[kind] = found.value
        if found.trouble:
            troubles[kind] = found.trouble
    if not any(wanted.values()) and not troubles:
        troubles["phone"] = _NEITHER
    return wanted, troubles


def _others(reading: Reading, contact: int, new: Mapping[str, str]) -> dict[str, int]:
    """The other contact, by kind, that shows such an address."""
    holders = owners(reading, [address for address in new.values() if address])
    others = {kind: [id for id in holders.get(address, ()) if id != contact] for kind, address in new.items()}
    return {kind: ids[0] for kind, ids in others.items() if ids}


def _keep(work: Writing, contact: int, wanted: Mapping[str, str], former: Sequence[str]) -> None:
    phone, email = wanted["phone"] or None, wanted["email"] or None
    work.rows(
        """
        UPDATE contact SET phone = CAST($phone AS text), phone_number = CAST($number AS bigint),
            email = CAST($email AS text), email_key = CAST($key AS bigint)
        WHERE id = $id
        """,
        phone=phone,
        number=phone_number(phone),
        email=email,
        key=email_key(email),
        id=contact,
    )
    shown = [address for address in (phone, email) if address]
    work.rows(
        "DELETE FROM other_address WHERE contact_id = $id AND address IN (SELECT unnest(CAST($shown AS text[])))",
        id=contact,
        shown=shown,
    )
    if former:
        remember_addresses(work, [(contact, address) for address in former])


def _ahead(reading: Reading, contact: int) -> list[Row]:
    """Requests of theirs with something still to come."""
    return reading.rows(
        """
        SELECT id, address, phone_number, email, search FROM request
        WHERE contact_id = $id AND (status = 'queued' OR next_at IS NOT NULL OR plan IS NOT NULL) ORDER BY id
        """,
        id=contact,
    )


def _move(work: Writing, contact: int, old: str, new: str, actor: str, now: datetime) -> int:
    """What is queued for the old address; what an engine holds is out of reach, and what has left stays as it was."""
    requests = {row["id"]: row for row in _ahead(work, contact)}
    if not requests:
        return 0
    messages = work.locked(
        "SELECT id, request_id, channel, status FROM message"
        " WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND address = $old ORDER BY id",
        old=old,
        **span(requests),
    )
    queued = [row for row in messages if row["status"] == "queued"]
    if queued:
        _send_to(work, queued, new)
        key, said = f"readdressed {now.isoformat()}", f"from {old} to {new}"
        keep(work, [Happening(one["request_id"], one["id"], "readdressed", key, now, now, actor, None, said)
                    for one in queued])  # fmt: skip
        channels = sorted({row["channel"] for row in queued})
        record(work, [Entry(new, contact, one, "granted", "customer", "console", None, actor) for one in channels], now)
    begun = {row["request_id"] for row in messages if row["status"] != "queued"}
    _rewrite(work, [row for id, row in requests.items() if id not in begun], old, new)
    return len(queued)


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


def _rewrite(work: Writing, requests: Sequence[Row], old: str, new: str) -> None:
    """Of requests of which nothing has gone to the old address yet: they are shown and found by the new one, and their
    follow-ups go there."""
    after = [_rewritten(row, old, new) for row in requests]
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


def _rewritten(row: Row, old: str, new: str) -> Row:
    by_phone = "@" not in new and row["phone_number"] == phone_number(old)
    return {
        **row,
        "address": new if row["address"] == old else row["address"],
        "phone_number": phone_number(new) if by_phone else row["phone_number"],
        "email": new if row["email"] == old else row["email"],
        "search": readdressed(row["search"], old, new),
    }


def _bar_too(work: Writing, contact: int, new: Sequence[str], actor: str, now: datetime, zone: tzinfo) -> None:
    """Never ask, and where a stop means the person their stop, hold at a new address, too."""
    carry(work, contact, new, actor, now, zone)
    if rules.load(work).stop_means_person:
        spread(work, contact, actor, now, zone)
