"""The people who are asked; one contact per phone or email, however often they are imported."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import LiteralString

from data.checks.searching import plain_name
from data.places import Place
from data.statements import new_ids
from data.store import Reading, Writing

MOST_BESIDE = 3  # different phones beside one email, or emails beside one phone, that may still be one person's
Named = tuple[str, str | None, str | None]  # name, email, phone (E.164)


def find_or_create(work: Writing, people: Sequence[Named], now: datetime) -> list[int]:
    """The contact id of each person, in order: found by `known`, else made."""
    ids = known(work, people)
    given = {at: id for id, person in zip(ids, people, strict=True) if id is not None for at in person[1:] if at}
    for index, (_, email, phone) in enumerate(people):
        ids[index] = ids[index] or given.get(phone or "") or given.get(email or "")  # what another one brings along
    waiting = [index for index, found in enumerate(ids) if found is None]
    fresh = [people[index] for index in waiting]
    if fresh:
        made = _create(work, fresh, now)
        for index, contact in zip(waiting, made, strict=True):
            ids[index] = contact
    return [id for id in ids if id is not None]


def take_word(work: Writing, said: Mapping[int, Place]) -> None:
    """Keeps what was said of where contacts live; a region or postal code replaces both of before."""
    if said:
        work.change(
            """
            UPDATE contact SET zone = coalesce(v.zone, contact.zone), region = coalesce(v.region, contact.region),
                postal = CASE WHEN v.region IS NULL THEN contact.postal ELSE v.postal END
            FROM incoming AS v WHERE contact.id = v.id AND contact.id BETWEEN $low AND $high
            """,
            {
                "id bigint": list(said),
                "zone text": [place.zone or None for place in said.values()],
                "region text": [place.region or None for place in said.values()],
                "postal text": [place.postal or None for place in said.values()],
            },
            low=min(said),
            high=max(said),
        )


def known(reading: Reading, people: Sequence[Named]) -> list[int | None]:
    """The contact id of each person who is known: by phone, by email, else by what an ask once gave besides."""
    return [ids[0] if ids else None for ids in known_all(Holders(reading), people)]


def known_all(holders: "Holders", people: Sequence[Named]) -> list[list[int]]:
    """The ids of each person, in the order of `known`."""
    given = [[address for address in (phone, email) if address] for _, email, phone in people]
    holders.learn({address for own in given for address in own})
    return [
        list(
            dict.fromkeys(
                [*(id for at in own for id in holders.shown(at)), *(id for at in own for id in holders.of(at))]
            )
        )
        for own in given
    ]


class Holders:
    """Whose each address is, looked up once: of contacts that show it, then of those that were asked there besides."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._shown: dict[str, list[int]] = {}
        self._besides: dict[str, list[int]] = {}
        self._looked_up: tuple[set[str], set[str]] = set(), set()

    def shown(self, address: str) -> Sequence[int]:
        return self._shown.get(address, ())

    def of(self, address: str) -> Sequence[int]:
        return [*self.shown(address), *self._besides.get(address, ())]

    def learn(self, addresses: Collection[str]) -> None:
        """Of several contacts with one address the oldest comes first; a merged one goes by the id it is kept under."""
        fresh = _taken(addresses, self._looked_up[0])
        phones = [number for one in fresh if (number := number_in(one)) is not None]
        self._look(self._shown, _BY_PHONE, phones)
        self._look(self._shown, _BY_EMAIL, [address_key(one) for one in fresh if "@" in one])
        self.learn_besides(addresses)

    def learn_besides(self, addresses: Collection[str]) -> None:
        """For those whose own contact is known: this table is small, the other is not.

        Whoever was asked at more than a few is no person, but strangers whom a shared address once joined.
        """
        found: dict[str, list[int]] = {}
        self._look(found, _BESIDES, _taken(addresses, self._looked_up[1]))
        ids = sorted({id for own in found.values() for id in own})
        rows = self._reading.rows(_CROWDS, keys=ids, most=MOST_BESIDE) if ids else []
        crowds = {row["id"] for row in rows}
        self._besides |= {address: [id for id in own if id not in crowds] for address, own in found.items()}

    def _look(self, into: dict[str, list[int]], sql: LiteralString, keys: Sequence[int | str]) -> None:
        for row in self._reading.rows(sql, keys=keys) if keys else ():
            into.setdefault(row["address"], []).append(row["id"])


def _taken(addresses: Collection[str], looked_up: set[str]) -> list[str]:
    fresh = sorted(set(addresses) - looked_up)
    looked_up.update(fresh)
    return fresh


_BY_PHONE: LiteralString = """
    SELECT phone AS address, coalesce(merged_into, id) AS id FROM contact
    WHERE phone_number IN (SELECT unnest(CAST($keys AS bigint[]))) ORDER BY 2
    """
_BY_EMAIL: LiteralString = """
    SELECT email AS address, coalesce(merged_into, id) AS id FROM contact
    WHERE email_key IN (SELECT unnest(CAST($keys AS bigint[]))) ORDER BY 2
    """
_BESIDES: LiteralString = """
    SELECT address, contact_id AS id FROM other_address
    WHERE address IN (SELECT unnest(CAST($keys AS text[]))) ORDER BY 2
    """
_CROWDS: LiteralString = """
    SELECT contact_id AS id FROM other_address WHERE contact_id IN (SELECT unnest(CAST($keys AS bigint[])))
    GROUP BY contact_id, strpos(address, '@') > 0 HAVING count(*) > $most
    """


def remember_addresses(work: Writing, given: Sequence[tuple[int, str]]) -> None:
    """Notes what asks gave besides the contacts' own phone and email, so that a STOP finds them and covers it."""
    contacts, addresses = [contact for contact, _ in given], [address for _, address in given]
    work.change(
        """
        INSERT INTO other_address (contact_id, address)
        SELECT DISTINCT v.contact_id, v.address FROM incoming AS v JOIN contact c ON c.id = v.contact_id
        WHERE c.id BETWEEN $low AND $high AND v.address <> coalesce(c.phone, '') AND v.address <> coalesce(c.email, '')
            AND NOT EXISTS (SELECT 1 FROM other_address o WHERE o.contact_id = v.contact_id AND o.address = v.address)
        """,
        {"contact_id bigint": contacts, "address text": addresses},
        low=min(contacts),
        high=max(contacts),
    )


def phone_number(phone: str | None) -> int | None:
    """An E.164 phone as a number."""
    return int(phone) if phone else None


def number_in(address: str) -> int | None:
    """The phone number that an address is; None for an email or anything else that came in."""
    digits = address.removeprefix("+")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def email_key(email: str | None) -> int | None:
    """A hash of an email that fits a bigint; two emails may share it, so the text decides."""
    return address_key(email) if email else None


def address_key(address: str) -> int:
    """A hash of an email or phone: what is left of it when a person is erased but must still not be written to."""
    return int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), signed=True)


def _create(work: Writing, people: Sequence[Named], now: datetime) -> list[int]:
    """Makes one contact for each new phone or email; repeats within the batch share it."""
    made: dict[str, int] = {}
    ids = new_ids(work, "contact_ids", len(people))
    chosen: list[int] = []
    fresh: list[tuple[int, Named]] = []
    for (name, email, phone), id in zip(people, ids, strict=True):
        known = made.get(phone or "") or made.get(email or "")
        contact = known or id
        made |= {key: contact for key in (phone, email) if key}
        chosen.append(contact)
        if not known:
            fresh.append((id, (name, email, phone)))
    work.append(
        "contact",
        {
            "id": [id for id, _ in fresh],
            "name": [name for _, (name, _, _) in fresh],
            "plain": [plain_name(name) for _, (name, _, _) in fresh],
            "email": [email for _, (_, email, _) in fresh],
            "phone": [phone for _, (_, _, phone) in fresh],
            "email_key": [email_key(email) for _, (_, email, _) in fresh],
            "phone_number": [phone_number(phone) for _, (_, _, phone) in fresh],
            "created_at": [now] * len(fresh),
        },
    )
    return chosen
