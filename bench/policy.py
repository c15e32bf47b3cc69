"""What the rules cost: microseconds of one decision, over a mix of cases."""

import itertools
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from bench.table import show
from data.rules import Rules
from data.verdicts import Basis, Case
from engine.policy import judge

ROUNDS = 20
BAR = 50
DAY = timedelta(days=1)
NIGHT, NOON = datetime(2026, 3, 2, 8, 30, tzinfo=UTC), datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
ZONES = (
    ("America/New_York",),
    ("America/Los_Angeles", "America/New_York"),  # a mobile number that may be anywhere
    ("Europe/Berlin",),
    ("Australia/Sydney", "Australia/Perth", "Australia/Adelaide"),
)
REGIONS = ("US-TX", "US-CA", "DE", "AU")


def cases(now: datetime) -> list[Case]:
    """Everybody at once: all zones and channels, some written to lately, some asked, suppressed or too late."""
    lately = ((), (now - 2 * DAY,), (now - 2 * DAY, now - 5 * DAY), tuple(now - n * DAY for n in range(1, 9)))
    return [
        Case(
            channel, zones, "phone", region, region[:2], "utility", number,
            suppressed=Basis.OPTED_OUT if index % 10 == 0 else None,
            asked_at=now - DAY if index % 7 == 0 else now - 200 * DAY if index % 3 == 0 else None,
            reached=reached, expires_at=now + (DAY if index % 11 else -DAY),
        )
        for index, (channel, (zones, region), number, reached) in enumerate(
            itertools.product(("sms", "email", "whatsapp"), zip(ZONES, REGIONS, strict=True), (0, 1), lately)
        )
    ]  # fmt: skip


def run(name: str, now: datetime) -> list[object]:
    mixed, rules = cases(now), Rules()
    kinds = Counter(type(judge(case, rules, now)).__name__ for case in mixed)
    best = min(_seconds(mixed, rules, now) for _ in range(ROUNDS))
    shares = [f"{kinds[kind] / len(mixed):.0%}" for kind in ("Allowed", "Held", "Blocked")]
    return [name, len(mixed), *shares, best / len(mixed) * 1e6, BAR]


def _seconds(mixed: list[Case], rules: Rules, now: datetime) -> float:
    started = time.perf_counter()
    for case in mixed:
        judge(case, rules, now)
    return time.perf_counter() - started


def main() -> None:
    table = [run("midday in New York", NOON), run("night in New York", NIGHT)]
    header = ["judged at", "cases", "allowed", "held", "blocked", "us/decision", "bar"]
    show(f"One decision of the rules, the best of {ROUNDS} rounds", header, table)


if __name__ == "__main__":
    main()
