"""Where an address or a name is quoted in a text: standing for itself, not as part of a longer one."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, unquote_plus

EMAIL_BEGINS = r"(?<![\w.+-])(?<!\w')[._+-]{0,64}"  # "--ann@" is ann@, neither "jo-ann@" nor "o'ann@" is
_EMAIL_ENDS = r"(?!\.?[\w-]*\w)"  # but a full stop may follow
NUMBER_BEGINS, NUMBER_ENDS = r"(?<!\d)(?:00)?", r"(?!\d)"
_LETTER = r"[0-9A-Z_a-z\u00b5-\u0587\u1e00-\u1fff]"  # of scripts that leave blanks between words: others have no ends
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FORM = re.compile(r'[^\s"<>{}]*=[^\s"<>{}]*')


def quoting(needles: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these addresses (phones by their digits), names or words, in any case.

    Its group `before` is what stands in front of an email and stays when it is replaced.
    """
    wanted = sorted(needles, key=len, reverse=True)
    emails = [one for one in wanted if "@" in one or "%40" in one]
    numbers = [one for one in wanted if one.isdecimal()]
    words = [one for one in wanted if one not in {*emails, *numbers}]
    kinds = (
        (emails, f"(?P<before>{EMAIL_BEGINS})", _EMAIL_ENDS),
        (numbers, NUMBER_BEGINS, NUMBER_ENDS),
        (words, f"(?<!{_LETTER})", f"(?!{_LETTER})"),
    )
    return re.compile("|".join(f"{begins}{_any(own)}{ends}" for own, begins, ends in kinds), re.IGNORECASE)


def _any(needles: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, needles)) or '(?!)'})"


def plain(text: str) -> str:
    """The text of a form or of JSON without their escapes, which would stand beside an address like a part of it."""
    if _FORM.fullmatch(text):
        return unquote_plus(text)
    return unquote(_ESCAPED.sub(lambda found: _meant(found[1]), text))


def _meant(escape: str) -> str:
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    return " " if escape in "nrtbf" else escape
