"""Is the difference real? Response rates of channels with each other, and of people with all the others, in words."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from data.metrics import Difference, Rate, one_of_many, rate
from pages.changes import signed


def pairs_in_words(rates: Sequence[tuple[str, Rate]]) -> list[str]:
    """A sentence for each pair; several pairs are judged together."""
    pairs = list(combinations(rates, 2))
    said = [_pair(a, b, one_of_many(p, q, len(pairs))) for (a, p), (b, q) in pairs]
    return said + ([_together(len(pairs))] if len(pairs) > 1 else [])


def _pair(a: str, b: str, found: Difference | None) -> str:
    if found is None:
        return f"{a} and {b}: too few to tell."
    if found.clear:
        return f"{a} {_side(found)} {b}: {_interval(found)}."
    return f"{a} and {b}: no clear difference, {_interval(found)}."


def others(one: Rate, all_of_them: Rate) -> Rate:
    """The rate of everybody else."""
    return rate(all_of_them.numerator - one.numerator, all_of_them.denominator - one.denominator)


def people_in_words(rates: Mapping[str, Rate], whole: Rate) -> list[str]:
    """Who differs clearly from all the others together, by name; nobody is ranked. Two are one comparison."""
    if len(rates) <= 2:
        return pairs_in_words(sorted(rates.items()))
    found = {name: one_of_many(one, others(one, whole), len(rates)) for name, one in sorted(rates.items())}
    clear = [
        f"{name} {_side(change)} all the others: {_interval(change)}."
        for name, change in found.items()
        if change and change.clear
    ]
    few = sum(change is None for change in found.values())
    if few == len(found):
        return ["Too few to tell anybody from the others."]
    said = clear or ["Nobody differs clearly from all the others."]
    return [*said, *([f"{few} of {len(found)}: too few to tell."] if few else []), _together(len(found))]


def _side(found: Difference) -> str:
    return "above" if found.value > 0 else "below"


def _interval(found: Difference) -> str:
    return f"{signed(found.value)} pp ({signed(found.low)} to {signed(found.high)})"


def _together(comparisons: int) -> str:
    return f"{comparisons} comparisons are made, so each interval is wider: together they hold with 95%."
