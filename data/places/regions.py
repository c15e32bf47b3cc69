"""Countries, US states and Canadian provinces: what people call them, and the zones in them."""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pytz

_OTHER_NAMES = {
    "USA": "US", "U.S.": "US", "U.S.A.": "US", "UNITED STATES OF AMERICA": "US", "UK": "GB", "U.K.": "GB",
    "UNITED KINGDOM": "GB", "GREAT BRITAIN": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province; `postal` are the first letters of Canadian postal codes there."""

    name: str
    zones: tuple[str, ...]
    postal: str


@cache
def regions() -> dict[str, Region]:
    """regions.csv by code, such as "US-TX" or "CA-ON"."""
    with Path(__file__).with_name("regions.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Region(row["name"], tuple(row["zones"].split()), row["postal"])
            for row in csv.DictReader(lines)
        }


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """ "FR", "France" or "USA" as two letters; empty where it is no country."""
    word = text.strip().upper()
    if word in pytz.country_timezones:
        return word
    return _OTHER_NAMES.get(word) or _countries().get(word, "")


@lru_cache(maxsize=4096)
def normal_region(text: str, home: str = "US") -> str:
    """ "Texas", "tx", "US-TX" -> "US-TX"; "FR", "France" -> "FR"; empty where it is neither state nor country.

    "DE" is Delaware where `home` is the US, else Germany.
    """
    word = text.strip().upper().replace("_", "-")
    if word in regions():
        return word
    if f"{home}-{word}" in regions():
        return f"{home}-{word}"
    states = _states().get(word, ())
    at_home = [code for code in states if code.startswith(f"{home}-")]
    country = country_code(word)
    others = [*states, *(code for code in (f"US-{word}", f"CA-{word}") if code in regions())]
    return next(iter([*at_home, *([country] if country else []), *others]), "")


def zones_of(region: str) -> tuple[str, ...]:
    """Every zone of a state, province or country."""
    found = regions().get(region)
    return found.zones if found else tuple(pytz.country_timezones.get(region) or ())


def name_of(region: str) -> str:
    """As people call it."""
    found = regions().get(region)
    return found.name if found else pytz.country_names.get(region) or region


@cache
def _countries() -> dict[str, str]:
    return {name.upper(): code for code, name in pytz.country_names.items()}


@cache
def _states() -> dict[str, list[str]]:
    """Codes by name, in capitals; Washington is called that, too."""
    found: dict[str, list[str]] = {}
    for code, region in regions().items():
        for name in {region.name.upper(), region.name.upper().removesuffix(" STATE")}:
            found.setdefault(name, []).append(code)
    return found
