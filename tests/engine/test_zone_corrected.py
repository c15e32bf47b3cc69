"""What waited for the clock of a wrong zone is judged by the right one."""

from datetime import UTC, datetime, timedelta

from data import commands, decisions, merging, people
from data.lifecycle import Channel
from data.places import Place
from data.sequences import Step
from tests.builders import NOW, row
from tests.engine.asks import keep, put
from tests.engine.conftest import Scripted, drain, engine

NIGHT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 23:00 in Los Angeles, 8:00 in Berlin


def correct(store, request, zone, now) -> None:
    assert people.set_place(store, row(store, request)["contact_id"], Place(zone), "Sam", now, "UTC", "US") == {}


def test_held_for_the_night_of_the_old_zone_it_leaves_in_the_day_of_the_new(store, clock):
    clock.now = NIGHT
    request = put(store, now=NIGHT)
    assert row(store, request)["due_at"] == NIGHT + timedelta(hours=9)
    correct(store, request, "Europe/Berlin", NIGHT)
    assert (row(store, request)["due_at"], row(store, request)["hold_code"]) == (NIGHT, None)
    drain(engine(store, connector := Scripted(), clock))
    assert len(connector.sent) == 1


def test_it_does_not_leave_before_the_time_that_was_asked_for(store, clock):
    clock.now = NIGHT - timedelta(hours=12)
    request = put(store, now=clock(), due=NIGHT)
    correct(store, request, "Europe/Berlin", clock())
    drain(engine(store, connector := Scripted(), clock))
    assert (connector.sent, row(store, request)["due_at"]) == ([], NIGHT)


def test_where_the_new_clock_is_in_the_night_it_waits_again(store, clock):
    clock.now = NIGHT
    request = put(store, now=NIGHT)
    correct(store, request, "Pacific/Honolulu", NIGHT)  # 21:00 there
    drain(engine(store, connector := Scripted(), clock))
    assert connector.sent == []
    assert row(store, request)["due_at"] == NIGHT + timedelta(hours=11)
    assert "Honolulu" in row(store, request)["hold_reason"]


def test_what_was_not_held_keeps_its_time(store):
    request = put(store, due=NOW + timedelta(hours=3))
    correct(store, request, "Europe/Berlin", NOW)
    assert row(store, request)["due_at"] == NOW + timedelta(hours=3)


def test_a_follow_up_does_not_hurry_because_its_ask_was_held_once(store, clock):
    clock.now = NIGHT
    request = put(store, now=NIGHT, steps=(Step(72, None, None),))
    clock.forward(hours=9)
    drain(engine(store, Scripted(), clock))
    found = row(store, request)
    assert (found["status"], found["hold_code"], found["hold_reason"]) == ("sent", None, None)
    correct(store, request, "Europe/Berlin", clock())
    assert row(store, request)["next_at"] == found["next_at"]


def test_what_is_stopped_is_neither_paused_nor_held(store, clock):
    request = put(store, steps=(Step(72, None, None),))
    drain(engine(store, Scripted(), clock))
    held = put(store, phone="+13105550144", now=NIGHT)
    commands.pause(store, [request, held], "Sam", NOW)
    decisions.cancel(store, [request, held], "Sam", NOW, UTC)
    for one in (request, held):
        assert not row(store, one)["paused"]
        assert row(store, one)["hold_code"] is None


def test_each_ask_goes_by_the_phone_it_gave_where_nothing_else_is_known(store):
    keep(store, cooldown_days=0)
    put(store, phone="+13105550143", email="ann@example.com")
    moved = put(store, phone="+442079460123", email="ann@example.com", due=NOW + timedelta(hours=1))
    correct(store, moved, "Europe/Berlin", NOW)
    correct(store, moved, "", NOW)
    assert (row(store, moved)["zones"], row(store, moved)["region"]) == ("Europe/London", "GB")


def test_what_waits_for_either_of_two_that_are_merged_goes_by_the_place_that_is_known(store):
    """Else it would reach them in what is known to be their night."""
    waits = put(store, phone="+12125550143", due=NOW + timedelta(hours=1))
    mail = put(store, phone=None, email="a@example.com", channel=Channel.EMAIL, place=Place(zone="Pacific/Honolulu"))
    keep, other = row(store, waits)["contact_id"], row(store, mail)["contact_id"]
    assert merging.merge(store, keep, other, "Sam", NOW, UTC)
    assert {row(store, one)["zones"] for one in (waits, mail)} == {"Pacific/Honolulu"}
