"""What somebody says of where a person lives: a time zone, a country or state, a postal code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from data.checks.typed import shortened
from data.places.postal import Post, post, written_as
from data.places.regions import country_code, name_of, normal_region


@dataclass(frozen=True, slots=True)
class Place:
    """An IANA zone, a region such as "US-TX" or "FR", a postal code in that region; empty where nothing is said."""

    zone: str = ""
    region: str = ""
    postal: str = ""

    @classmethod
    def of(cls, contact: Mapping[str, Any]) -> "Place":
        return cls(contact["zone"] or "", contact["region"] or "", contact["postal"] or "")

    def __bool__(self) -> bool:
        return bool(self.zone or self.region)

    def over(self, older: "Place") -> "Place":
        """What is said now, and what was said before where it still holds."""
        said = self if self.region else older
        return Place(self.zone or older.zone, said.region, said.postal)


UNSAID = Place()


def check(zone: str, region: str, country: str, postal: str, home: str) -> tuple[Place, dict[str, str]]:
    """The place, and what is wrong with it by field; `home` is the country where none is said.

    `region` may be a country as well, where there is one field for both.
    """
    troubles: dict[str, str] = {}
    named_zone = _zone(zone.strip(), troubles)
    nation = _country(country.strip(), troubles)
    named = _region(region.strip(), nation, home, troubles)
    if not postal.strip() or "region" in troubles or "country" in troubles:
        return Place(named_zone, named), troubles
    found = _post(postal, named, home)
    if isinstance(found, str):
        troubles["postal"] = found
        return Place(named_zone, named), troubles
    return Place(named_zone, found.region, found.code), troubles


def _zone(text: str, troubles: dict[str, str]) -> str:
    found = _zones().get(text.casefold().replace(" ", "_"), "")
    if text and not found:
        troubles["zone"] = f"“{shortened(text)}” is no time zone. Write it like America/Chicago."
    return found


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def _country(text: str, troubles: dict[str, str]) -> str:
    found = country_code(text) if text else ""
    if text and not found:
        troubles["country"] = f"“{shortened(text)}” is no country. Write two letters like US, CA or FR."
    return found


def _region(text: str, country: str, home: str, troubles: dict[str, str]) -> str:
    """Only states of the US and Canada are known; beyond them the country is what counts."""
    if not text or (country and country not in ("US", "CA")):
        return country
    found = normal_region(text, country or home)
    if not found or (country and found[:2] != country):
        where = f" of {name_of(country)}" if country else ", in the US or Canada, and no country"
        troubles["region"] = f"“{shortened(text)}” is no state{where}. Write it like TX, Texas or FR."
    return found


def _post(text: str, region: str, home: str) -> Post | str:
    """The code, with the finer of the two regions; they must not contradict each other."""
    found = post(text, region[:2] or written_as(text, home))
    if isinstance(found, str):
        return found
    if region.startswith(found.region):
        return replace(found, region=region)
    if not found.region.startswith(region) and region != "US":  # Puerto Rico is in the US, too
        return f"The postal code {found.code} is in {name_of(found.region)}, not in {name_of(region)}."
    return found
