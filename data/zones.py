"""On whose clock a recipient lives, and how that was found out: said > region > number > the workspace's own."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import pytz
from phonenumbers import NumberParseException, timezone

# How each place where a zone was found is called; it stands in brackets behind the zone.
SOURCES = {
    "contact": "as given for this person",
    "region": "state or country",
    "number": "area code",
    "workspace": "your own zone: theirs is not known",
}
_WIDEST = timedelta(hours=11)  # zones further apart than that leave no hour that suits all of them
_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`zones`: a moment suits the recipient when it suits all of them. `region`: "US-TX", "FR", or empty."""

    zones: tuple[str, ...]
    source: str
    region: str
    country: str


NOWHERE = Whereabouts((), "", "", "")


def whereabouts(
    phone: str | None, said_zone: str | None, said_region: str | None, workspace: str, home: str = "US"
) -> Whereabouts:
    """Where a person is, by the best that is known of them; `phone` is E.164, `home` the workspace's country."""
    number = by_number(phone) if phone else NOWHERE
    region = normal_region(said_region or "", number.country or home) or number.region
    country = region[:2] or number.country
    if said_zone and is_zone(said_zone):
        return Whereabouts((said_zone,), "contact", region, country)
    if said_region and (zones := strictest(_zones_of(region))):
        return Whereabouts(zones, "region", region, country)
    if number.zones:
        return Whereabouts(number.zones, "number", region, country)
    return Whereabouts((workspace,), "workspace", region, country)


def by_number(phone: str) -> Whereabouts:
    """What an E.164 number alone tells; no zones where they are too far apart to be of use."""
    head = phone[: _HEAD_NANP if phone.startswith("+1") else _HEAD]
    if head not in _known:
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        _known[head] = _looked_up(phone)
    return _known[head]


_HEAD = 9  # characters of a number that say where it is; the rest tells its owner from the neighbours
_HEAD_NANP = 8  # in North America area code and exchange
_MOST_KNOWN = 200_000
_known: dict[str, Whereabouts] = {}


def _looked_up(phone: str) -> Whereabouts:
    try:
        number = phonenumbers.parse(phone)
    except NumberParseException:
        return NOWHERE
    country = phonenumbers.region_code_for_number(number) or ""
    zones = strictest(zone for zone in timezone.time_zones_for_number(number) if is_zone(zone))
    state = _state_in(_place(number)) if country == "US" else ""
    return Whereabouts(zones, "number", f"US-{state}" if state else country, country)


def strictest(zones: Iterable[str]) -> tuple[str, ...]:
    """The few of `zones` that decide: the most eastern and western in winter and summer; none if too far apart."""
    listed = list(dict.fromkeys(zones))
    if len(listed) < 2:
        return tuple(listed)
    chosen: list[str] = []
    for season in (_WINTER, _SUMMER):
        by_offset = sorted(listed, key=lambda zone: _offset(zone, season))
        chosen += [by_offset[0], by_offset[-1]]
        if _offset(by_offset[-1], season) - _offset(by_offset[0], season) > _WIDEST:
            return ()
    return tuple(dict.fromkeys(chosen))


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    try:
        return name != "Etc/Unknown" and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


@lru_cache(maxsize=4096)
def normal_region(text: str, home: str = "US") -> str:
    """ "Texas", "tx", "US-TX" -> "US-TX"; "FR" -> "FR"; empty where it is neither a US state nor a country.

    "DE" is Delaware where `home` is the US, else Germany.
    """
    word = text.strip().upper().replace("_", "-")
    states = _states()
    by_name = {name.upper(): code for code, (name, _) in states.items()}
    state = word.removeprefix("US-") if word.removeprefix("US-") in states else by_name.get(word, "")
    if state and (home == "US" or len(word) > 2):
        return f"US-{state}"
    return word if word in pytz.country_timezones else f"US-{state}" if state else ""


def _zones_of(region: str) -> tuple[str, ...]:
    if region.startswith("US-"):
        return _states()[region[3:]][1]
    return tuple(pytz.country_timezones.get(region) or ())


def _place(number: phonenumbers.PhoneNumber) -> str:
    from phonenumbers import geocoder  # 100 MB, and the engine never asks

    return geocoder.description_for_number(number, "en")


def _state_in(description: str) -> str:
    """ "Aurora, CO" or "Texas" -> the state's code."""
    code = description.rpartition(", ")[2]
    if code in _states():
        return code
    return next((state for state, (name, _) in _states().items() if name == description), "")


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


@cache
def _states() -> dict[str, tuple[str, tuple[str, ...]]]:
    with Path(__file__).with_name("us_states.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: (row["name"], tuple(row["zones"].split())) for row in csv.DictReader(lines)}
