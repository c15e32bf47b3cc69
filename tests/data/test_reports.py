from datetime import UTC, date, datetime, timedelta

from data import queries
from data.filters import Filters
from data.lifecycle import Channel
from data.moves import News
from data.reports import Fared, Tally, by_age, first_day, settled, summed, tally, total, weeks
from data.store import Store
from tests.builders import NOW, add_follow_up, ask, hear, row, sent, tell

MONDAY = date(2026, 3, 2)  # NOW is on it
SUNDAY = NOW - timedelta(days=1)


def counts(one: Tally) -> tuple[int, ...]:
    return one.sent, one.delivered, one.seen, one.clicked, one.responded, one.undelivered, one.failed


def test_requests_are_counted_by_channel_with_what_became_of_them(store: Store):
    texts = sent(store, 4)
    tell(store, texts[0], "delivered", "clicked", "responded")
    tell(store, texts[1], "delivered")
    tell(store, texts[2], "undelivered")
    mails = sent(store, 2, channel=Channel.EMAIL)
    tell(store, mails[0], "delivered", "opened")
    tell(store, mails[1], "failed")

    found = {one.key: counts(one) for one in tally(store, Filters(), "channel")}

    assert found == {"sms": (4, 2, 0, 1, 1, 1, 0), "email": (2, 1, 1, 0, 0, 0, 1)}


def test_a_request_that_arrived_did_not_fail_whatever_became_of_its_follow_up(store: Store):
    (request,) = sent(store, 1)
    tell(store, request, "delivered")
    follow_up = add_follow_up(store, request, number=1)
    hear(store, News(follow_up, "claimed", NOW), News(follow_up, "undelivered", NOW))

    assert row(store, request)["status"] == "undelivered"
    assert [counts(one) for one in tally(store, Filters(), "channel")] == [(1, 1, 0, 0, 0, 0, 0)]


def test_what_waits_in_the_queue_is_in_no_cohort(store: Store):
    ask(store, 3)
    assert tally(store, Filters(), "channel") == []

    sent(store, 1)
    assert [one.sent for one in tally(store, Filters(), "channel")] == [1]


def test_a_look_at_the_link_before_anything_left_is_no_click(store: Store):
    (request,) = ask(store, 1)
    tell(store, request, "clicked")
    assert tally(store, Filters(), "channel") == []

    tell(store, request, "claimed", "accepted")
    assert [counts(one) for one in tally(store, Filters(), "channel")] == [(1, 0, 0, 0, 0, 0, 0)]


def test_opening_reading_clicking_and_responding_prove_arrival(store: Store):
    requests = sent(store, 4, channel=Channel.WHATSAPP)
    for request, event in zip(requests, ("opened", "read", "clicked", "responded"), strict=True):
        tell(store, request, event)

    (one,) = tally(store, Filters(), "channel")

    assert (one.sent, one.delivered) == (4, 4)


def test_a_request_opened_twice_counts_once(store: Store):
    (request,) = sent(store, 1, channel=Channel.EMAIL)
    tell(store, request, "delivered", "opened", "opened", "clicked", "clicked")

    assert counts(tally(store, Filters(), "channel")[0]) == (1, 1, 1, 1, 0, 0, 0)


def test_several_groups_make_a_tuple_of_a_key(store: Store):
    sent(store, 2, sender="Ada")
    sent(store, 1, sender="Ada", channel=Channel.EMAIL)
    sent(store, 1, sender="Bo")
    ids = {name: id for id, name in queries.members(store).items()}

    found = {one.key: one.sent for one in tally(store, Filters(), "sender", "channel")}

    assert found == {(ids["Ada"], "sms"): 2, (ids["Ada"], "email"): 1, (ids["Bo"], "sms"): 1}
    assert {key: one.sent for key, one in summed(tally(store, Filters(), "sender", "channel"), 1).items()} == {
        "sms": 3,
        "email": 1,
    }


def test_a_week_starts_on_monday(store: Store):
    sent(store, 1, at=SUNDAY)
    sent(store, 2, at=NOW)
    sent(store, 4, at=NOW + timedelta(days=6))
    sent(store, 8, at=NOW + timedelta(days=7))

    found = [(one.key, one.sent) for one in tally(store, Filters(), "week")]

    week = timedelta(days=7)
    assert found == [(MONDAY - week, 1), (MONDAY, 6), (MONDAY + week, 8)]


def test_the_week_is_the_same_on_both_stores_over_a_turn_of_the_year(store: Store):
    for day in range(24, 32):
        sent(store, 1, at=datetime(2026, 12, day, 12, tzinfo=UTC))
    sent(store, 1, at=datetime(2027, 1, 3, 12, tzinfo=UTC))

    found = [(one.key, one.sent) for one in tally(store, Filters(), "week")]

    assert found == [(date(2026, 12, 21), 4), (date(2026, 12, 28), 5)]


def test_only_what_the_filters_let_through_is_counted(store: Store):
    sent(store, 1, at=SUNDAY)
    sent(store, 2, at=NOW)
    sent(store, 4, at=NOW, channel=Channel.EMAIL, sender="Ada")
    ada = next(id for id, name in queries.members(store).items() if name == "Ada")

    def total_sent(**filters) -> int:
        return total(tally(store, Filters(**filters), "channel")).sent

    assert total_sent() == 7
    assert total_sent(since=MONDAY, until=MONDAY) == 6
    assert total_sent(until=MONDAY - timedelta(days=1)) == 1
    assert total_sent(channels=("sms",)) == 3
    assert total_sent(senders=(ada,)) == 4
    assert total_sent(channels=("sms",), senders=(ada,)) == 0


def test_rates_divide_delivered_by_sent_and_responded_by_delivered():
    one = Tally("sms", sent=200, delivered=150, seen=0, clicked=40, responded=30, undelivered=20, failed=5)

    assert (one.delivery.value, one.response.value) == (0.75, 0.2)
    assert (one.response.numerator, one.response.denominator) == (30, 150)


def test_weeks_without_requests_are_filled_in_but_not_the_one_that_is_running():
    found = [Tally(MONDAY, 5, 5, 0, 0, 0, 0, 0), Tally(MONDAY + timedelta(days=14), 7, 7, 0, 0, 0, 0, 0)]
    running = MONDAY + timedelta(days=23)

    filled = weeks(found, running)

    assert [(one.key.day, one.sent) for one in filled] == [(2, 5), (9, 0), (16, 7)]
    assert [one.sent for one in weeks(found, running + timedelta(days=4))] == [5, 0, 7, 0]
    assert weeks([], running) == []


def test_what_was_sent_has_settled_two_weeks_later():
    assert settled(MONDAY, MONDAY + timedelta(days=14))
    assert not settled(MONDAY, MONDAY + timedelta(days=13))


def test_a_period_the_one_before_and_what_is_too_young_are_counted_at_once(store: Store):
    today, began = NOW.date(), NOW.date() - timedelta(days=20)
    for days, count in ((41, 64), (21, 3), (20, 5), (14, 7), (13, 11), (0, 13)):
        requests = sent(store, count, at=NOW - timedelta(days=days))
        tell(store, requests[0], "delivered")
        tell(store, requests[1], "responded")

    found = by_age(store, Filters(since=NOW.date() - timedelta(days=40), until=today), began, today)

    assert found == {"before": Fared(3, 2, 1), "settled": Fared(12, 4, 2), "young": Fared(24, 4, 2)}
    assert by_age(store, Filters(since=today, until=today), today, today) == {"young": Fared(13, 2, 1)}
    assert by_age(store, Filters(channels=("email",)), today, today) == {}


def test_the_first_day_is_that_of_what_the_filters_let_through(store: Store):
    ask(store, 1, now=NOW - timedelta(days=9))
    assert first_day(store, Filters()) is None

    sent(store, 1, at=NOW - timedelta(days=7))
    sent(store, 1, at=NOW, channel=Channel.EMAIL)
    assert first_day(store, Filters()) == MONDAY - timedelta(days=7)
    assert first_day(store, Filters(channels=("email",))) == MONDAY
