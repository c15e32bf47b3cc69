"""Phone numbers as WhatsApp knows people, and as everybody else writes them."""

import re
from dataclasses import replace

from connectors.contract import Reply
from connectors.keywords import Keyword

_OLD_FORMS = (
    (re.compile(r"\+521(\d{10})"), r"+52\1"),  # Mexico: mobiles were dialled with a 1 until 2020
    (re.compile(r"\+55(\d\d)([6-9]\d{7})"), r"+55\g<1>9\2"),  # Brazil: mobiles have had a 9 in front since 2016
)
_TWO = re.compile(r"\+55\d\d7\d{7}")  # Brazil: some with a 7 have never got the 9


def heard(said: Reply) -> list[Reply]:
    """What came by WhatsApp, from the number people dial; a STOP also from the other one that it may have come from."""
    dialled = replace(said, address=as_dialled(said.address))
    if said.keyword is not Keyword.STOP or not _TWO.fullmatch(said.address):
        return [dialled]
    return [dialled, replace(said, key=f"{said.key} {said.address}")]


def as_dialled(number: str) -> str:
    """The E.164 number people give today: WhatsApp tells some by the form they had when they signed up."""
    for form, today in _OLD_FORMS:
        if form.fullmatch(number):
            return form.sub(today, number)
    return number
