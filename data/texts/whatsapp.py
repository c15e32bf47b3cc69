"""What WhatsApp's providers need to know of a template: its approved name, language, category and variables."""

import re
from collections.abc import Mapping

from data.texts.templates import FIELDS, fields_in

CATEGORIES = ("utility", "marketing")
_CONTENT_SID = re.compile(r"HX[0-9a-f]{32}", re.IGNORECASE)
_META_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_VARIABLE = re.compile(r"[A-Za-z0-9_]{1,40}")


def provider_problems(
    name: str | None, language: str | None, category: str | None, variables: Mapping[str, str]
) -> list[str]:
    """What is wrong with them, a sentence each; a template without a name may go to the sandbox only."""
    found: list[str] = []
    if name and not (_CONTENT_SID.fullmatch(name) or _META_NAME.fullmatch(name)):
        found.append(
            "The provider's template name is neither a Twilio content SID (HX and 32 hex digits) nor a Meta name "
            "(lower case letters, digits and _)."
        )
    if language and not _LANGUAGE.fullmatch(language):
        found.append("The language is written like en or en_US, as the template was approved.")
    if category and category not in CATEGORIES:
        found.append("The category is utility or marketing.")
    if name and not any(our == "link" or "link" in fields_in(our) for our in variables.values()):
        found.append("None of the provider's variables is the link; without it nobody can leave a review.")
    return found + _variable_problems(variables)


def _variable_problems(variables: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for one, our in variables.items():
        if not _VARIABLE.fullmatch(one):
            found.append(f"The variable “{one[:40]}” may have letters, digits and _ only.")
        if our not in FIELDS and not (fields_in(our) and set(fields_in(our)) <= set(FIELDS)):
            found.append(f"The variable “{one[:40]}” needs one of our fields, or a text such as {{first_name|there}}.")
    numbers = sorted(int(one) for one in variables if one.isdecimal())
    if numbers and (len(numbers) < len(variables) or numbers != list(range(1, len(numbers) + 1))):
        found.append("Numbered variables are 1, 2, 3 … without a gap, and not mixed with names.")
    return found


def texts_of(variables: Mapping[str, str]) -> tuple[str, ...]:
    """What is written into variables; one that is only a field reads as it does in the body."""
    return tuple(our for our in variables.values() if "{" in our)


def rejected(name: str | None, provider: str) -> str | None:
    """Why a real provider would not take it: outside a conversation only approved templates are delivered."""
    if provider == "sandbox" or (name and bool(_CONTENT_SID.fullmatch(name)) == (provider == "twilio")):
        return None
    wanted = "Twilio's content SID (HX…)" if provider == "twilio" else "the name it was approved under at Meta"
    return f"WhatsApp delivers approved templates only: give {wanted}."
