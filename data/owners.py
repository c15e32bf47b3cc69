"""Whose an address is: the contacts that have it or were ever asked there, and every address of theirs."""

from collections.abc import Collection, Sequence
from typing import LiteralString

from data.contacts import address_key, number_in
from data.moves import span
from data.store import Reading, Row

Person = tuple[int, str | None, str | None]  # the id a contact is kept under, a phone and an email of theirs
_OWNERS: LiteralString = "SELECT id, merged_into, phone, email FROM contact WHERE"


def owners(reading: Reading, address: str) -> list[Person]:
    """Id, phone and email of the contacts that have this address, and of all that are merged with them.

    A merged contact goes by the id it is kept under.
    """
    rows = (
        reading.rows(f"{_OWNERS} email_key = $key ORDER BY id", key=address_key(address))
        if "@" in address
        else reading.rows(f"{_OWNERS} phone_number = CAST($number AS bigint) ORDER BY id", number=number_in(address))
    )  # one column each: with OR no index is used
    kept = [row["merged_into"] or row["id"] for row in rows if address in (row["phone"], row["email"])]
    return merged(reading, list(dict.fromkeys(kept)))


def merged(reading: Reading, kept: Sequence[int]) -> list[Person]:
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


def known_at(reading: Reading, address: str) -> list[Person]:
    """The owners, and whoever was ever asked there: a contact keeps one email, but may be asked under another."""
    people = owners(reading, address)
    asked = reading.rows("SELECT contact_id FROM other_address WHERE address = $address", address=address)
    return people + merged(reading, sorted({row["contact_id"] for row in asked} - {person[0] for person in people}))


def every_address(reading: Reading, people: Sequence[Person]) -> list[str]:
    """Every address these people have, then those they were asked under."""
    own = [address for person in people for address in person[1:] if address]
    asked = asked_under(reading, {person[0] for person in people})
    return list(dict.fromkeys([*own, *(address for _, address in asked)]))


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
