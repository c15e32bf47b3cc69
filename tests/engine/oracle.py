"""What the rules promise, told anew from a table of people: nothing here comes from the code that it watches."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ALL_DAY = (0, 24 * 60)


@dataclass(frozen=True)
class Home:
    """Every clock that the person may live by, and the hours of their law in minutes; None means never."""

    zones: tuple[str, ...]
    hours: tuple[int, int] = ALL_DAY
    sunday: tuple[int, int] | None = ALL_DAY

    def is_open(self, now: datetime, opens: int, closes: int) -> bool:
        return all(self._is_open(now.astimezone(ZoneInfo(zone)), opens, closes) for zone in self.zones)

    def _is_open(self, local: datetime, opens: int, closes: int) -> bool:
        law = self.sunday if local.isoweekday() == 7 else self.hours
        minute = local.hour * 60 + local.minute
        return law is not None and max(opens, law[0]) <= minute < min(closes, law[1])


# Both hemispheres' changes of the clock, half and quarter hours, the date line, laws, and numbers of several zones.
HOMES = {
    "+13105550143": Home(("America/Los_Angeles",)),
    "+13055550143": Home(("America/New_York",), (8 * 60, 20 * 60), (8 * 60, 20 * 60)),
    "+12145550143": Home(("America/Chicago",), (9 * 60, 21 * 60), (12 * 60, 21 * 60)),
    "+18085550143": Home(("Pacific/Honolulu",)),
    "+17095550143": Home(("America/St_Johns", "America/Halifax")),
    "+18005550143": Home(("America/New_York", "America/Los_Angeles", "Pacific/Honolulu")),  # of no place
    "+33612345678": Home(("Europe/Paris",), (8 * 60, 20 * 60), None),
    "+447911123456": Home(("Europe/London",)),
    "+919812345678": Home(("Asia/Kolkata",)),
    "+9779841234567": Home(("Asia/Kathmandu",)),
    "+61399990143": Home(("Australia/Melbourne",)),
    "+61412345678": Home(("Australia/Perth", "Australia/Sydney", "Australia/Adelaide")),
    "+6421234567": Home(("Pacific/Auckland", "Pacific/Chatham")),
    "+6857212345": Home(("Pacific/Apia",)),
    "lord.howe@example.com": Home(("Australia/Lord_Howe",)),  # as said with the ask
    "nowhere@example.com": Home(("UTC",)),  # the workspace's own
}


@dataclass(frozen=True)
class Try:
    """A message as it was handed to a provider, and whether it may have left."""

    at: datetime
    message: int
    request: int
    number: int
    person: str
    address: str
    left: bool


@dataclass
class Oracle:
    """Hears what was handed over and what people have said, and tells what should not have been."""

    opens: int
    closes: int
    cooldown: timedelta
    caps: tuple[tuple[int, timedelta], ...]
    overridden: set[int] = field(default_factory=set)  # requests asked all the same
    silent: set[str] = field(default_factory=set)  # people who want nothing any more
    ended: set[int] = field(default_factory=set)  # requests that no follow-up may come after
    left: list[Try] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def watch(self, one: Try) -> None:
        self.broken.update(self._broken(one))
        self.seen[f"number {one.number}"] += one.left
        if one.left:
            self.left.append(one)

    def _broken(self, one: Try) -> list[str]:
        free = self._is_free(one)
        # Which of one moment was judged first is not known: what a rule does not hold counts as the later one.
        before = [other for other in self.left if other.person == one.person]
        counted = [other for other in before if other.at < one.at or not self._is_free(other)]
        asks = [other for other in before if other.at < one.at or not (other.number or self._is_free(other))]
        lately = [other for other in asks if one.at - other.at < self.cooldown and other.request != one.request]
        found = {
            "quiet hours": not HOMES[one.person].is_open(one.at, self.opens, self.closes),
            "written to who wants no more": one.person in self.silent,
            "a follow-up to who has answered": one.number > 0 and one.request in self.ended,
            "cooldown": bool(one.number == 0 and not free and lately),
            "cap": not free
            and any(sum(one.at - other.at < span for other in counted) >= cap for cap, span in self.caps),
            "twice": any(other.message == one.message for other in before),
        }
        return [rule for rule, is_broken in found.items() if is_broken]

    def _is_free(self, one: Try) -> bool:
        return one.number == 0 and one.request in self.overridden
