"""Cells that a spreadsheet cannot mistake for a formula."""

import re

_PHONE = re.compile(r"\+[0-9]{6,15}")
_SIGN = "[=+\\-@＝＋－＠]"
# Some programs drop white space in front before they look; where a comma is decimal, they split lines at semicolons.
_FORMULA = re.compile(rf"^(?=[\t\r\n]|\s*{_SIGN})|(?<=[;\t\r\n])(?=\s*{_SIGN})")
_DISARMED = re.compile(rf"(?:^|(?<=[;\t\r\n]))'(?=[\t\r\n]|\s*'?{_SIGN})")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe in front of what a spreadsheet would run; an E.164 number stays as it is.

    To a spreadsheet +12025550143 is a plain number, so the phones of an export join with those of other systems.
    """
    return text if _PHONE.fullmatch(text) else _FORMULA.sub("'", text)


def plain_cell(text: str) -> str:
    """What `safe_cell` was given: a file that was exported can be imported again."""
    return _DISARMED.sub("", text)
