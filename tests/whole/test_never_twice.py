"""Engines killed with SIGKILL in the middle of real HTTP: nothing is sent twice, nothing is lost.

Each life is a process of its own that talks to a stand-in of the provider, which takes its time and reports by signed
hooks, late, twice, in any order, or never. `KILLS=200 pytest tests/whole/test_never_twice.py -rP` kills 200 times in
all, over some 8,000 messages, and shows what was counted; without it a smaller number.
"""

import os
import random
import re
import time
from math import ceil

import pytest

from data.lifecycle import Channel
from data.texts import new_token
from tests.builders import always_open, ask
from tests.whole.lives import begin, forget_the_dead
from tests.whole.world import STANDINS, World, now, world

KILLS = ceil(int(os.environ.get("KILLS", "60")) / 6)  # for each provider and store
EACH_LIFE = 40  # messages added before it
APPROVED = {"twilio": f"HX{'a' * 32}", "meta": "how_was_it"}
CHANNELS = {"twilio": [Channel.SMS, Channel.WHATSAPP], "sendgrid": [Channel.EMAIL], "meta": [Channel.WHATSAPP]}
HAS_IT = {"sent", "delivered", "opened", "read"}


@pytest.mark.parametrize("provider", STANDINS)
def test_engines_killed_while_they_talk_to_a_provider_send_nothing_twice_and_lose_nothing(
    store, address, tmp_path, provider
):
    lot, log, held = random.Random(7), tmp_path / "log", set[int]()
    always_open(store)
    with world(store, address, provider, lot) as around:
        for _ in range(KILLS):
            ask(store, EACH_LIFE, channel=lot.choice(CHANNELS[provider]), now=now(), new_token=new_token)
            approve(store, APPROVED.get(provider))
            live_and_be_killed(around, lot, log)
            held |= ids(store, "sending")
            forget_the_dead(store)
        finish(around, store, log)
        told = tell(store, around, held)
    assert len(held) > KILLS, "they must have been killed in the middle of work"
    assert told["accepted in spite of the kill"] > 0
    assert "Traceback" not in log.read_text()
    assert not re.search(r"\+1202|@example.com", log.read_text()), "personal data stays out of the log"


@pytest.mark.parametrize("engines", [2, 4])
def test_several_engines_share_one_queue_and_send_nothing_twice(
    postgresql_store, postgresql_address, tmp_path, engines
):
    lot, log = random.Random(engines), tmp_path / "log"
    always_open(postgresql_store)
    ask(postgresql_store, 1500, now=now(), new_token=new_token)
    with world(postgresql_store, postgresql_address, "twilio", lot) as around:
        given = {**around.given, "IN_FLIGHT": "20"}
        lives = [begin(given, log, "--drain") for _ in range(engines)]
        for life in lives:
            life.join(120)
        assert [life.exitcode for life in lives] == [0] * engines, log.read_text()
        finish(around, postgresql_store, log)
        accepted = around.provider.accepted
    workers = postgresql_store.rows("SELECT claimed_by, count(*) AS n FROM message GROUP BY claimed_by")
    assert len(workers) == engines, "each must have had a share"
    assert set(accepted.values()) == {1}
    assert set(accepted) == set(references(postgresql_store).values())
    assert not ids(postgresql_store, "queued", "sending", "unsure")


def approve(store, name: str | None) -> None:
    """WhatsApp templates leave by a name of their provider's only."""
    with store.transaction() as work:
        work.rows("UPDATE template SET provider_name = CAST($name AS text) WHERE channel = 'whatsapp'", name=name)


def live_and_be_killed(around: World, lot: random.Random, log) -> None:
    """Some die before they have said a word, most while up to 50 messages are in flight."""
    seen = len(around.provider.standin.seen)
    life = begin({**around.given, "IN_FLIGHT": str(lot.choice([5, 20, 50]))}, log)
    if lot.random() < 0.8:
        end = time.monotonic() + 20
        while len(around.provider.standin.seen) == seen and life.is_alive() and time.monotonic() < end:
            time.sleep(0.002)
    time.sleep(lot.uniform(0, 0.4))
    assert life.is_alive(), log.read_text()
    life.kill()
    life.join()


def finish(around: World, store, log) -> None:
    """Sends what is left, then hears all that the provider still has to say."""
    for _ in range(2):
        around.wait(around.provider.all_told())
        forget_the_dead(store)
        last = begin({**around.given, "IN_FLIGHT": "1000"}, log, "--drain")
        last.join(120)
        assert last.exitcode == 0, log.read_text()


def tell(store, around: World, held: set[int]) -> dict[str, int]:
    """Compares what the store says with what the provider has, message by message."""
    statuses = {row["id"]: row["status"] for row in store.rows("SELECT id, status FROM message")}
    mine, accepted = references(store), around.provider.accepted
    unsure = ids(store, "unsure")
    assert max(accepted.values()) == 1, "sent twice"
    assert set(accepted) <= set(mine.values()), "sent what is not ours"
    assert set(statuses.values()) <= HAS_IT | {"unsure"}, "lost, or left lying"
    assert {id for id, status in statuses.items() if status in HAS_IT and mine[id] not in accepted} == set()
    assert unsure <= held, "unsure without a reason"
    assert {mine[id] for id in unsure if mine[id] in accepted} <= around.provider.untold, "its hooks were not heard"
    told = {
        "kills": KILLS,
        "messages": len(mine),
        "held when killed": len(held),
        "accepted in spite of the kill": sum(mine[id] in accepted for id in held),
        "unsure, and the provider has it": sum(mine[id] in accepted for id in unsure),
        "unsure, and the provider has it not": sum(mine[id] not in accepted for id in unsure),
    }
    print(told)
    return told


def ids(store, *statuses: str) -> set[int]:
    return {row["id"] for row in store.rows("SELECT id, status FROM message") if row["status"] in statuses}


def references(store) -> dict[int, str]:
    return {row["id"]: f"{row['id']}-{row['token']}" for row in store.rows("SELECT id, token FROM message")}
