"""Hooks and answers that come late, about somebody who was erased: they land, and bring nobody's address back."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from data.contacts import address_key
from data.moves import News, span
from data.store import Reading, Writing

WORD = "erased"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)\d{7,15}(?!\d)")


def keys(reading: Reading) -> frozenset[int]:
    """Hashes of the addresses of whoever was erased."""
    rows = reading.rows("SELECT DISTINCT address_key FROM suppression WHERE address IS NULL AND lifted_at IS NULL")
    return frozenset(row["address_key"] for row in rows)


def is_one(address: str, gone: Collection[int]) -> bool:
    return bool(gone) and address_key(address) in gone


def naming(texts: Mapping[int, str], gone: Collection[int]) -> list[int]:
    """Ids of the texts in which an erased address stands, plain or as a form sends it."""
    return [id for id, text in texts.items() if gone and any(_is_gone(one[0], gone) for one in _found(text))]


def scrubbed(news: Iterable[News], gone: Collection[int]) -> list[News]:
    """The same news, without erased addresses in their reasons."""
    return [replace(one, reason=without(one.reason, gone)) if gone and one.reason else one for one in news]


def without(text: str, gone: Collection[int]) -> str:
    """The same text, without erased addresses."""
    return _ADDRESS.sub(lambda one: WORD if _is_gone(one[0], gone) else one[0], text)


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


def _found(text: str) -> Iterable[re.Match[str]]:
    return _ADDRESS.finditer(unquote(text))


def _is_gone(found: str, gone: Collection[int]) -> bool:
    return address_key(found.lower() if "@" in found else f"+{found}") in gone
