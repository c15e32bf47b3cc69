"""When an import has left: behind what waits already, at each channel's pace, and not before its rows may leave."""

from collections import Counter
from datetime import timedelta

from data.imports import Wording
from data.lifecycle import Channel
from data.outlook import Outlook, drained, look_ahead, queued_before
from data.queries import templates
from data.store import Store
from engine import policy
from tests.builders import NOW, ask, setting
from tests.data.test_imports import verdicts

SMS, EMAIL = Channel.SMS, Channel.EMAIL
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_what_is_held_is_drained_after_it_was_let_go():
    own = {SMS: Counter({NOW: 120, NOW + 5 * HOUR: 120})}
    assert drained(own, {}, {"sms": 2.0}, NOW) == NOW + 5 * HOUR + 60 * SECOND
    assert drained(own, {}, {}, NOW) == NOW + 5 * HOUR


def test_what_takes_long_pushes_what_is_held():
    own = {SMS: Counter({NOW: 7200, NOW + HOUR / 2: 1})}
    assert drained(own, {}, {"sms": 2.0}, NOW) == NOW + HOUR + SECOND / 2


def test_what_waits_already_goes_first_and_what_is_due_later_does_not():
    own, before = (
        {SMS: Counter({NOW: 60})},
        {SMS: Counter({NOW - HOUR: 120, NOW + HOUR: 999}), EMAIL: Counter({NOW: 9})},
    )
    assert drained(own, before, {"sms": 1.0, "email": 1.0}, NOW) == NOW + 180 * SECOND


def test_the_slowest_channel_counts():
    own = {SMS: Counter({NOW: 60}), EMAIL: Counter({NOW: 60})}
    assert drained(own, {}, {"sms": 1.0, "email": 10.0}, NOW) == NOW + 60 * SECOND


def test_the_queue_is_read_by_channel_and_without_what_is_due_later(store: Store):
    ask(store, 3)
    ask(store, 2, channel=EMAIL, due_in=-HOUR)
    ask(store, due_in=2 * HOUR)
    words = Wording({}, templates(store), "Sam", "Our business", "https://example.com")
    found = queued_before(Outlook(), store, words, NOW + HOUR)
    assert {channel: moments.total() for channel, moments in found.items()} == {SMS: 3, EMAIL: 2}
    assert dict(found[EMAIL]) == {NOW - HOUR: 2}


def test_each_row_tells_when_it_leaves_and_what_holds_it(store: Store):
    ask(store)  # for its template
    rows = templates(store)
    words = Wording({SMS: rows[0]}, rows, "Sam", "Our business", "https://example.com")
    found, early = Outlook(), NOW.replace(hour=14)  # nine in Washington, six in Los Angeles
    people = verdicts("Ann Lee,+12025550143,,", "Cal Ray,+13105550144,,")

    look_ahead(found, store, people, words, setting(policy.judge), [early] * 2, early)

    opens = NOW.replace(hour=16)
    assert found.by_line[2] == (early, "")
    assert found.by_line[3] == (opens, "Held until Mon 2 Mar, 08:00 America/Los_Angeles (area code)")
    assert (found.first, found.last, found.segments) == (early, opens, {SMS: 2})
