"""Every metric, defined once: what is counted, by what it is divided, and how sure one can be. See docs/metrics.md."""

from dataclasses import dataclass
from functools import lru_cache
from math import hypot

CONFIDENCE = 0.95
TOO_FEW = 30  # below this many, a rate is shown but not compared

DEFINITIONS: dict[str, str] = {
    "Asked": "Requests created, whatever became of them.",
    "Sent": "Requests handed to a provider at least once; a day's cohort is what was first sent on it.",
    "Delivered": "Sent requests that arrived: confirmed by the provider, or opened, read, clicked or responded to.",
    "Opened or read": "Delivered requests that were opened (email) or read (WhatsApp). SMS cannot tell.",
    "Clicked": "Delivered requests whose link was followed.",
    "Responded": "Delivered requests whose recipient went through to the review site.",
    "Delivered %": "Delivered / sent.",
    "Response %": "Responded / delivered, with its 95% Wilson interval.",
    "Settled response %": "Response % of what was sent at least 14 days ago, so that all had as long to answer; this is"
    " what channels and senders are compared by.",
    "Change": "Against as many days just before. Rates leave out what was sent in the last 14 days, and are called"
    " better or worse only where the 95% interval of their difference (Newcombe) excludes 0.",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its Wilson interval; all three are None where there is nothing to divide by."""

    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def too_few(self) -> bool:
        return self.denominator < TOO_FEW


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two rates, in its interval; 0.01 is a percentage point."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


@lru_cache(maxsize=4096)
def rate(numerator: int, denominator: int, confidence: float = CONFIDENCE) -> Rate:
    """The share and its 95 % Wilson interval (scipy's), or that of another confidence."""
    from scipy.stats import binomtest  # an engine that is in no trouble need not hold it in memory

    if not denominator:
        return Rate(numerator, denominator, None, None, None)
    interval = binomtest(numerator, denominator).proportion_ci(confidence, method="wilson")
    return Rate(numerator, denominator, numerator / denominator, float(interval.low), float(interval.high))


def difference(now: Rate, before: Rate) -> Difference | None:
    """`now - before` with Newcombe's interval (Statistics in Medicine 17:873, 1998, method 10), from both Wilson ones.

    None where either is of too few to be compared.
    """
    if now.too_few or before.too_few:
        return None
    p, low, high = _known(now)
    q, least, most = _known(before)
    return Difference(p - q, p - q - hypot(p - low, most - q), p - q + hypot(high - p, q - least))


def one_of_many(a: Rate, b: Rate, comparisons: int) -> Difference | None:
    """`a - b` as one of so many that are made: all their intervals together hold with 95 % (Bonferroni)."""
    confidence = 1 - (1 - CONFIDENCE) / max(comparisons, 1)
    return difference(*(rate(one.numerator, one.denominator, confidence) for one in (a, b)))


def _known(rate: Rate) -> tuple[float, float, float]:
    return rate.value or 0.0, rate.low or 0.0, rate.high or 0.0
