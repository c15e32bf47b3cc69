"""Hooks and answers that come late, about somebody who was erased: they land, and bring nobody's address back."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from data.contacts import address_key
from data.moves import News, span
from data.store import Reading, Writing

WORD = "erased"
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
_EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+@[\w-]+(?:\.[\w-]*\w)+")  # what stands in front may belong to it, or not
_NUMBER = re.compile(r"(?<!\d)\d{7,15}(?!\d)")
_DIVIDES = frozenset("=&'/?!#$%*^`{|}~")  # an address has . + - and _ within, seldom one of these
_LONGEST_LOCAL = 64


def keys(reading: Reading) -> frozenset[int]:
    """Hashes of the addresses of whoever was erased."""
    rows = reading.rows("SELECT DISTINCT address_key FROM suppression WHERE address IS NULL AND lifted_at IS NULL")
    return frozenset(row["address_key"] for row in rows)


def is_one(address: str, gone: Collection[int]) -> bool:
    return bool(gone) and address_key(address) in gone


def naming(texts: Mapping[int, str], gone: Collection[int]) -> list[int]:
    """Ids of the texts in which an erased address stands, plain or as a form sends it."""
    return [id for id, text in texts.items() if gone and (plain := unquote(text)) != without(plain, gone)]


def scrubbed(news: Iterable[News], gone: Collection[int]) -> list[News]:
    """The same news, without erased addresses in their reasons."""
    return [replace(one, reason=without(one.reason, gone)) if gone and one.reason else one for one in news]


def without(text: str, gone: Collection[int]) -> str:
    """The same text, without erased addresses."""
    for form in (_EMAIL, _NUMBER):
        text = form.sub(lambda found: _without(found[0], gone), text)
    return text


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


def _without(found: str, gone: Collection[int]) -> str:
    return next((found.replace(one, WORD) for one in _candidates(found) if _is_gone(one, gone)), found)


def _candidates(found: str) -> Iterable[str]:
    """The number; or the email, from each place where one may begin."""
    at = found.find("@")
    for start in range(max(at - _LONGEST_LOCAL, 0), max(at, 1)):
        before = found[:start]
        if before[-1:] in _DIVIDES or not any(sign.isalnum() for sign in before):
            yield found[start:]


def _is_gone(one: str, gone: Collection[int]) -> bool:
    return address_key(one.lower() if "@" in one else f"+{one}") in gone
