"""Which message an answer most likely answers."""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from data.contacts import number_in
from data.statements import span
from data.store import Reading, Row

_NEWEST = 20  # requests among which an answer is looked for
_OF_CONTACT: LiteralString = """
    SELECT id, contact_id AS of FROM request WHERE contact_id IN (SELECT unnest(CAST($keys AS bigint[])))
    """
_TO_NUMBER: LiteralString = """
    SELECT id, phone_number AS of FROM request WHERE phone_number IN (SELECT unnest(CAST($keys AS bigint[])))
    """


def newest_each(reading: Reading, people: Mapping[str, Sequence[int]]) -> dict[str, Row]:
    """The newest message to each address that has left, its id and request_id: among what its people were asked, or
    where nobody is known by it, what was asked of its number.
    """
    asked = _asked(reading, people)
    among = {id for ids in asked.values() for id in ids}
    if not among:
        return {}
    rows = reading.rows(
        """
        SELECT id, request_id, address FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id IN (SELECT unnest(CAST($ids AS bigint[])))
            AND status NOT IN ('queued', 'cancelled') ORDER BY id
        """,
        **span(among),
    )
    return {row["address"]: row for row in rows if row["request_id"] in asked.get(row["address"], ())}


def _asked(reading: Reading, people: Mapping[str, Sequence[int]]) -> dict[str, set[int]]:
    """The newest requests that an answer from each address may be about."""
    by_contact = _by(reading, _OF_CONTACT, {id for ids in people.values() for id in ids})
    numbers = {address: number_in(address) for address, ids in people.items() if not ids}
    by_number = _by(reading, _TO_NUMBER, {number for number in numbers.values() if number is not None})
    found: dict[str, set[int]] = {}
    for address, ids in people.items():
        own = [one for id in ids for one in by_contact.get(id, ())] or by_number.get(numbers.get(address) or 0, [])
        found[address] = set(sorted(own)[-_NEWEST:])
    return found


def _by(reading: Reading, sql: LiteralString, keys: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in reading.rows(sql, keys=sorted(keys)) if keys else ():
        found.setdefault(row["of"], []).append(row["id"])
    return found
