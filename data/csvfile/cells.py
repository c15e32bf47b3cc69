"""Cells that a spreadsheet cannot mistake for a formula."""

import re

_PHONE = re.compile(r"\+[0-9]{6,15}")
_SIGN = "[=+\\-@＝＋－＠]"
# Some programs drop white space in front before they look; where a comma is decimal, they split lines at semicolons.
_LED = re.compile(
    rf"(?<!\s)\s*(?={_SIGN})"
)  # from where white space begins, or each of its characters leads through it
_SEPARATOR = re.compile(r"(?<=[\t\r\n])")
_DISARMED = re.compile(rf"(?:^|(?<=[;\t\r\n]))'(?=[\t\r\n]|\s*'?{_SIGN})")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe in front of what a spreadsheet would run; an E.164 number stays as it is.

    To a spreadsheet +12025550143 is a plain number, so the phones of an export join with those of other systems.
    """
    if _PHONE.fullmatch(text):
        return text
    armed = _LED.sub(_disarm, text)
    return "'" + armed if text[:1] in ("\t", "\r", "\n") and armed[0] != "'" else armed


def _disarm(found: re.Match[str]) -> str:
    starts = found.start() == 0 or found.string[found.start() - 1] == ";"
    return "'" * starts + _SEPARATOR.sub("'", found[0])


def plain_cell(text: str) -> str:
    """What `safe_cell` was given: a file that was exported can be imported again."""
    return _DISARMED.sub("", text)
