"""Phone numbers as WhatsApp knows people, and as everybody else writes them."""

import re

_OLD_FORMS = (
    (re.compile(r"\+521(\d{10})"), r"+52\1"),  # Mexico: mobiles were dialled with a 1 until 2020
    (re.compile(r"\+55(\d\d)([6-9]\d{7})"), r"+55\g<1>9\2"),  # Brazil: mobiles have had a 9 in front since 2016
)


def as_dialled(number: str) -> str:
    """The E.164 number people give today: WhatsApp tells some by the form they had when they signed up."""
    for form, today in _OLD_FORMS:
        if form.fullmatch(number):
            return form.sub(today, number)
    return number
