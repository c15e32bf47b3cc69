"""Stops as the store keeps them: one for each thing, until the later of two moments."""

from datetime import timedelta

from data import stops
from data.stops import Stop
from tests.builders import NOW


def test_a_shorter_wait_does_not_end_a_longer_one(store):
    for minutes in (60, 10):
        with store.transaction() as work:
            until = NOW + timedelta(minutes=minutes)
            stops.stop(work, Stop("channel", "sms", "provider", "Too fast", "twilio", "sms", until), NOW)
    (found,) = stops.active(store, NOW)
    assert found["until"] == NOW + timedelta(hours=1)
