"""Where a postal code is: exactly in the US, by province in Canada, by country elsewhere."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pytz

from data.checks.typed import shortened
from data.places.regions import regions, zones_of

_US = re.compile(r"(\d{5})(?:[ -]?\d{4})?|(\d{3,4})")  # spreadsheets eat the zeros in front
_CANADIAN = re.compile(r"([A-Z])\d[A-Z](?: ?\d[A-Z]\d)?")
_ANY = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,10}[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Post:
    """A postal code as it is kept, its region, and its zones where they are known."""

    code: str
    region: str
    zones: tuple[str, ...]


@lru_cache(maxsize=50_000)
def post(text: str, country: str) -> Post | str:
    """Where it is, or the sentence that says what is wrong with it; `country` is of two letters."""
    code = " ".join(text.upper().split())
    if country == "US":
        return _american(code)
    if country == "CA":
        return _canadian(code)
    if _ANY.fullmatch(code):
        return Post(code, country, zones_of(country))
    return f"“{shortened(code)}” is no postal code; write letters and digits only."


def written_as(text: str, home: str) -> str:
    """The country, `home` where nothing else is known: the US and Canada are told apart by how they write a code."""
    code = " ".join(text.upper().split())
    if home == "US" and _CANADIAN.fullmatch(code):
        return "CA"
    if home == "CA" and (match := _US.fullmatch(code)) and match[1]:
        return "US"
    return home


def _american(code: str) -> Post | str:
    match = _US.fullmatch(code)
    five = (match[1] or match[2].zfill(5)) if match else ""
    near = _listed(five[:3]) if five else {}
    found = [near[five]] if five in near else list(near.values())  # of its neighbours, where it is newer than the list
    if not found:
        return f"“{shortened(code)}” is no US postal code; write five digits like 10001."
    states, zones = {state for state, _ in found}, {zone for _, zone in found}
    state = states.pop() if len(states) == 1 else ""
    known = tuple(sorted(zone for zone in zones if zone in pytz.all_timezones_set))
    region = f"US-{state}" if f"US-{state}" in regions() else state
    return Post(five, region if known else "US", known)  # the forces' mail, with no zone, goes all over the world


@cache
def _listed(three: str) -> dict[str, tuple[str, str]]:
    """State and zone of every code that begins so; by three digits, for each look goes through the whole list."""
    import zipcodes  # 40 MB and 0.4 s once; only who is given US postal codes pays that

    return {one["zip_code"]: (one["state"], one["timezone"]) for one in zipcodes.similar_to(three)}


def _canadian(code: str) -> Post | str:
    match = _CANADIAN.fullmatch(code)
    there = [name for name, region in regions().items() if match and match[1] in region.postal]
    if not there:
        return f"“{shortened(code)}” is no Canadian postal code; write it like K1A 0B1."
    zones = tuple(dict.fromkeys(zone for region in there for zone in zones_of(region)))
    return Post(code, there[0] if len(there) == 1 else "CA", zones)
