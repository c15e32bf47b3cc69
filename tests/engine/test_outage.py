"""A provider that does not answer: little is left in doubt, the rest waits, and goes on by itself."""

from connectors.contract import NoAnswer
from data import stops
from data.lifecycle import Channel
from engine.outage import FIRST_WAIT, IN_A_ROW, LONGEST_WAIT, TRIAL, Outages
from tests.builders import ask
from tests.engine.conftest import Scripted, drain, engine, statuses


class Provider(Scripted):
    """Answers once it is up."""

    up = False

    async def send(self, message):
        self.answer = None if self.up else NoAnswer("It had trouble while answering (503)")
        return await super().send(message)


def outage(store, clock, queued=60):
    ask(store, queued)
    one = engine(store, provider := Provider(), clock, in_flight=5)
    drain(one)
    return one, provider


def test_a_provider_that_does_not_answer_stops_its_channel_and_that_is_said(store, clock):
    outage(store, clock)
    assert statuses(store)["unsure"] < IN_A_ROW + 5
    (stop,) = stops.active(store, clock())
    assert (stop["scope"], stop["subject"], stop["needs_person"]) == ("channel", "sms", True)
    assert stop["until"] == clock() + FIRST_WAIT
    assert "503" in stop["reason"]


def test_other_channels_go_on(store, clock):
    ask(store, 30)
    ask(store, 30, channel=Channel.EMAIL)
    silent, sound = Provider(), Scripted()
    one = engine(store, sound, clock, in_flight=5)
    one._connectors = {**one._connectors, Channel.SMS: silent}
    drain(one)
    assert len(sound.sent) == 30


def test_after_the_wait_one_goes_ahead_and_as_long_as_it_is_unanswered_the_wait_grows(store, clock):
    one, provider = outage(store, clock)
    doubted = statuses(store)["unsure"]
    for again in (1, 2, 3):
        clock.forward(seconds=max(FIRST_WAIT * 2 ** (again - 1), TRIAL).total_seconds() + 1)
        drain(one)
        assert statuses(store)["unsure"] == doubted + again
        assert max(stop["until"] for stop in stops.active(store, clock())) == clock() + FIRST_WAIT * 2**again
    provider.up = True
    clock.forward(minutes=10)
    drain(one)
    clock.forward(seconds=TRIAL.total_seconds() + 1)
    drain(one)
    assert statuses(store) == {"unsure": doubted + 3, "sent": 60 - doubted - 3}


def test_now_and_then_one_without_an_answer_is_no_outage(store, clock):
    ask(store, 60)
    lost = iter(range(60))
    drain(engine(store, Scripted(lambda _: NoAnswer("cut off") if next(lost) % 3 else None), clock, in_flight=1))
    assert not stops.active(store, clock())


def test_an_outage_of_days_is_waited_out_like_one_of_hours(clock):
    outages = Outages()
    for _ in range(IN_A_ROW + 100):
        clock.forward(hours=1)
        later = outages.heed(Channel.SMS, NoAnswer("503"), clock())
    assert later
    assert later.after == LONGEST_WAIT


def test_a_stop_that_is_lifted_too_early_costs_one_message_and_is_back(store, clock):
    one, _ = outage(store, clock)
    doubted = statuses(store)["unsure"]
    for again in (1, 2, 3):
        clock.forward(seconds=1)
        with store.transaction() as work:
            stops.lift(work, stops.active(work, clock())[0]["id"], "Sam", clock())
        drain(one)
        assert statuses(store)["unsure"] == doubted + again
        (stop,) = stops.active(store, clock())
        assert stop["needs_person"]
        clock.forward(seconds=TRIAL.total_seconds())  # until then the others wait for the one ahead
        drain(one)
        assert statuses(store)["unsure"] == doubted + again
