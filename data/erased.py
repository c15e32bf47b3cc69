"""Hooks and answers that come late, about somebody who was erased: they land, and bring nobody's address back."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from data.contacts import address_key
from data.moves import News
from data.quoted import EMAIL_BEGINS, NUMBER_BEGINS, NUMBER_ENDS, plain
from data.statements import span
from data.store import Reading, Writing

WORD = "erased"
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
_EMAIL = re.compile(rf"{EMAIL_BEGINS}(?=({_LOCAL}{{1,64}}@[\w-]+(?:\.[\w-]*\w)+))")  # may begin at several places
_NUMBER = re.compile(rf"{NUMBER_BEGINS}(?=([1-9]\d{{6,14}}){NUMBER_ENDS})")


def keys(reading: Reading) -> frozenset[int]:
    """Hashes of the addresses of whoever was erased."""
    rows = reading.rows("SELECT DISTINCT address_key FROM suppression WHERE address IS NULL AND lifted_at IS NULL")
    return frozenset(row["address_key"] for row in rows)


def is_one(address: str, gone: Collection[int]) -> bool:
    return bool(gone) and address_key(address) in gone


def naming(hooks: Mapping[int, Sequence[str]], gone: Collection[int]) -> list[int]:
    """Ids of the hooks in whose parts an erased address stands, plain or as a form or JSON has it."""
    return [id for id, parts in hooks.items() if gone and any(_gone_in(plain(part), gone) for part in parts)]


def scrubbed(news: Iterable[News], gone: Collection[int]) -> list[News]:
    """The same news, without erased addresses in their reasons."""
    return [replace(one, reason=without(one.reason, gone)) if gone and one.reason else one for one in news]


def without(text: str, gone: Collection[int]) -> str:
    """The same text, without erased addresses."""
    kept, end = "", 0
    for start, stop in _gone_in(text, gone):
        if start >= end:
            kept, end = f"{kept}{text[end:start]}{WORD}", stop
    return kept + text[end:]


def blank(work: Writing, hooks: Collection[int]) -> None:
    """Nothing stays of what these hooks said."""
    if hooks:
        work.rows(
            """
            UPDATE inbox SET body = $word, headers = '{}', url = $word
            WHERE id BETWEEN $low AND $high AND id = ANY($ids)
            """,
            word=WORD,
            **span(hooks),
        )


def _gone_in(text: str, gone: Collection[int]) -> list[tuple[int, int]]:
    """Where erased addresses stand, in order."""
    emails = [
        (at, found.end(1), text[at : found.end(1)].lower())
        for found in _EMAIL.finditer(text)
        for at in range(found.start(), found.start(1) + 1)
    ]
    numbers = [(found.start(), found.end(1), f"+{found[1]}") for found in _NUMBER.finditer(text)]
    return sorted((at, end) for at, end, address in [*emails, *numbers] if address_key(address) in gone)
