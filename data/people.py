"""The people behind the requests: found again, seen whole, placed on a clock, never asked or allowed again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any, LiteralString

from data import audit, checks
from data.checks.searching import SearchQuery, folded, search_query
from data.contacts import address_key, email_key
from data.holds import let_judge
from data.owners import every_address, merged
from data.places import Place, check
from data.places.zones import Whereabouts, by_number, whereabouts
from data.statements import span
from data.store import Reading, Row, Store, Writing
from data.suppressions import Suppression, lift, suppress, take_out
from data.verdicts import LIFTED_BY_THEMSELVES, Basis, RuleCode

MOST = 1000  # people of a search that are counted and listed


def search(reading: Reading, text: str, region: str, number: int, size: int) -> tuple[list[Row], int]:
    """Page `number` (from 1) of the people found, newest first, and how many there are: MOST + 1 for more than MOST.

    `region` is the country of phones without a code.
    """
    if not text.strip():
        total = reading.rows("SELECT count(*) AS n FROM contact WHERE merged_into IS NULL")[0]["n"]
        newest = f"{_SHOWN} WHERE merged_into IS NULL ORDER BY id DESC LIMIT $size OFFSET $skip"
        return reading.rows(newest, size=size, skip=(number - 1) * size), total
    found = _found(reading, text, region)
    ids = found[(number - 1) * size : number * size]
    if not ids:
        return [], len(found)
    rows = reading.rows(f"{_SHOWN} WHERE id IN (SELECT unnest(CAST($ids AS bigint[])))", ids=ids)
    return sorted(rows, key=lambda row: row["id"], reverse=True), len(found)


_SHOWN: LiteralString = "SELECT id, name, email, phone, zone, region, postal, created_at FROM contact"


def _found(reading: Reading, text: str, region: str) -> list[int]:
    """The newest ids. Whoever was merged is found under the contact they are kept as."""
    query, email = search_query(text, region), checks.email(text).value if "@" in text else ""
    rows: list[Row] = []
    if query.number:
        rows = reading.rows(f"{_ID} WHERE phone_number = $number", number=query.number)
        rows += reading.rows(f"{_BESIDES} address = $address", address=f"+{query.number}")
    elif email:  # the text is compared here: beside another condition no index is used
        rows = reading.rows(f"{_ID} WHERE email_key = $key", key=email_key(email))
        rows = [row for row in rows if row["email"] == email]
        rows += reading.rows(f"{_BESIDES} address = $address", address=email)
    rows = rows or _holding(reading, query)
    return sorted({row["merged_into"] or row["id"] for row in rows}, reverse=True)[: MOST + 1]


_ID: LiteralString = "SELECT id, merged_into, email FROM contact"
_BESIDES: LiteralString = "SELECT contact_id AS id, NULL AS merged_into FROM other_address WHERE"  # by the id they keep


def _holding(reading: Reading, query: SearchQuery) -> list[Row]:
    """Whose name, email or phone has what was typed in it, or what an ask of theirs gave besides."""
    needle, digits = {"needle": folded(query.needle)}, {"digits": query.digits} if query.digits else {}
    one_word = " " not in query.needle  # no email has a blank, and to read them all takes longest
    emails: LiteralString = " OR strpos(email, $needle) > 0" if one_word else ""
    phones: LiteralString = " OR strpos(phone, $digits) > 0" if digits else ""
    rows = reading.rows(
        f"{_ID} WHERE strpos(lower(name), $needle) > 0 {emails} {phones} {_NEWEST}", **needle, **digits, most=MOST + 1
    )
    # By themselves: where no name has accents, nothing is read.
    rows += reading.rows(
        f"{_ID} WHERE plain IS NOT NULL AND strpos(plain, $needle) > 0 {_NEWEST}", **needle, most=MOST + 1
    )
    if one_word or digits:
        part = query.digits or query.needle
        rows += reading.rows(f"{_BESIDES} strpos(address, $part) > 0 {_NEWEST}", part=part, most=MOST + 1)
    return rows


_NEWEST: LiteralString = "ORDER BY 1 DESC LIMIT $most"


def person(reading: Reading, id: int, workspace: str) -> dict[str, Any] | None:
    """All that is kept about a person: `contact`, `addresses` with what bars them, `consent`, `requests`, `replies`,
    and `where` they are by the best that is known; `workspace` is its own zone."""
    if not (found := reading.rows("SELECT * FROM contact WHERE id = $id", id=id)):
        return None
    contact = found[0]
    addresses = addresses_of(reading, id)
    return {
        "contact": contact,
        "addresses": {address: barred(reading, address) for address in addresses},
        "consent": _consent(reading, id, addresses),
        "requests": reading.rows("SELECT * FROM request WHERE contact_id = $id ORDER BY id DESC", id=id),
        "replies": reading.rows("SELECT * FROM reply WHERE contact_id = $id ORDER BY received_at, id", id=id),
        "where": asdict(_where_is(contact, workspace)),
    }


def addresses_of(reading: Reading, id: int) -> list[str]:
    """The phones and emails of a person, those of merged contacts and those asks only brought along included."""
    return every_address(reading, merged(reading, [id]))


def barred(reading: Reading, address: str) -> list[Row]:
    """What keeps an address from being written to: basis, channel (none: every) and since when."""
    return reading.rows(
        """
        SELECT basis, channel, created_at FROM suppression
        WHERE address_key = $key AND lifted_at IS NULL ORDER BY id
        """,
        key=address_key(address),
    )


def _consent(reading: Reading, id: int, addresses: Sequence[str]) -> list[Row]:
    return reading.rows(
        """
        SELECT * FROM consent WHERE contact_id = $id
        UNION
        SELECT * FROM consent WHERE address_key IN (SELECT unnest(CAST($keys AS bigint[]))) ORDER BY happened_at
        """,
        id=id,
        keys=[address_key(address) for address in addresses],
    )


def _where_is(contact: Row, workspace: str) -> Whereabouts:
    return whereabouts(contact["phone"], Place.of(contact), workspace)


def set_place(
    store: Store, id: int, typed: Place, actor: str, now: datetime, workspace: str, home: str
) -> dict[str, str]:
    """Takes somebody's word for where a person is, for what is queued too; empty means unknown.

    Returns the sentences that say what makes no sense, by field. `home` is the workspace's country.
    """
    with store.transaction() as work:
        phones = work.rows("SELECT phone FROM contact WHERE id = $id", id=id)
        country = next((by_number(row["phone"]).country for row in phones if row["phone"]), "")
        place, troubles = check(typed.zone, typed.region, "", typed.postal, country or home)
        if troubles:
            return troubles
        work.rows(
            """
            UPDATE contact SET zone = CAST($zone AS text), region = CAST($region AS text),
                postal = CAST($postal AS text)
            WHERE id = $id
            """,
            id=id,
            zone=place.zone or None,
            region=place.region or None,
            postal=place.postal or None,
        )
        go_by(work, id, place, workspace, now)
        audit.record(work, actor, "set place", f"contact {id}", "", now)
    return {}


def go_by(work: Writing, id: int, place: Place, workspace: str, now: datetime) -> None:
    """What waits for this person goes by the clock of their place."""
    for phone, requests in _ahead(work, id).items():
        _move_clock(work, requests, whereabouts(phone, place, workspace), now)


def _ahead(reading: Reading, id: int) -> dict[str | None, list[int]]:
    """Requests of theirs with something still to come, by the phone that each is about: it may differ from theirs."""
    rows = reading.rows(
        """
        SELECT r.id, coalesce('+' || r.phone_number, c.phone) AS phone
        FROM request r JOIN contact c ON c.id = r.contact_id
        WHERE r.contact_id = $id AND (r.status = 'queued' OR r.next_at IS NOT NULL OR r.plan IS NOT NULL)
        """,
        id=id,
    )
    found: dict[str | None, list[int]] = {}
    for row in rows:
        found.setdefault(row["phone"], []).append(row["id"])
    return found


def _move_clock(work: Writing, requests: Sequence[int], where: Whereabouts, now: datetime) -> None:
    """What waits for this person goes by the new clock; what the old one held is due, and judged anew."""
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


def never_ask(store: Store, id: int, reason: str, actor: str, now: datetime, zone: tzinfo) -> int:
    """Bars every address of a person and empties the queue of them; returns how many requests were taken out."""
    with store.transaction() as work:
        addresses = addresses_of(work, id)
        suppress(
            work,
            [Suppression(one, Basis.NEVER_ASK, "console", actor, None, reason or None, id) for one in addresses],
            now,
        )
        audit.record(work, actor, "never ask", f"contact {id}", "", now)  # why: see the ledger, which forgets
        return len(take_out(work, addresses, Basis.NEVER_ASK, actor, now, zone))


def allow_again(store: Store, id: int, consent: str, actor: str, now: datetime) -> bool:
    """Lifts what the team may lift, and with the words of a new `consent` also what the person said themselves."""
    bases = frozenset(Basis) if consent.strip() else frozenset(Basis) - LIFTED_BY_THEMSELVES
    with store.transaction() as work:
        lifted = [
            lift(work, one, None, "console", consent.strip() or None, actor, now, bases)
            for one in addresses_of(work, id)
        ]
        return any(lifted)


def requests_of(reading: Reading, id: int) -> list[int]:
    """Ids of everything a person was ever asked."""
    return [row["id"] for row in reading.rows("SELECT id FROM request WHERE contact_id = $id ORDER BY id", id=id)]


def messages_of(reading: Reading, requests: Sequence[int]) -> list[Row]:
    """All messages of these requests."""
    if not requests:
        return []
    return reading.rows(
        "SELECT * FROM message WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) ORDER BY id",
        **span(requests),
    )
