"""What was not sent, by rule: narrowed as the Requests page narrows it, and counted as it lists it."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from data import queries, why
from data.filters import Filters
from data.lifecycle import Channel
from tests.builders import NOW, ask, sent

MARCH_2, MARCH_4 = date(2026, 3, 2), date(2026, 3, 4)


@pytest.fixture
def kept(store):
    """Three that wait, two of them by email from Kim and due two days later; and a follow-up held until then."""
    ask(store)
    ask(store, 2, channel=Channel.EMAIL, sender="Kim", due_in=timedelta(days=2))
    (asked,) = sent(store)
    with store.transaction() as work:
        work.rows(
            "UPDATE request SET next_at = $next, hold_code = 'quiet_hours' WHERE id = $id",
            id=asked, next=NOW + timedelta(days=2),
        )  # fmt: skip
    return store


def counted(store, filters: Filters) -> dict[str, int]:
    return {one.code: one.count for one in why.reasons(store, filters)}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"waiting": 3, "quiet_hours": 1}),
        (Filters(channels=("sms",)), {"waiting": 1, "quiet_hours": 1}),
        (Filters(since=MARCH_4, until=MARCH_4), {"waiting": 2, "quiet_hours": 1}),
        (Filters(since=MARCH_2, until=MARCH_2), {"waiting": 1}),
        (Filters(until=MARCH_2, channels=("email",)), {}),
        (Filters(since=date(2026, 3, 5)), {}),
    ],
)
def test_what_was_not_sent_goes_by_the_day_when_it_is_due(kept, filters: Filters, found: dict[str, int]):
    assert counted(kept, filters) == found
    for code, count in found.items():
        assert queries.summary(kept, replace(filters, why=(code,))).count() == count


def test_a_sender_has_their_own(kept):
    kim = next(id for id, name in queries.members(kept).items() if name == "Kim")
    assert counted(kept, Filters(senders=(kim,))) == {"waiting": 2}


def test_its_days_are_the_workspaces(kept):
    island = Filters(since=date(2026, 3, 3), until=date(2026, 3, 3), zone=ZoneInfo("Pacific/Kiritimati"))
    assert counted(kept, island) == {"waiting": 1}  # due at 17 UTC on the day before
    assert queries.summary(kept, replace(island, why=("waiting",))).count() == 1
