"""From bytes to text: which encoding a dropped file is in, and what is no text at all.

Measured: statistical guessing takes Polish, Turkish and even German Windows files for one another, with confidence. So
nothing is guessed: marks and UTF-8 are proof, anything else is read as Windows-1252, said so, and a person may choose.
"""

import codecs
import re
from dataclasses import dataclass

ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "mac_roman": "Mac Roman",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "utf-16-le": "UTF-16",
}
_MARKS = (  # the longer mark first: UTF-16's is the beginning of UTF-32's
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_SAVE_AS = "open it in a spreadsheet program, choose “Save as… CSV UTF-8” and drop that file here."
_FOREIGN = (
    (b"pk\x03\x04", f"This is an Excel or OpenDocument workbook; {_SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel workbook; {_SAVE_AS}"),
    (b"%pdf", "This is a PDF; export the list as CSV from where it came."),
    (b"\x1f\x8b", "This file is compressed; unpack it and drop the CSV inside."),
    (b"<html", f"This is a web page, not CSV; {_SAVE_AS}"),
    (b"<!doctype", f"This is a web page, not CSV; {_SAVE_AS}"),
    (b"<table", f"This is a web page, not CSV; {_SAVE_AS}"),
    (b"<?xml", f"This is XML, not CSV; {_SAVE_AS}"),
    (b"{\\rtf", f"This is a text document; {_SAVE_AS}"),
    (b"{", "This is JSON, not CSV; export the list as CSV."),
    (b"par1", "This is a Parquet file; export the list as CSV."),
)
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing could be read, as a sentence for the person who dropped the file."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was read in, and what the reader should know about that."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(raw: bytes, encoding: str | None = None) -> Decoded | Problem:
    """The text in `raw`; `encoding`, a key of ENCODINGS, overrules what the bytes say."""
    start = raw[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, sentence in _FOREIGN:
        if start.startswith(mark):
            return Problem(sentence)
    return _tidy(_chosen(raw, encoding) if encoding else _found(raw))


def _chosen(raw: bytes, encoding: str) -> Decoded:
    if encoding not in ENCODINGS:
        return _found(raw)
    text = raw.decode(encoding, "replace").removeprefix("\ufeff")
    return _with_losses(text, ENCODINGS[encoding])


def _found(raw: bytes) -> Decoded:
    for mark, encoding, label in _MARKS:
        if raw.startswith(mark):
            return _with_losses(raw[len(mark) :].decode(encoding, "replace"), label)
    if encoding := _unmarked_utf16(raw):
        return _with_losses(raw.decode(encoding, "replace"), "UTF-16")
    try:
        return Decoded(raw.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return _not_quite_utf8(raw)


def _unmarked_utf16(raw: bytes) -> str | None:
    # In Latin text every other byte is a zero; a stray zero or two is only damage.
    sample = raw[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 10 < len(sample) * 4 or min(even, odd) * 5 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _not_quite_utf8(raw: bytes) -> Decoded:
    # One bad byte among many good letters: damaged UTF-8. In a Windows file hardly any letter is valid UTF-8.
    text = raw.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) > 10 * lost:
        return _with_losses(text, "UTF-8")
    # The five bytes Windows-1252 leaves open are controls in Latin-1, so they go with the other controls.
    western = raw.decode("cp1252", "replace").replace("\ufffd", "")
    note = "The file is not UTF-8 and was read as Windows-1252; if names look wrong, choose another encoding."
    return Decoded(western, ENCODINGS["cp1252"], (note,))


def _with_losses(text: str, label: str) -> Decoded:
    lost = text.count("\ufffd")
    what = "1 character" if lost == 1 else f"{lost:,} characters"
    note = f"{what} could not be read as {label}; look for � in the names or choose another encoding."
    return Decoded(text, label, (note,) if lost else ())


def _tidy(found: Decoded) -> Decoded | Problem:
    text = _CONTROLS.sub("", found.text)
    if (len(found.text) - len(text)) * 20 > len(found.text):
        return Problem(f"This is not a text file; {_SAVE_AS}")
    if text.count("\ufffd") * 5 > len(text):
        return Problem("Most of this file could not be read in that encoding; choose another, or save it as CSV UTF-8.")
    return Decoded(text, found.encoding, found.notes)
