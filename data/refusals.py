"""Answers that look as if a person wants no more; a suggestion, on which a person decides."""

import unicodedata
from collections.abc import Sequence

from data.refusal_words import CURT, HARMLESS, NUMBERED, REFUSAL
from data.store import Reading
from data.whole_person import WholePerson


def refusing(reading: Reading, people: Sequence[WholePerson]) -> list[bool]:
    """Of each person whether a likely refusal of theirs, from any of their addresses, waits on the Replies page."""
    rows = reading.rows(
        """
        SELECT contact_id, address, body FROM reply WHERE handled_at IS NULL AND (
            contact_id IN (SELECT unnest(CAST($contacts AS bigint[])))
            OR address IN (SELECT unnest(CAST($addresses AS text[]))))
        """,
        contacts=sorted({id for person in people for id in person.ids}),
        addresses=sorted({address for person in people for address in person.addresses}),
    )
    found = [row for row in rows if is_refusal(row["body"])]
    contacts, addresses = {row["contact_id"] for row in found}, {row["address"] for row in found}
    return [not (contacts.isdisjoint(person.ids) and addresses.isdisjoint(person.addresses)) for person in people]


def is_refusal(text: str) -> bool:
    """Whether the words look as if the person wants no more; a suggestion, decided by a person."""
    plain = " ".join(_without_accents(text).replace("’", "'").replace("`", "'").split())
    return bool(CURT.fullmatch(plain) or NUMBERED.fullmatch(plain) or REFUSAL.search(HARMLESS.sub("", plain)))


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
