"""Follow-up sequences: which one counts, what is kept, and what is wrong with a step."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from data import audit, sequences
from data.follow_up_plan import next_step
from data.follow_up_store import Ongoing
from data.lifecycle import Channel
from data.places import UNSAID
from data.places.zones import Whereabouts
from data.rules import Rules
from data.sequences import Step, in_force, keep, kept, parse, step_trouble, troubles
from data.store import Store
from tests.builders import NOW

WEEK = Step(168, None, None)
MAIL = Step(72, "email", 9)


def set_(store: Store, template: int | None, steps: list[Step] | None) -> None:
    with store.transaction() as work:
        keep(work, template, steps, "Ann", NOW)


def test_without_any_there_are_no_follow_ups(store: Store):
    assert in_force(kept(store), 1) == ()


def test_the_templates_own_counts_before_the_workspaces(store: Store):
    set_(store, None, [WEEK])
    set_(store, 7, [MAIL, WEEK])

    assert in_force(kept(store), 7) == (MAIL, WEEK)
    assert in_force(kept(store), 8) == (WEEK,)
    assert kept(store) == {0: (WEEK,), 7: (MAIL, WEEK)}


def test_a_template_may_want_none_where_the_workspace_has_some_and_go_back(store: Store):
    set_(store, None, [WEEK])
    set_(store, 7, [])
    assert in_force(kept(store), 7) == ()

    set_(store, 7, None)
    assert in_force(kept(store), 7) == (WEEK,)


def test_every_change_is_in_the_audit(store: Store):
    set_(store, 7, [MAIL])
    set_(store, 7, None)

    found = {(one["actor"], one["action"], one["subject"], one["detail"]) for one in audit.newest(store, 9)}
    assert ("Ann", "follow-ups", "template 7", "as the workspace") in found
    assert any("72" in detail for *_, detail in found)


def test_two_who_save_in_the_same_instant_do_not_undo_each_other(postgresql_store: Store):
    mine, theirs = (Step(24, None, None),), (Step(48, None, None),)

    def save() -> bool:
        with postgresql_store.transaction() as work:
            return sequences.change(work, 0, (), theirs, "Sam", NOW)

    with ThreadPoolExecutor(1) as other:
        with postgresql_store.transaction() as work:
            assert sequences.change(work, 0, (), mine, "Ann", NOW)
            saving = other.submit(save)
            with suppress(TimeoutError):
                saving.result(0.5)  # it would be through by then, if nothing held it
        assert saving.result(20) is False
    assert sequences.kept(postgresql_store) == {0: mine}


def test_garbage_is_no_step_and_there_are_three_at_most():
    assert parse(None) == ()
    assert parse([{"wait_hours": 1}, 7, "x"]) == ()
    assert len(parse(sequences.dump([WEEK] * 5))) == sequences.MOST_STEPS


@pytest.mark.parametrize(
    ("step", "first", "says"),
    [
        (Step(0, None, None), None, "an hour at least"),
        (Step(60 * 24 + 1, None, None), None, "60 days at most"),
        (Step(1, "email", None), None, "Choose a template for Email"),
        (Step(1, "email", None), "sms", "Choose a template for Email"),
        (Step(1, "email", 5), "sms", "no longer in use"),
        (Step(1, None, 9), None, "Choose a channel too"),
        (Step(1, None, 9), "sms", "This template is for Email; choose one for SMS"),
        (Step(1, "sms", 9), None, "This template is for Email; choose one for SMS"),
    ],
)
def test_a_step_that_could_never_be_sent_is_told(step: Step, first: str | None, says: str):
    assert says in str(step_trouble(step, {9: "email", 4: "sms"}, first))


@pytest.mark.parametrize(
    ("step", "first"),
    [
        (WEEK, None),
        (Step(60 * 24, None, None), "sms"),
        (MAIL, None),
        (MAIL, "sms"),
        (Step(1, None, 4), "sms"),
        (Step(1, "sms", None), "sms"),
    ],
)
def test_a_step_that_can_be_sent_is_right(step: Step, first: str | None):
    assert step_trouble(step, {9: "email", 4: "sms"}, first) is None


def test_the_same_channel_is_that_of_the_message_before():
    channels = {9: "email", 4: "sms"}

    assert troubles([MAIL, Step(24, None, 9)], channels, "sms") == [None, None]
    assert troubles([MAIL, WEEK], channels, None) == [None, None]
    assert troubles([MAIL, Step(24, "email", None)], channels, "sms") == [None, None]
    assert "choose one for Email" in str(troubles([MAIL, Step(24, None, 4)], channels, "sms")[1])
    assert "Choose a template for SMS" in str(troubles([MAIL, Step(24, "sms", None)], channels, "sms")[1])


def test_what_is_right_here_is_what_the_engine_can_send():
    """Against the engine: of every two steps, those said to be right are those for which it finds a message."""
    channels = {9: "email", 4: "sms"}
    newest = {id: (1, channel) for id, channel in channels.items()}
    choices = [Step(24, channel, id) for channel in (None, "sms", "email") for id in (None, 4, 9)]
    for first in ("sms", "email"):
        for steps in itertools.product(choices, repeat=2):
            sent, channel = [], Channel(first)
            for step in steps:
                found = next_step(_left(channel, step), newest, Rules(), "UTC")
                sent.append(found is not None)
                channel = Channel(step.channel) if step.channel else channel
            assert [one is None for one in troubles(steps, channels, first)] == sent, (first, steps)


def _left(channel: Channel, step: Step) -> Ongoing:
    """A message that has just left by a channel, with one step to come."""
    return Ongoing(
        1, 1, 0, channel, (step,), "+12025550143", "ann@example.com", "there", (77, 1), 1, NOW,
        Whereabouts(("UTC",), "number", "", "US"), UNSAID, True,
    )  # fmt: skip
