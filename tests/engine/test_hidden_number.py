"""A STOP that names nobody but the message it answers."""

from datetime import timedelta

import pytest

from connectors.contract import Reply, Report
from connectors.keywords import Keyword
from data import inbox
from data.inbox import Received
from data.lifecycle import Channel
from tests.engine.asks import WEST, put
from tests.engine.conftest import Scripted, drain, engine


class Hiding(Scripted):
    def reports(self, hook):
        if hook.body == "STOP":
            return [Reply("whatsapp", "", "STOP", hook.received_at, "reply 1", Keyword.STOP, about="w1")]
        return [Report(hook.body, "delivered", hook.received_at, "d", provider_id="w1")]


@pytest.mark.parametrize("seconds", [1, 40])
def test_is_heard_though_the_message_gets_its_name_in_the_same_turn(store, clock, seconds):
    put(store, phone=WEST, channel=Channel.WHATSAPP)
    killed = engine(store, provider := Hiding(), clock)
    turn = killed._turns.take(clock(), [], [], 10, False)
    killed._marks.reach((turn.claimed[0].claimed_at, turn.claimed[0].id))
    later = clock() + timedelta(seconds=1)
    with store.transaction() as work:
        inbox.receive(work, [Received("scripted", "", {}, turn.messages[0].reference, clock(), clock())])
        inbox.receive(work, [Received("scripted", "", {}, "STOP", later, later)])
    for name in ("b", "c"):
        clock.forward(seconds=seconds)
        drain(engine(store, provider, clock, name=name))
    clock.forward(minutes=1)
    drain(engine(store, provider, clock, name="d"))
    assert [one["basis"] for one in store.rows("SELECT basis FROM suppression")] == ["opted_out"]
