"""Which columns of a CSV say whether somebody agreed to be written to, and what their cells say.

Nobody is asked on a guess: what cannot be read counts as a no.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from data.checks.typed import shortened
from data.csvfile import headings as known
from data.csvfile.cells import plain_cell
from data.lifecycle import Channel


@lru_cache(maxsize=1024)
def sense(heading: str) -> bool | None:
    """What a yes below this heading means: True, they agreed; False, they said no; None: it is about something else."""
    words = known.in_plain(heading)
    runs, personal = known.runs(words), bool(known.PERSONAL.intersection(words))
    if runs & known.ELSEWHERE or (not personal and runs & known.LABELS):
        return None
    alone = "".join(word for word in words if word not in known.BESIDE)
    favourable = runs & known.FOR or _asks(words)
    if runs & known.AGAINST or alone in known.AGAINST_ALONE or (favourable and _denies(words)):
        return False
    if not personal and _is_detail(words):
        return None
    return True if favourable or "".join(words) in known.FOR_ALONE else None


def _asks(words: Sequence[str]) -> bool:
    return bool(known.ASKING.intersection(words) and known.WRITING.intersection(words))


def _denies(words: Sequence[str]) -> bool:
    """Of a whole statement, only what the negation itself belongs to: not "consent is not a condition of purchase"."""
    if len(words) <= _LONGEST_LABEL:
        return bool(known.NEGATIONS.intersection(words))
    kept = [word for word in words if word not in known.FILLING]
    denied = {after for word, after in pairwise(kept) if word in known.NEGATIONS}
    return bool(denied & (known.ASKING | known.WRITING | known.FOR))


def _is_detail(words: Sequence[str]) -> bool:
    """Whether it is about how or when they agreed; "by text" is about what they agreed to."""
    by = any(word == "by" and after not in known.WRITING for word, after in pairwise([*words, ""]))
    return by or bool(known.runs(words) & known.DETAILS)


def consent_columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns that are about consent, by their headings; of a status, most cells must say so."""
    return tuple(place for place, header in enumerate(headers) if _is_consent(header, _cells(rows, place)))


def is_answer(cell: str) -> bool:
    """Whether it says yes or no, to whatever question."""
    return _word(cell) in _ANSWERS


_LONGEST_LABEL = 8  # words of a heading that is hardly a whole statement
_STATUSES = known.REFUSED | known.AGREED | known.NEVER | known.UNSURE
_ANSWERS = known.YES_WORDS | known.NO_WORDS | _STATUSES


def _cells(rows: Iterable[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place].strip()]


def _is_consent(header: str, cells: Collection[str]) -> bool:
    words = known.in_plain(header)
    if sense(header) is not None:
        certain = known.runs(words) & (known.FOR | known.AGAINST) and "".join(words) not in known.FOR_ALONE
        return bool(certain) or not cells or any(map(is_answer, cells))
    if not known.STATUS.intersection(words) or known.ELSEWHERE.intersection(words):
        return False
    said = [_word(cell) for cell in cells]
    telling = any(word in known.UNSUBSCRIBED | known.AGREED for word in said)
    return telling and 2 * sum(word in _STATUSES for word in said) > len(said)


def about_consent(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns that seem to be about consent: by their headings, or as some cell is a clear refusal."""
    cells = (set(_cells(rows, at)) for at in range(len(headers)))
    return tuple(at for at, own in enumerate(cells) if _is_consent(headers[at], own) or _refuses(own))


def yes_or_no(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns in which every cell that is filled says yes or no, to whatever their headings ask."""
    cells = (set(_cells(rows, at)) for at in range(len(headers)))
    return tuple(at for at, own in enumerate(cells) if own and all(map(is_answer, own)))


def _refuses(cells: Iterable[str]) -> bool:
    short = [cell for cell in cells if len(cell) < _LONGEST]
    # All at once to find the few that may refuse: a word at a time takes minutes in a long list.
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKD", _BETWEEN.join(short)).casefold()).split(_BETWEEN)
    return any(_word(cell) in known.REFUSED for cell, said in zip(short, plain, strict=False) if _MAY_REFUSE(said))


_LONGEST = 40  # characters of a cell that may be a single word
_BETWEEN = "\x1e"  # in no cell: control characters were dropped
_NO_LETTER = re.compile(f"[^a-z{_BETWEEN}]+")
_MAY_REFUSE = re.compile("|".join(known.REFUSED)).search


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: `refused` is a clear no, `trouble` any reason not to ask, `agreed` a yes for the ledger."""

    trouble: str | None = None
    refused: bool = False
    agreed: str | None = None


@lru_cache(maxsize=4096)
def said(heading: str, cell: str) -> Said:
    """What somebody has said in a cell about being written to."""
    positive, word = sense(heading) is not False, _word(cell)
    shown, where = shortened(cell.strip()), f"under “{shortened(heading)}”"
    against = known.NO_WORDS if positive else known.YES_WORDS | known.EVERYWHERE
    if word in known.REFUSED | known.NEVER or word in against:
        return Said(f"They said no: “{shown}” {where}.", refused=True)
    if word in known.AGREED or (positive and word in known.YES_WORDS):
        return Said(agreed=f"{shortened(heading)}: {shown}")
    if word in known.NOTHING:
        return Said(f"Nothing is said {where}; write yes for who agreed." if positive else None)
    if word in known.NO_WORDS:
        return Said()
    if positive and word in known.UNSURE:
        return Said(f"They have not agreed: “{shown}” {where}; write yes for who did.")
    return Said(f"“{shown}” {where} cannot be read as a yes or a no; write one of them.")


def said_by(headers: Sequence[str], row: Sequence[str], places: Iterable[int], channel: Channel | None = None) -> Said:
    """What a row says in all its columns about consent: a clear no first, then any other trouble, else every yes.

    Who never agreed to texts may have agreed to emails: "Accepts SMS Marketing" counts if SMS is the `channel`, or None
    is known. Who has unsubscribed anywhere is asked nowhere.
    """
    cells = [(headers[place], row[place] if place < len(row) else "") for place in places]
    found = [(heading, said(heading, cell)) for heading, cell in cells if not _is_of_another(heading, cell, channel)]
    agreed = "; ".join(one.agreed for _, one in found if one.agreed) or None
    refused = next((one for _, one in found if one.refused), None)
    trouble = (one for heading, one in found if one.trouble and not (agreed and _tells_when(heading)))
    return refused or next(trouble, None) or Said(agreed=agreed)


def _is_of_another(heading: str, cell: str, channel: Channel | None) -> bool:
    own = _channels(heading)
    return bool(channel and own) and channel not in own and _word(cell) not in known.REFUSED


@lru_cache(maxsize=1024)
def _channels(heading: str) -> frozenset[Channel]:
    """Those that a heading is about, if it names some and is no refusal."""
    words = () if sense(heading) is False else known.in_plain(heading)
    return frozenset(channel for name, channel in _NAMED.items() if any(name in word for word in words))


_NAMED = {
    "sms": Channel.SMS, "text": Channel.SMS, "whatsapp": Channel.WHATSAPP,
    "email": Channel.EMAIL, "courriel": Channel.EMAIL, "correo": Channel.EMAIL,
}  # fmt: skip


@lru_cache(maxsize=1024)
def _tells_when(heading: str) -> bool:
    return sense(heading) is not False and bool(known.WHEN.intersection(known.in_plain(heading)))


_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19[89][0-9]|20[0-9]{2})"
_NAME = rf"(?:{'|'.join(known.MONTHS)})\.?"
_DATE = re.compile(
    rf"""(?<![\w.])(?:
        {_YEAR}([-./]){_MONTH}\1{_DAY} | {_DAY}([-./]){_DAY}\2(?:{_YEAR}|[0-9]{{2}}) | {_YEAR}[01][0-9][0-3][0-9]
        | {_DAY}\.?[ -](?:de[ ])?{_NAME}[ -](?:de[ ])?{_YEAR} | {_NAME}[ ]{_DAY}(?:st|nd|rd|th)?,?[ ]{_YEAR}
    )(?:[T, ]+[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?)?(?:[ ]?[ap]\.?m\.?)?
    (?:[ ]?(?:Z|UTC|GMT))?(?:[ ]?[+-][0-9]{{2}}:?[0-9]{{2}})?(?![.:/-]*\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def _word(cell: str) -> str:
    """Its letters and digits; a tick or the like stays as it is, and a date alone is a yes."""
    text = plain_cell(cell).strip().removesuffix(".0")  # so some programs write 1 and 0
    said = _DATE.sub("", text, count=1).strip()
    return "".join(known.in_plain(said)) or said or ("yes" if text else "")
