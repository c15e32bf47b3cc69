"""What was not sent, by rule: narrowed as the Requests page narrows it, and counted as it lists it."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from data import commands, queries, stops, why
from data.filters import Filters
from data.lifecycle import Channel
from data.stops import Stop
from data.store import Row
from tests.builders import NOW, add_follow_up, ask, sent

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


class TestBehindAStop:
    """What waits for a stop is counted wherever it is told."""

    @pytest.fixture
    def kim(self, kept) -> Row:
        """Kim is stopped: two emails of hers wait, due in two days."""
        id = next(id for id, name in queries.members(kept).items() if name == "Kim")
        with kept.transaction() as work:
            stops.stop(work, Stop("sender", str(id), "person", "On leave", "Ann"), NOW)
        return stops.active(kept, NOW)[0]

    @pytest.mark.parametrize(
        ("scope", "subject", "channel", "waiting"),
        [
            ("everything", "", None, 3),
            ("channel", "email", "email", 2),
            ("channel", "sms", "sms", 1),
            ("country", "US", "sms", 0),  # the builders' asks know no country
        ],
    )
    def test_all_that_waits_is_counted_not_only_what_is_due(self, kept, scope, subject, channel, waiting):
        ask(kept)
        with kept.transaction() as work:
            stops.stop(work, Stop(scope, subject, "person", "Wrong text", "Ann", channel), NOW)
        (stop,) = stops.active(kept, NOW)
        assert why.waiting_behind(kept, stop, NOW).waiting == waiting

    def test_of_those_by_whose_stop_none_is_due(self, kept, kim):
        assert why.waiting_behind(kept, kim, NOW) == why.Behind(waiting=2, due=0, paused=0)

    def test_those_that_a_person_paused_wait_for_that_person(self, kept, kim):
        email = kept.rows("SELECT id FROM request WHERE channel = 'email'")
        commands.pause(kept, [email[0]["id"]], "Sam", NOW)
        assert why.waiting_behind(kept, kim, NOW) == why.Behind(waiting=1, due=0, paused=1)

    def test_follow_ups_are_counted_among_them(self, kept):
        add_follow_up(kept, sent(kept)[0], 1)
        with kept.transaction() as work:
            stops.stop(work, Stop("everything", "", "person", "Wrong text", "Ann"), NOW)
        (stop,) = stops.active(kept, NOW)
        found = why.waiting_behind(kept, stop, NOW)
        assert (found.waiting, found.follow_ups) == (3, 1)

    def test_a_rule_says_how_many_of_its_own_wait_for_a_stop(self, kept, kim):
        found = {one.code: (one.count, one.stopped) for one in why.reasons(kept, Filters(), stops.barred([kim]))}
        assert found == {"waiting": (3, 2), "quiet_hours": (1, 0)}

    def test_each_request_knows_the_stop_it_waits_for(self, kept, kim):
        rows = kept.rows("SELECT id, channel FROM request")
        found = stops.held_requests(kept, [kim], [one["id"] for one in rows])
        assert found == {one["id"]: kim for one in rows if one["channel"] == "email"}
        assert stops.held_requests(kept, [], [one["id"] for one in rows]) == {}


def test_a_paused_follow_up_is_counted_and_listed(kept):
    """A held one is not held any more: a person comes first, as with an ask."""
    with kept.transaction() as work:
        work.rows("UPDATE request SET paused = true WHERE next_at IS NOT NULL")
    assert counted(kept, Filters()) == {"waiting": 3, "paused": 1}
    assert counted(kept, Filters(since=date(2026, 3, 5))) == {}
    for code, number in {"waiting": 3, "paused": 1, "quiet_hours": 0}.items():
        assert queries.summary(kept, Filters(why=(code,))).count() == number
