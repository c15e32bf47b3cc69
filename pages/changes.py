"""Better than before? What the cards say of the equally long period just before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from data import reports
from data.days import day
from data.metrics import DEFINITIONS, Rate, difference
from data.reports import Fared, Tally
from pages.insights import View, by_age
from pages.wording import count, share


class Change(NamedTuple):
    """The words on the chip and beside it, its colour and arrow as st.metric has them, and what it was counted from."""

    said: str
    meaning: str
    told: str
    colour: Literal["off", "green", "red"] = "off"
    arrow: Literal["off", "up", "down"] = "off"


@dataclass(frozen=True)
class Comparison:
    """The period with the one before: `settled` is what has had its time to answer, until that day."""

    whole: Fared
    settled: Fared
    before: Fared
    days: tuple[date, date]
    since: date
    ripe: date

    @classmethod
    def of(cls, whole: Tally, view: View) -> "Comparison | None":
        """None where there is nothing to compare with."""
        days, since = view.before, view.filters.since
        if not days or not since:
            return None
        ages = by_age(replace(view.filters, since=days[0], until=view.last), since, view.today)
        if "before" not in ages:
            return None
        ripe = min(view.last, view.today - reports.SETTLING)
        return cls(whole.fared, ages.get("settled", Fared(0, 0, 0)), ages["before"], days, since, ripe)

    @property
    def said(self) -> str:
        """What is compared, in a sentence."""
        length = (self.days[1] - self.days[0]).days + 1
        partly = self.since <= self.ripe < self.since + timedelta(days=length - 1)
        young = f"; the rates of what was sent until {day(self.ripe)}" if partly else ""
        before = (
            f"the {length} days before, {_days(*self.days)}" if length > 1 else f"the day before, {_days(*self.days)}"
        )
        return f"Compared with {before}{young}."

    def of_count(self, counted: Callable[[Fared], int]) -> Change | None:
        """In per cent; more is not called better. None where there was nothing before."""
        now, before = counted(self.whole), counted(self.before)
        if not before:
            return None
        return Change(
            f"{signed(now / before - 1)}%", "than before", f"{count(now)}; {count(before)} in the days before."
        )

    def of_rate(self, rated: Callable[[Fared], Rate]) -> Change | None:
        """In percentage points, with a verdict where it is sure."""
        now, before = rated(self.settled), rated(self.before)
        if self.ripe < self.since:
            return Change("too young", "to compare", f"{_told(self.days, before)}.")
        told = f"{_told((self.since, self.ripe), now)}; {_told(self.days, before)}."
        found = difference(now, before)
        if not found:
            return Change("too few", "to compare", told)
        told += f" Difference {signed(found.value)}, 95% interval {signed(found.low)} to {signed(found.high)} pp."
        change = f"{signed(found.value)} pp"
        if not found.clear:
            return Change(change, "no clear change", told)
        return (
            Change(change, "better", told, "green", "up")
            if found.value > 0
            else Change(change, "worse", told, "red", "down")
        )


def explained(label: str, change: Change | None) -> str:
    """The metric's definition, then what its change was counted from and what that means."""
    words = (DEFINITIONS[label], change.told, DEFINITIONS["Change"]) if change else (DEFINITIONS[label],)
    return "\n\n".join(words)


def _told(days: tuple[date, date], rate: Rate) -> str:
    return f"{_days(*days)}: {share(rate.value)} ({count(rate.numerator)} of {count(rate.denominator)})"


def _days(first: date, last: date) -> str:
    return f"{day(first)} to {day(last)}" if first != last else day(first)


def signed(share: float) -> str:
    """In hundredths: "+2.1"; what would read as nothing although it is something has a digit more."""
    text = f"{100 * share:+,.{2 if 0 < abs(share) < 0.0005 else 1}f}"
    return text.replace("-", "−") if text.strip("+-0.") else f"±{text[1:]}"
