"""Answers that look as if a person wants no more; a suggestion, on which a person decides."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from data.refusal_words import CURT, HARMLESS, NUMBERED, REFUSAL
from data.store import Reading


@dataclass(frozen=True, slots=True)
class Unread:
    """Whose likely refusal nobody has decided on yet: contacts, and addresses that belong to none."""

    contacts: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()

    def holds(self, contacts: Collection[int], addresses: Collection[str]) -> bool:
        return not self.contacts.isdisjoint(contacts) or not self.addresses.isdisjoint(addresses)


def unread(reading: Reading, contacts: Collection[int], addresses: Collection[str]) -> Unread:
    """The likely refusals of these people that wait on the Replies page."""
    rows = reading.rows(
        """
        SELECT contact_id, address, body FROM reply WHERE handled_at IS NULL AND (
            contact_id IN (SELECT unnest(CAST($contacts AS bigint[])))
            OR address IN (SELECT unnest(CAST($addresses AS text[]))))
        """,
        contacts=sorted(contacts),
        addresses=sorted(addresses),
    )
    found = [row for row in rows if is_refusal(row["body"])]
    return Unread(
        frozenset(row["contact_id"] for row in found if row["contact_id"] is not None),
        frozenset(row["address"] for row in found),
    )


def is_refusal(text: str) -> bool:
    """Whether the words look as if the person wants no more; a suggestion, decided by a person."""
    plain = " ".join(_without_accents(text).replace("’", "'").replace("`", "'").split())
    return bool(CURT.fullmatch(plain) or NUMBERED.fullmatch(plain) or REFUSAL.search(HARMLESS.sub("", plain)))


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
