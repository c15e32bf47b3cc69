"""The rules hold over random people, zones, sequences, stops, clicks and crashes."""

import random
from datetime import datetime, timedelta

import pytest

from connectors.contract import Accepted
from data.hours import open_from
from data.places import UNSAID
from data.sequences import Step
from data.suppressions import Suppression, suppress
from data.zones import whereabouts
from tests.builders import NOW, template
from tests.engine.asks import keep, put
from tests.engine.conftest import Clock, Scripted, drain, engine


@pytest.mark.parametrize("seed", range(6))
def test_no_rule_is_ever_broken_whatever_happens(store, seed):
    """Random people, zones, sequences, stops, clicks and crashes; every message that leaves is checked on its own."""
    lot = random.Random(seed)
    clock = Clock(NOW + timedelta(days=lot.randrange(300), minutes=lot.randrange(1440)))
    kept = keep(store, cooldown_days=lot.choice([1, 5, 30]), cap_7_days=lot.choice([1, 2, 3]), cap_30_days=4)
    phones = ["+13105550143", "+61412345678", "+919812345678", "+9779841234567", "+6859999999", "+18085550143"]
    left: dict[str, list[tuple[datetime, int]]] = {}
    suppressed: set[str] = set()

    class Witness(Scripted):
        async def send(self, message):
            phone, now = message.address, clock()
            where = whereabouts(phone, UNSAID, "UTC")
            assert open_from(now, where.zones, where.region, kept) == now, f"quiet hours of {phone}"
            assert phone not in suppressed
            number = int(message.reference.split("-")[0])
            request = store.rows("SELECT request_id FROM message WHERE id = $id", id=number)[0]["request_id"]
            before = left.setdefault(phone, [])
            others = [moment for moment, other in before if other != request]
            is_ask = store.rows("SELECT number FROM message WHERE id = $id", id=number)[0]["number"] == 0
            assert not is_ask or all(now - moment >= timedelta(days=kept.cooldown_days) for moment in others)
            for cap, days in ((kept.cap_7_days, 7), (kept.cap_30_days, 30)):
                assert sum(now - moment < timedelta(days=days) for moment, _ in before) < cap
            before.append((now, request))
            return Accepted(message.reference)

    steps = tuple(Step(lot.choice([1, 20, 100]), None, None) for _ in range(lot.randrange(4)))
    used = template(store)
    for turn in range(25):
        if lot.random() < 0.7:
            put(store, phone=lot.choice(phones), steps=steps, now=clock(), template=used)
        if lot.random() < 0.1:
            phone = lot.choice(phones)
            suppressed.add(phone)
            with store.transaction() as work:
                suppress(work, [Suppression(phone, "opted_out", "sms", "recipient")], clock())
        drain(engine(store, Witness(), clock, name=f"engine-{turn}"))  # each a new engine, as after a crash
        clock.forward(minutes=lot.choice([10, 90, 600, 2000]))
    assert left, "something must have left"
