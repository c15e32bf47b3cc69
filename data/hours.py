"""When a message may reach a person: the workspace's hours, narrowed by the law of their region."""

from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from data.laws import Window, days, laws, window
from data.rules import DAY, Rules

_FURTHEST = 60  # days looked ahead


def open_from(moment: datetime, zones: tuple[str, ...], region: str, rules: Rules) -> datetime | None:
    """`moment`, or the first later one that is within hours on every clock of `zones`; None where there is none."""
    if rules.always_open and not rules.holidays and not narrowed(region):
        return moment
    last = moment + timedelta(days=_FURTHEST)
    found = moment
    while found <= last:
        later = max((_next_open(found, zone, region, rules) for zone in zones), default=found)
        if later == found:
            later = _same_day(found, zones, rules)
        if later == found:
            return found
        found = later
    return None


def _same_day(moment: datetime, zones: tuple[str, ...], rules: Rules) -> datetime:
    """`moment`, or where it is another day on one clock of `zones`, the next midnight on the last: somewhere between
    them it is night."""
    if len(zones) < 2 or rules.always_open:
        return moment
    local = [moment.astimezone(_zone(zone)) for zone in zones]
    newest = max(one.date() for one in local)
    return max(
        _at(one + timedelta(days=1), 0, _zone(str(one.tzinfo))) if one.date() < newest else moment for one in local
    )


def closes_at(moment: datetime, zones: tuple[str, ...], region: str, rules: Rules) -> datetime | None:
    """When the hours end that `moment` is within, on the first clock of `zones` to strike; None where they never do."""
    if rules.always_open and not narrowed(region):
        return None
    return min((_closing(moment.astimezone(_zone(zone)), region, rules) for zone in zones), default=None)


def _closing(local: datetime, region: str, rules: Rules) -> datetime:
    days, minute = divmod(_window(region, local.isoweekday(), rules)[1], DAY)
    return _at(local + timedelta(days=days), minute, _zone(str(local.tzinfo)))


def narrowed(region: str) -> bool:
    """Whether a law makes hours tighter there."""
    return region in _table() or region[:2] in _table()


def _next_open(moment: datetime, zone: str, region: str, rules: Rules) -> datetime:
    """The first moment from `moment` on that is within hours on this clock; a day later at least where closed."""
    clock = _zone(zone)
    local = moment.astimezone(clock)
    opens, closes = _window(region, local.isoweekday(), rules)
    minute = local.hour * 60 + local.minute
    if opens < closes and not (rules.holidays and _is_holiday(region, local)):
        if opens <= minute < closes:
            return moment
        if minute < opens:
            return max(_at(local, opens, clock), moment + timedelta(microseconds=1))
    return _at(local + timedelta(days=1), 0, clock)


def _at(day: datetime, minute: int, clock: ZoneInfo) -> datetime:
    """That minute of the local day; where the clocks skip it, the first moment after the gap."""
    wall = datetime.combine(day.date(), time(minute // 60 % 24, minute % 60))
    moment = wall.replace(tzinfo=clock).astimezone(UTC)
    back = moment.astimezone(clock)
    if back.replace(tzinfo=None) < wall:  # inside a gap `fold=0` lands before it
        moment += wall - back.replace(tzinfo=None)
    return moment


def _window(region: str, weekday: int, rules: Rules) -> Window:
    law = _table().get(region) or _table().get(region[:2])
    opens, closes = law.get(weekday, (0, 0)) if law else (0, DAY)
    return max(opens, rules.opens), min(closes, rules.closes)


@cache
def _table() -> dict[str, dict[int, Window]]:
    """The laws: for each region the window of each weekday (1 is Monday); a missing day is closed."""
    found: dict[str, dict[int, Window]] = {}
    for law in laws():
        found.setdefault(law["region"], {}).update(dict.fromkeys(days(law), window(law)))
    return found


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _is_holiday(region: str, local: datetime) -> bool:
    country, _, state = region.partition("-")
    return local.date() in _holidays(country, state, local.year) if country else False


@lru_cache(maxsize=256)
def _holidays(country: str, state: str, year: int) -> frozenset[object]:
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=state or None, years=year))
    except (NotImplementedError, KeyError):
        return frozenset()
