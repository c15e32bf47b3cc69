"""How a person is named in what is kept: their addresses in all forms, and the links they were sent."""

from collections.abc import Sequence
from typing import LiteralString
from urllib.parse import quote

from data.checks.phones import former
from data.erased import WORD
from data.people import addresses_of, messages_of, requests_of
from data.quoted import plain, quoting
from data.store import Reading, Row

REPLIES: LiteralString = "(contact_id = $id OR address = ANY(CAST($addresses AS text[])))"
_IN_HOOK: LiteralString = " OR ".join(f"strpos(lower({part}), $needle) > 0" for part in ("body", "headers", "url"))


def all_addresses(reading: Reading, id: int) -> list[str]:
    """Every address they have or were written to at, in all forms."""
    asked = [message["address"] for message in messages_of(reading, requests_of(reading, id))]
    found = [one for one in (*addresses_of(reading, id), *asked) if one != WORD]
    return list(dict.fromkeys([*found, *(form for one in found for form in former(one))]))


def spellings(addresses: Sequence[str]) -> list[str]:
    """An address as hooks and reasons spell it: a phone by its digits, an email also as a form sends it."""
    spelt = [address.removeprefix("+") for address in addresses]
    return list(dict.fromkeys([*spelt, *(quote(one).lower() for one in spelt)]))


def telling_hooks(reading: Reading, id: int) -> list[str]:
    """What tells in a hook that it is about them, lower case."""
    tokens = [one["token"] for one in messages_of(reading, requests_of(reading, id)) if one["token"]]
    return [*spellings(all_addresses(reading, id)), *(f'"token": "{token}"'.lower() for token in tokens)]


def hooks_naming(reading: Reading, needles: Sequence[str]) -> list[Row]:
    """The hooks in which one of these is quoted; what is only part of a longer address is somebody else."""
    likely = {
        row["id"]: row
        for needle in needles
        for row in reading.rows(f"SELECT * FROM inbox WHERE {_IN_HOOK}", needle=needle)
    }
    quoted = quoting(needles)
    parts = ("url", "body", "headers")
    return [row for row in likely.values() if any(quoted.search(plain(row[part])) for part in parts)]
