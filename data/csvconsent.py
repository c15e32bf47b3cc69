"""Which columns of a CSV say whether somebody agreed to be written to, and what their cells say.

Nobody is asked on a guess: what cannot be read counts as a no.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from data import csvheadings as known
from data.csvcells import plain_cell
from data.typed import shortened


def sense(heading: str) -> bool | None:
    """What a yes below this heading means: True, they agreed; False, they said no; None: it is about something else."""
    words = known.in_plain(heading)
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    if runs & known.AGAINST or (runs & known.FOR and {"no", "not"}.intersection(words)):
        return False
    if known.DETAILS.intersection(words):
        return None
    return True if runs & known.FOR or "".join(words) in known.FOR_ALONE else None


def consent_columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns that are about consent, by their headings; of a status, most cells must say so."""
    return tuple(place for place, header in enumerate(headers) if _is_consent(header, _cells(rows, place)))


def is_answer(cell: str) -> bool:
    """Whether it says yes or no, to whatever question."""
    return _squeezed(cell) in known.YES_WORDS | known.NO_WORDS | known.REFUSED | known.AGREED


def _cells(rows: Iterable[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place].strip()]


def _is_consent(header: str, cells: Sequence[str]) -> bool:
    if sense(header) is not None:
        return True
    if not known.STATUS.intersection(known.in_plain(header)):
        return False
    return 2 * sum(_squeezed(cell) in known.REFUSED | known.AGREED for cell in cells) > len(cells)


def about_consent(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns that seem to be about consent: by their headings, or as some cell is a clear refusal."""
    places = range(len(headers))
    return tuple(at for at in places if sense(headers[at]) is not None or _refuses(set(_cells(rows, at))))


def _refuses(cells: Collection[str]) -> bool:
    return any(len(cell) < _LONGEST and _squeezed(cell) in known.REFUSED for cell in cells)


_LONGEST = 40  # characters of a cell that may be a single word


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: `refused` is a clear no, `trouble` any reason not to ask, `agreed` a yes for the ledger."""

    trouble: str | None = None
    refused: bool = False
    agreed: str | None = None


@lru_cache(maxsize=4096)
def said(heading: str, cell: str) -> Said:
    """What somebody has said in a cell about being written to."""
    positive, word = sense(heading) is not False, _squeezed(cell)
    shown, where = shortened(cell.strip()), f"under “{shortened(heading)}”"
    if word in known.REFUSED or word in (known.NO_WORDS if positive else known.YES_WORDS | known.EVERYWHERE):
        return Said(f"They said no: “{shown}” {where}.", refused=True)
    if word in known.AGREED or (positive and word in known.YES_WORDS):
        return Said(agreed=f"{shortened(heading)}: {shown}")
    if word in known.NOTHING:
        return Said(f"Nothing is said {where}; write yes for who agreed." if positive else None)
    if word in known.NO_WORDS:
        return Said()
    return Said(f"“{shown}” {where} cannot be read as a yes or a no; write one of them.")


def said_by(headers: Sequence[str], row: Sequence[str], places: Iterable[int]) -> Said:
    """What a row says in all its columns about consent: a clear no first, then any other trouble, else every yes."""
    found = [said(headers[place], row[place] if place < len(row) else "") for place in places]
    worst = next((one for one in found if one.refused), None) or next((one for one in found if one.trouble), None)
    return worst or Said(agreed="; ".join(one.agreed for one in found if one.agreed) or None)


def _squeezed(cell: str) -> str:
    """Its letters and digits; a tick or the like stays as it is."""
    said = plain_cell(cell).strip().removesuffix(".0")  # so some programs write 1 and 0
    return "".join(known.in_plain(said)) or said
