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
    channel: str = ""


@dataclass(frozen=True)
class Bar:
    """Why an address must not be written to, by its own words or those of somebody who has decided so.

    `alone`: it says nothing of the person's other addresses.
    """

    kind: str  # stop: taken back by START; unread: until somebody has decided on the answer; or another
    at: datetime
    alone: bool = False
    answer: str = ""


@dataclass
class Silence:
    """Who wants nothing any more, and which addresses are known to be one person's."""

    bars: dict[str, set[Bar]] = field(default_factory=dict)
    started: dict[str, datetime] = field(default_factory=dict)
    _one: dict[str, set[str]] = field(default_factory=dict)

    def own(self, address: str) -> set[str]:
        return self._one.setdefault(address, {address})

    def link(self, *addresses: str) -> None:
        together = set().union(*(self.own(one) for one in addresses))
        self._one |= dict.fromkeys(together, together)

    def bar(self, address: str, bar: Bar) -> None:
        for one in {address} if bar.alone else self.own(address):
            self.bars.setdefault(one, set()).add(bar)

    def start(self, address: str, at: datetime) -> None:
        self._keep(address, lambda bar: bar.kind != "stop" or bar.at >= at)
        self.started[address] = max(at, self.started.get(address, at))

    def allow(self, address: str, at: datetime) -> None:
        """In the words of a new consent."""
        if any(bar.kind != "unread" for bar in self.bars.get(address, ())):
            self._keep(address, lambda bar: bar.kind == "unread")
            self.started[address] = at

    def decided(self, answer: str) -> None:
        for address in self.bars:
            self._keep(address, lambda bar: bar.answer != answer)

    def holds(self, address: str) -> bool:
        others = (bar for other in self.own(address) - {address} for bar in self.bars.get(other, ()))
        taken_back = self.started.get(address)
        elsewhere = (
            bar for bar in others if not bar.alone and (bar.kind != "stop" or not taken_back or bar.at >= taken_back)
        )
        return bool(self.bars.get(address)) or any(elsewhere)

    def _keep(self, address: str, wanted) -> None:
        self.bars[address] = {bar for bar in self.bars.get(address, ()) if wanted(bar)}


@dataclass
class Pressed:
    """What the team has decided of requests and messages."""

    overridden: set[int] = field(default_factory=set)  # requests asked all the same
    cancelled: set[int] = field(default_factory=set)  # requests that no follow-up may come after
    withdrawn: set[int] = field(default_factory=set)  # messages taken out of the queue
    paused: set[int] = field(default_factory=set)
    again: Counter[int] = field(default_factory=Counter)  # how often a message was put back to be sent once more
    due: dict[int, datetime] = field(default_factory=dict)  # requests whose ask was wanted no earlier
    expires: dict[int, datetime] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)  # channels


@dataclass
class Oracle:
    """Hears what was handed over and what people have said, and tells what should not have been."""

    opens: int
    closes: int
    cooldown: timedelta
    caps: tuple[tuple[int, timedelta], ...]
    silence: Silence = field(default_factory=Silence)
    pressed: Pressed = field(default_factory=Pressed)
    ended: set[int] = field(default_factory=set)  # requests that no follow-up may come after: they have answered
    left: list[Try] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def watch(self, one: Try) -> None:
        self.broken.update(self._broken(one))
        self.seen[f"number {one.number}"] += one.left
        self.tries.append(one)
        if one.left:
            self.left.append(one)

    def _broken(self, one: Try) -> list[str]:
        free, by = self._is_free(one), self.pressed
        # Which of one moment was judged first is not known: what a rule does not hold counts as the later one.
        person = self.silence.own(one.address)
        before = [other for other in self.left if other.address in person]
        counted = [other for other in before if other.at < one.at or not self._is_free(other)]
        asks = [other for other in before if other.at < one.at or not (other.number or self._is_free(other))]
        lately = [other for other in asks if one.at - other.at < self.cooldown and other.request != one.request]
        copies = sum(other.message == one.message for other in before)
        again, number = by.again[one.message], one.number
        found = {
            "quiet hours": not HOMES[one.person].is_open(one.at, self.opens, self.closes),
            "written to who wants no more": self.silence.holds(one.address),
            "a follow-up to who has answered": number > 0 and one.request in self.ended,
            "a follow-up after Cancel": number > 0 and one.request in by.cancelled and not again,
            "left though it was cancelled": one.message in by.withdrawn,
            "left while it was paused": one.message in by.paused,
            "left before its time": number == 0 and not again and one.at < by.due.get(one.request, one.at),
            "left too late": number == 0 and one.at >= by.expires.get(one.request, one.at + timedelta(1)),
            "left in spite of a stop": one.channel in by.stopped,
            "cooldown": bool(number == 0 and not free and lately),
            "cap": not free
            and any(sum(one.at - other.at < span for other in counted) >= cap for cap, span in self.caps if cap),
            "twice": copies > again,
        }
        return [rule for rule, is_broken in found.items() if is_broken]

    def _is_free(self, one: Try) -> bool:
        return one.number == 0 and one.request in self.pressed.overridden
