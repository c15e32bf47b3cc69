"""A CSV somebody dropped in: read whatever wrote it, or one sentence why not. Nothing here raises."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from itertools import chain, islice
from statistics import mode

from data.checks.typed import LONGEST
from data.csvfile.columns import heads_addresses, is_address
from data.csvfile.text import Problem, decode

MAX_BYTES = 50_000_000
MAX_ROWS = 250_000
MAX_COLUMNS = 200
MAX_LINE = 2_000_000  # characters: the reader makes cells of a whole line before anybody can count them
DELIMITERS: dict[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n?$', re.IGNORECASE)
_EMAIL = re.compile(r"\S@\S+\.\S")
_DATE = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
_FEWEST_DIGITS = 7  # of a phone number, whatever else stands around it
_NO_HEADER = "The first line already holds a person, so the columns were numbered."
_A_LIST = "Is this a list of people?"
_MOST_TITLES = 6
_END = "\x1eend of file\x1e"  # cannot occur: control characters were dropped


@dataclass(frozen=True, slots=True)
class CsvFile:
    """The cells of a file as text, each row with the line it starts on, and how it was read."""

    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: list[int]
    encoding: str
    delimiter: str
    digest: str
    notes: tuple[str, ...] = ()

    def sample(self, size: int = 200) -> list[tuple[str, ...]]:
        """The first rows."""
        return self.rows[:size]


def read(raw: bytes, encoding: str | None = None) -> CsvFile | Problem:
    """The file in `raw`; `encoding`, a key of ENCODINGS, overrules what the bytes say."""
    if not raw.strip(b"\0 \t\r\n"):
        return Problem("The file is empty; it needs a line of headings and a line for each person.")
    if len(raw) > MAX_BYTES:
        return Problem(f"The file has {len(raw) / 1e6:.0f} MB; {MAX_BYTES // 1_000_000} MB is the most. Split it.")
    decoded = decode(raw, encoding)
    if isinstance(decoded, Problem):
        return decoded
    skipped, named = _separator_line(decoded.text)
    delimiter = named or _delimiter(decoded.text)
    found = _long_line(decoded.text) or _rows(decoded.text, delimiter, skipped)
    if isinstance(found, Problem):
        return found
    titles = _titles(found[0])
    headers, rows, lines, has_header = _under_headers(found[0][titles:], found[1][titles:])
    if not rows:
        return Problem("Nobody is in this file; it needs a line of headings and below it a line for each person.")
    digest = hashlib.sha256(raw).hexdigest()
    notes = [*decoded.notes, *([] if has_header else [_NO_HEADER]), *([_skipped(found[1][titles])] if titles else [])]
    return CsvFile(headers, rows, lines, decoded.encoding, delimiter, digest, tuple(notes))


def _titles(rows: list[tuple[str, ...]]) -> int:
    """How many lines of one cell, such as the name of the list, stand above what look like headings."""
    for place, row in enumerate(rows[:_MOST_TITLES]):
        filled = [cell for cell in row if cell.strip()]
        if any(map(_is_data, filled)):
            return 0
        if len(filled) > 1:
            return place if any(map(heads_addresses, filled)) else 0
    return 0


def _skipped(line: int) -> str:
    return f"What stands above line {line} was taken for a title; the headings are in that line."


def _under_headers(
    rows: list[tuple[str, ...]], lines: list[int]
) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[int], bool]:
    first = [cell.strip() for cell in rows[0]] if rows else []
    if any(_is_data(cell) for cell in first):
        return _headers([""] * max(map(len, rows[:100])), rows), rows, lines, False
    return _headers(first, rows[1:]), rows[1:], lines[1:], True


def _is_data(cell: str) -> bool:
    """Headings taken for a person are seen as one who is rejected; a person taken for headings is lost."""
    return bool(_EMAIL.search(cell[:LONGEST])) or sum(c.isdecimal() for c in _DATE.sub("", cell)) >= _FEWEST_DIGITS


def _headers(names: list[str], rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Every column by a name of its own; empty columns at the end are dropped, as spreadsheets leave them behind."""
    while len(names) > 1 and not names[-1] and not any(any(row[len(names) - 1 :]) for row in rows):
        names = names[:-1]
    taken: set[str] = set()
    for place, name in enumerate(names):
        label, again = " ".join(name.split()) or f"Column {place + 1}", 2
        unique = label
        while unique.casefold() in taken:
            unique, again = f"{label} ({again})", again + 1
        taken.add(unique.casefold())
        names[place] = unique
    return tuple(names)


def _separator_line(text: str) -> tuple[int, str | None]:
    """Excel's "sep=;" in front of everything: lines to skip, and the delimiter it names."""
    match = _SEPARATOR_LINE.match(text[: text.find("\n") + 1][:10])
    return (1, match[1]) if match and match[1] in DELIMITERS else (0, None)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first rows into the most whole addresses, then into the most columns, and evenly."""

    def fit(delimiter: str) -> tuple[int, float, int]:
        reader = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
        try:
            rows = [row for row in islice(reader, 30) if any(row)]
        except csv.Error:
            return (0, 0, 0)
        widths = [len(row) for row in rows]
        usual = mode(widths) if widths else 0
        if usual < 2:
            return (0, 0, 0)
        addresses = sum(is_address(cell.strip()) for row in rows for cell in row)
        return (addresses, widths.count(usual) * usual / len(widths), usual)

    return max(DELIMITERS, key=fit)


def _rows(text: str, delimiter: str, skipped: int) -> tuple[list[tuple[str, ...]], list[int]] | Problem:
    lines = io.StringIO(text, newline="")
    for _ in range(skipped):
        lines.readline()
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    starts: list[int] = []
    start = skipped + 1
    try:
        for row in reader:
            if any(row) and not "".join(row).isspace():
                rows.append(tuple(row))  # a tuple of text is nothing for the garbage collector to walk, a list is
                starts.append(start)
            if len(rows) > MAX_ROWS + 2 or len(row) > MAX_COLUMNS:
                return _too_large(len(row), start)
            start = skipped + reader.line_num + 1
    except csv.Error:  # a cell beyond the reader's limit: of one line, or of all that a quotation mark swallowed
        return _long_cell(start) if skipped + reader.line_num == start else _open_quote(start)
    if rows[-1] != (_END,):
        return _open_quote(starts[-1])
    return rows[:-1], starts[:-1]


def _long_line(text: str) -> Problem | None:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > MAX_LINE:
            return Problem(f"Line {number} has {len(line):,} characters; {MAX_LINE:,} is the most. {_A_LIST}")
    return None


def _too_large(width: int, line: int) -> Problem:
    if width > MAX_COLUMNS:
        return Problem(f"Line {line} has {width} columns; {MAX_COLUMNS} is the most. {_A_LIST}")
    return Problem(f"The file has more than {MAX_ROWS:,} rows; split it into smaller files.")


def _long_cell(line: int) -> Problem:
    return Problem(f"Line {line} has a cell of more than {csv.field_size_limit():,} characters; shorten it.")


def _open_quote(line: int) -> Problem:
    return Problem(f'A quotation mark (") that opens on line {line} is never closed; close it or take it out.')
