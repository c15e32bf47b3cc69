"""So many a day, evenly, on the workspace's clock."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data import commands, decisions, planning
from data.commands import Ask
from data.drip import Drip, after_opening, taken, times
from data.hours import open_from
from data.lifecycle import Channel
from data.places import Place
from data.rules import Rules
from data.store import Store
from engine import policy
from tests.builders import setting, template, token

ZONE = ZoneInfo("America/New_York")
WORKDAYS = Drip(50, (1, 2, 3, 4, 5), 9, 18)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def test_a_day_that_has_begun_takes_its_share():
    evening = list(times(WORKDAYS, on(2, 17, 55), 60, ZONE))
    assert (evening[0], evening[50]) == (on(3, 9), on(4, 9))
    noon = list(times(WORKDAYS, on(2, 13, 30), 60, ZONE))
    assert (noon[0], noon[25]) == (on(2, 13, 30), on(3, 9))


def test_a_weekend_waits():
    assert list(times(WORKDAYS, on(7, 10), 1, ZONE)) == [on(9, 9)]


def test_what_another_import_has_of_a_day_is_not_given_twice():
    first = list(times(WORKDAYS, on(2, 9), 70, ZONE))
    after = replace(WORKDAYS, taken=Counter(turn.astimezone(ZONE).date() for turn in first))
    days = Counter(turn.astimezone(ZONE).date().day for turn in [*first, *times(after, on(2, 9), 70, ZONE)])
    assert days == {2: 50, 3: 50, 4: 40}


def test_the_rest_of_a_day_is_shared_with_another_import():
    after = replace(WORKDAYS, taken={date(2026, 3, 2): 30})
    days = Counter(turn.astimezone(ZONE).day for turn in times(after, on(2, 13, 30), 60, ZONE))
    assert days == {2: 20, 3: 40}  # 25 would be its share of half a day


@pytest.mark.parametrize(
    ("drip", "turn", "later"),
    [
        (WORKDAYS, on(2, 9), timedelta(0)),
        (WORKDAYS, on(2, 13, 30), timedelta(hours=4)),
        (Drip(50, (1,), 0, 24), on(2, 18), timedelta(hours=6)),
        (WORKDAYS, on(2, 20), timedelta(hours=8)),  # a visit put it off
        (WORKDAYS, on(2, 7), timedelta(0)),
        (Drip(50, (1,), 9, 11), on(2, 10), timedelta(hours=1)),
    ],
)
def test_who_is_asleep_is_asked_as_late_in_their_own_day(drip: Drip, turn: datetime, later: timedelta):
    assert after_opening(drip, turn, ZONE) == later


def _import(store: Store, turns: list[datetime], zone: str, drip: Drip | None) -> list[datetime]:
    """Queues an import's asks to people in `zone`; when each leaves."""
    used = template(store)
    asks = [
        Ask(f"P{at}", Channel.SMS, f"+1202555{1000 + at}", 1, used, turn, "import", phone=f"+1202555{1000 + at}",
            place=Place(zone=zone))
        for at, turn in enumerate(turns)
    ]  # fmt: skip
    around = replace(setting(policy.judge), zone=ZONE.key, drip=drip)
    planned = planning.plan(store, asks, around, turns[0])
    commands.ask(store, [one.ask for one in planned], turns[0], token())
    return [one.ask.leaves_at for one in planned]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/London", "Asia/Kolkata", "Pacific/Auckland"])
@pytest.mark.parametrize("drip", [Drip(40, (1, 2, 3, 4, 5), 9, 18), Drip(40, (1, 2, 3, 4, 5), 0, 24)])
def test_turns_outside_their_hours_are_spread_over_these(duckdb_store: Store, zone: str, drip: Drip):
    turns = list(times(drip, on(2, 0), 40, ZONE))
    leaving = _import(duckdb_store, turns, zone, drip)
    assert max(Counter(leaving).values()) <= 2  # a moved turn may fall on another
    assert [open_from(at, (zone,), "", Rules()) for at in leaving] == leaving


def test_what_is_taken_counts_by_the_local_day_and_without_the_cancelled(store: Store):
    turns = [on(2, 9), on(2, 17), on(2, 23), on(3, 10)]
    _import(store, turns, ZONE.key, None)
    assert taken(store, on(2, 12), ZONE) == {date(2026, 3, 2): 3, date(2026, 3, 3): 1}
    ids = [row["id"] for row in store.rows("SELECT id FROM request ORDER BY wanted_at LIMIT 1")]
    decisions.cancel(store, ids, "Sam", on(2, 1), UTC)
    assert taken(store, on(2, 12), ZONE) == {date(2026, 3, 2): 2, date(2026, 3, 3): 1}
    assert taken(store, on(3, 12), ZONE) == {date(2026, 3, 3): 1}
