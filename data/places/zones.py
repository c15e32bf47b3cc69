"""On whose clock a recipient lives, and how that was found out.

In this order: said > postal code > state or country > number > the workspace's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import NumberParseException, timezone

from data.places import Place
from data.places.postal import post
from data.places.regions import regions, zones_of

# How each place where a zone was found is called; it stands in brackets behind the zone.
SOURCES = {
    "contact": "as given for this person",
    "postal": "postal code",
    "region": "state or country",
    "number": "area code",
    "workspace": "your own zone: theirs is not known",
}
_WIDEST = timedelta(hours=11)  # zones further apart than that leave no hour that suits all of them
_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`zones`: a moment suits the recipient when it suits all of them. `region`: "US-TX", "FR", or empty: where they
    live; `country`: that of their number, where they have one."""

    zones: tuple[str, ...]
    source: str
    region: str
    country: str


NOWHERE = Whereabouts((), "", "", "")


def whereabouts(phone: str | None, said: Place, workspace: str) -> Whereabouts:
    """Where a person is, by the best that is known of them; `phone` is E.164, `workspace` its own zone."""
    number = by_number(phone) if phone else NOWHERE
    region = said.region or number.region
    country = number.country or region[:2]  # what a provider delivers, and for how much, goes by the number
    if said.zone and is_zone(said.zone):
        return Whereabouts((said.zone,), "contact", region, country)
    if said.postal and (zones := _by_post(said)):
        return Whereabouts(zones, "postal", region, country)
    if said.region and (zones := strictest(zones_of(region))):
        return Whereabouts(zones, "region", region, country)
    if number.zones:
        return Whereabouts(number.zones, number.source, region, country)
    return Whereabouts((workspace,), "workspace", region, country)


def _by_post(said: Place) -> tuple[str, ...]:
    found = post(said.postal, said.region[:2])
    return () if isinstance(found, str) else strictest(found.zones)


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
    if not zones:  # such as 800: no place, but a country
        return Whereabouts(strictest(zones_of(country)), "region", country, country)
    state = _state_in(_described(number)) if country == "US" else ""
    return Whereabouts(zones, "number", state or country, country)


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


def _described(number: phonenumbers.PhoneNumber) -> str:
    from phonenumbers import geocoder  # 100 MB; the engine asks only where an ask gave no phone

    return geocoder.description_for_valid_number(number, "en")  # its zones prove it valid


def _state_in(description: str) -> str:
    """ "Aurora, CO" or "Texas" -> the state's code."""
    code = f"US-{description.rpartition(', ')[2]}"
    if code in regions():
        return code
    return next((code for code, state in regions().items() if state.name == description), "")


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
