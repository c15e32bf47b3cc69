"""A text that waits at its provider does not arrive at night."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connectors.twilio import Account, Twilio
from data.hours import closes_at
from data.lifecycle import Channel
from data.rules import Rules
from engine.dispatch import Engine
from tests.connectors import twilio_standin
from tests.connectors.twilio_standin import TwilioStandIn
from tests.engine.asks import WEST, keep, put
from tests.engine.conftest import Scripted, drain, engine, write

NIGHT = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # 21:00 in New York the day before, 18:00 in Los Angeles


@pytest.mark.parametrize(
    ("zones", "region", "rules", "closes"),
    [
        (("America/New_York",), "", Rules(), NIGHT),
        (("America/Los_Angeles", "America/New_York"), "", Rules(), NIGHT),
        (("America/New_York",), "US-FL", Rules(), NIGHT - timedelta(hours=1)),
        (("America/New_York",), "", Rules(opens=480, closes=24 * 60), NIGHT + timedelta(hours=3)),
        (("America/New_York",), "", Rules(opens=0, closes=24 * 60), None),
    ],
)
def test_hours_end_on_the_first_clock_to_strike(zones, region, rules, closes):
    assert closes_at(NIGHT - timedelta(hours=3), zones, region, rules) == closes


@pytest.mark.parametrize(("hours", "seconds"), [(0, None), (3, "32400"), (11.99, "300")])
def test_twilio_keeps_a_text_no_longer_than_the_recipients_hours_last(
    duckdb_store, clock, run, enter, session, hours, seconds
):
    phone = enter(TwilioStandIn())
    account = Account(twilio_standin.SID, twilio_standin.TOKEN)
    sender = {"sms": twilio_standin.SENDER}
    by = Twilio(session, account, sender, twilio_standin.HOOKS, clock, api=phone.url)
    clock.forward(hours=hours)  # it is 9:00 where they are
    put(duckdb_store, phone=WEST, now=clock())
    one = Engine(duckdb_store, dict.fromkeys(Channel, by), write, name="e", clock=clock, zone=UTC, in_flight=9, mail=[])
    run(one.run(asyncio.Event(), drain=True))
    assert phone.accepted[0].get("ValidityPeriod") == seconds


def test_what_was_queued_without_a_clock_goes_by_its_number(duckdb_store, clock, run):
    put(duckdb_store, phone=WEST, now=clock())
    with duckdb_store.transaction() as work:
        work.rows("UPDATE request SET zones = NULL, zone_source = NULL, region = NULL")
    kept = Scripted()
    drain(engine(duckdb_store, kept, clock))
    assert kept.sent[0].until == NIGHT + timedelta(hours=3)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize(("seconds", "left"), [(10, 1), (20, 0)])
def test_what_was_claimed_before_they_end_does_not_leave_after_it(duckdb_store, clock, run, channel, seconds, left):
    """An engine may hold a message for three quarters of a minute before it is handed over."""
    keep(duckdb_store)
    clock.now = datetime(2026, 3, 3, 4, 59, 45, tzinfo=UTC)  # in Los Angeles the hours end in 15 seconds
    put(duckdb_store, email="ann@example.com", channel=channel, now=clock.now)
    one = engine(duckdb_store, kept := Scripted(), clock)
    turn = one._turns.take(clock(), [], [], 10, False)
    clock.forward(seconds=seconds)
    one._stop, one._look._heard_at = asyncio.Event(), clock()
    run(one._outcome(turn.claimed[0], turn.messages[0]))
    assert len(kept.sent) == left
