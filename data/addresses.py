"""A contact's phone and email put right: what was said at the old one stays with it and with the person, and what waits
may go to the new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from data import audit, checks, clocks, readdressing, rules
from data.barring import carry, spread
from data.contacts import email_key, phone_number, remember_addresses
from data.owners import every_address, merged, owners
from data.places import Place
from data.readdressing import ahead
from data.statements import span
from data.store import Reading, Row, Store, Writing

KINDS = ("phone", "email")
GONE = "This person is not kept any more, or under another contact."
MEANWHILE = "Somebody has changed this meanwhile; this is what it is now."
_NEITHER = "Keep a phone or an email; to have this person left alone, press Never ask."


@dataclass(frozen=True, slots=True)
class Corrected:
    """By kind what is wrong with what was typed, and which contact has that address; where neither, how many waiting
    messages go to a new one, and how many were cancelled with one that was removed."""

    troubles: Mapping[str, str] = field(default_factory=dict[str, str])
    others: Mapping[str, int] = field(default_factory=dict[str, int])
    moved: int = 0
    cancelled: int = 0


def waiting(reading: Reading, contact: int) -> list[Row]:
    """What of a person's is queued or being sent: address, channel, status and the number `n` of messages."""
    requests = [row["id"] for row in ahead(reading, contact)]
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
    zone: tzinfo, home: str, *, moving: bool, theirs: bool = True,
) -> Corrected:  # fmt: skip
    """Takes another phone and email for a contact, by KINDS; empty means none. `drawn` is what the form showed before:
    what was left at that is not changed. `home` is the country of phones without a code.

    The old one stays known as theirs, so that its cooldown, caps and stops still find them, unless it never was
    `theirs`. With `moving` what is queued for it goes to the new one; what is queued for one that is removed is
    cancelled.
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
        known = every_address(work, merged(work, [contact]))
        former = {kind: kept[kind] for kind in new if kept[kind]}
        _keep(work, contact, wanted, list(former.values()), theirs=theirs)
        moved = cancelled = 0
        for kind, old in former.items():
            if not new[kind]:
                cancelled += readdressing.remove(work, contact, kind, old, actor, now, zone)
            elif moving:
                moved += readdressing.move(work, contact, old, new[kind], actor, now)
        if "phone" in new:
            clocks.go_by(work, contact, Place.of(kept), str(zone), now)
        carry(work, contact, known, [address for address in new.values() if address], actor, now, zone)
        if rules.load(work).stop_means_person:
            spread(work, contact, actor, now, zone)
        said = _in_words(new, moved, cancelled)
        audit.record(work, actor, "change address", f"contact {contact}", said, now)  # which: would outlive an erasure
        return Corrected(moved=moved, cancelled=cancelled)


def _in_words(new: Mapping[str, str], moved: int, cancelled: int) -> str:
    parts = [
        " and ".join(kind if address else f"{kind} removed" for kind, address in new.items()),
        f"queued messages moved: {moved}" if moved else "",
        f"queued messages cancelled: {cancelled}" if cancelled else "",
    ]
    return "; ".join(filter(None, parts))


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


def _keep(work: Writing, contact: int, wanted: Mapping[str, str], former: Sequence[str], *, theirs: bool) -> None:
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
    gone = [address for address in (phone, email, *(() if theirs else former)) if address]
    work.rows(
        "DELETE FROM other_address WHERE contact_id = $id AND address IN (SELECT unnest(CAST($gone AS text[])))",
        id=contact,
        gone=gone,
    )
    if former and theirs:
        remember_addresses(work, [(contact, address) for address in former])
