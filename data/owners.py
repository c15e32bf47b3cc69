"""Whose an address is: the contacts that have it or were ever asked there, and every address of theirs."""

from collections.abc import Collection, Sequence
from typing import LiteralString

from data.contacts import address_key, number_in
from data.statements import span
from data.store import Reading, Row

Owner = tuple[int, str | None, str | None]  # the id a contact is kept under, a phone and an email of theirs
_SHOWN: dict[str, LiteralString] = {
    "email_key": "SELECT email AS address, coalesce(merged_into, id) AS id FROM contact"
    " WHERE email_key IN (SELECT unnest(CAST($keys AS bigint[])))",
    "phone_number": "SELECT phone AS address, coalesce(merged_into, id) AS id FROM contact"
    " WHERE phone_number IN (SELECT unnest(CAST($keys AS bigint[])))",
}


def owners(reading: Reading, addresses: Collection[str]) -> dict[str, list[int]]:
    """The contacts that have each address, by the ids they are kept under, the lowest first."""
    keys = {
        "email_key": [address_key(one) for one in addresses if "@" in one],
        "phone_number": [number for one in addresses if "@" not in one and (number := number_in(one)) is not None],
    }
    found: dict[str, set[int]] = {address: set() for address in addresses}
    for column, kept in _SHOWN.items():  # one column each: with OR no index is used
        for row in reading.rows(kept, keys=keys[column]) if keys[column] else ():
            if row["address"] in found:  # two emails may have one hash
                found[row["address"]].add(row["id"])
    return {address: sorted(ids) for address, ids in found.items()}


def merged(reading: Reading, kept: Sequence[int]) -> list[Owner]:
    """Id, phone and email of these contacts and of those merged into them, all by the id they are kept under."""
    return [(row["id"], row["phone"], row["email"]) for row in as_kept(reading, kept)]


def as_kept(reading: Reading, kept: Sequence[int]) -> list[Row]:
    """The same with each one's `own` id."""
    if not kept:
        return []
    return reading.rows(
        """
        SELECT id, id AS own, phone, email FROM contact WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        UNION ALL
        SELECT merged_into, id, phone, email FROM contact
        WHERE merged_into BETWEEN $low AND $high AND merged_into = ANY($ids) ORDER BY 1, 2
        """,
        **span(kept),
    )


def known_at(reading: Reading, addresses: Collection[str]) -> dict[str, list[Owner]]:
    """The owners, and whoever was ever asked there: a contact keeps one email, but may be asked under another."""
    asked: dict[str, set[int]] = {}
    for row in reading.rows(
        "SELECT address, contact_id FROM other_address WHERE address IN (SELECT unnest(CAST($addresses AS text[])))",
        addresses=sorted(addresses),
    ):
        asked.setdefault(row["address"], set()).add(row["contact_id"])
    found = {
        address: [*own, *sorted(asked.get(address, set()) - set(own))]
        for address, own in owners(reading, addresses).items()
    }
    people: dict[int, list[Owner]] = {}
    for person in merged(reading, sorted({id for ids in found.values() for id in ids})):
        people.setdefault(person[0], []).append(person)
    return {address: [person for id in ids for person in people.get(id, ())] for address, ids in found.items()}


def every_address(reading: Reading, people: Sequence[Owner]) -> list[str]:
    """Every address these people have, then those they were asked under."""
    return every_address_each(reading, [people])[0]


def every_address_each(reading: Reading, groups: Sequence[Sequence[Owner]]) -> list[list[str]]:
    """The same of many people at once."""
    asked = asked_under(reading, {person[0] for people in groups for person in people})
    by_person: dict[int, list[str]] = {}
    for id, address in asked:
        by_person.setdefault(id, []).append(address)
    return [
        list(dict.fromkeys([
            *(address for person in people for address in person[1:] if address),
            *sorted(address for id in {person[0] for person in people} for address in by_person.get(id, ())),
        ]))
        for people in groups
    ]  # fmt: skip


def asked_under(reading: Reading, people: Collection[int]) -> list[tuple[int, str]]:
    """The addresses, each with its person's id, that asks gave besides what the contacts show."""
    rows = reading.rows(
        """
        SELECT contact_id, address FROM other_address
        WHERE contact_id IN (SELECT unnest(CAST($people AS bigint[]))) ORDER BY address
        """,
        people=sorted(people),
    )
    return [(row["contact_id"], row["address"]) for row in rows]
