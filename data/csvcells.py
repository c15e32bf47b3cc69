"""Cells that a spreadsheet cannot mistake for a formula."""

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PHONE = re.compile(r"\+[0-9]{6,15}")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would run it; an E.164 number stays as it is.

    To a spreadsheet +12025550143 is a plain number, so the phones of an export join with those of other systems.
    """
    return "'" + text if _dangerous(text) and not _PHONE.fullmatch(text) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given: a file that was exported can be imported again."""
    return text[1:] if text[:1] == "'" and _dangerous(text[1:]) else text


def _dangerous(text: str) -> bool:
    # Some programs drop white space in front before they look.
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
