"""What a person may type as a name, an email or a phone number.

Trouble is a sentence for the person who typed, saying what is wrong and what to write instead.
"""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from data.checks.names import first_name, is_name, name
from data.checks.phones import phone
from data.checks.searching import SearchQuery, search_bits, search_query, search_terms
from data.checks.typed import LONGEST, Checked, one_line, shortened
from data.lifecycle import Channel

__all__ = [
    "Checked",
    "SearchQuery",
    "address_for",
    "email",
    "first_name",
    "is_name",
    "name",
    "one_line",
    "phone",
    "says_none",
    "search_bits",
    "search_query",
    "search_terms",
]

_EXAMPLE_EMAIL = "Write it like ann@example.com."
_NO_EMAIL = re.compile(r"(no[-._]?(e[-._]?)?mail|no[-._]?reply|do[-._]?not[-._]?reply|none|unknown)@")
# Local parts this plain are legal in every reading of the RFCs, so only their domain needs the library.
_PLAIN_LOCAL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*")


def email(text: str) -> Checked:
    """An email address, lower-cased, its domain in the ASCII form that mail servers take."""
    if len(text) > LONGEST:
        return Checked(trouble=f"“{shortened(text)}” is too long for an email address. {_EXAMPLE_EMAIL}")
    typed = one_line(text).strip(" ,;.'\"").removeprefix("mailto:")
    if bracketed := re.search(r"<([^<>]*)>$", typed):
        typed = bracketed[1].strip()
    if not typed:
        return Checked(trouble=f"The email address is empty. {_EXAMPLE_EMAIL}")
    if typed.count("@") > 1 and re.search(r"[\s,;/]", typed):
        return Checked(trouble=f"There is more than one email address in “{shortened(typed)}”; keep one.")
    local, _, domain = typed.lower().rpartition("@")
    if len(local) <= 64 and _PLAIN_LOCAL.fullmatch(local) and len(local) + len(domain) < 250:
        return _with_domain(local, domain, typed)
    return _whole_email(typed)


def says_none(address: str) -> bool:
    """Whether an address says that there is none, such as a till's noemail@example.com."""
    return bool(_NO_EMAIL.match(address))


def _with_domain(local: str, domain: str, typed: str) -> Checked:
    # A list of customers shares few domains, and the library spends its time on the domain.
    checked = _domain(domain)
    return Checked(f"{local}@{checked}") if checked else _whole_email(typed)


@lru_cache(maxsize=20_000)
def _domain(domain: str) -> str:
    return _whole_email(f"a@{domain}").value.removeprefix("a@")


def _whole_email(typed: str) -> Checked:
    if " " in typed:
        return Checked(trouble=f"There is a space inside “{shortened(typed)}”. {_EXAMPLE_EMAIL}")
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as reason:
        return Checked(trouble=f"“{shortened(typed)}” is not an email address. {reason} {_EXAMPLE_EMAIL}")
    return Checked((found.ascii_email or found.normalized).lower())


def address_for(channel: Channel, phone: str, email: str) -> Checked:
    """The address that `channel` sends to, or the sentence that says which one is missing."""
    if channel is Channel.EMAIL:
        return Checked(email) if email else Checked(trouble="Email needs an email address; add one or choose SMS.")
    if phone:
        return Checked(phone)
    article = "An" if channel is Channel.SMS else "A"
    return Checked(trouble=f"{article} {channel.label} message needs a phone number; add one or choose Email.")
