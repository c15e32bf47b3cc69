"""What a person decides about a whole list: everything on it, beyond the page, and nothing that came later."""

from datetime import UTC, timedelta

import pytest

from data import bulk, commands, decisions
from data.bulk import Bulk, waiting
from data.decisions import Cancelled
from data.filters import Filters
from data.lifecycle import Channel
from data.sequences import Step, to_text
from tests.builders import NOW, add_follow_up, ask, row, sent


def cancel(store, ids):
    return decisions.cancel(store, ids, "Sam", NOW, UTC).reached


def carried_out(store, job: Bulk) -> Bulk:
    while not job.is_done:
        job.step(store)
    return job


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    monkeypatch.setattr(bulk, "LOOK", 5)


@pytest.mark.usefixtures("small_batches")
def test_a_whole_list_is_cancelled_in_batches_and_nothing_else(store):
    listed, other = ask(store, 13), ask(store, 2, channel=Channel.EMAIL)
    job = Bulk.of(store, Filters(channels=("sms",)), cancel)
    later = ask(store, 2)
    carried_out(store, job)
    assert (job.total, job.done, job.reached) == (13, 13, 13)
    assert {row(store, one)["status"] for one in listed} == {"cancelled"}
    assert {row(store, one)["status"] for one in [*other, *later]} == {"queued"}
    said = store.rows("SELECT actor, subject FROM audit WHERE action = 'cancel' ORDER BY subject")
    assert [one["actor"] for one in said] == ["Sam"] * 8  # looked up by fives: 2, 2, 1 twice, then 2, 1
    assert Bulk.of(store, Filters(channels=("sms",), statuses=("cancelled",)), cancel).is_done


def test_what_has_left_keeps_its_status_and_loses_its_follow_ups(store):
    (with_next,), (with_plan,), (done,) = sent(store), sent(store), sent(store)
    add_follow_up(store, with_next, 1)
    with store.transaction() as work:
        plan = to_text((Step(72, None, None),))
        work.rows("UPDATE request SET next_at = $at, next_number = 1 WHERE id = $id", at=NOW, id=with_next)
        work.rows("UPDATE request SET plan = $plan WHERE id = $id", plan=plan, id=with_plan)
    job = carried_out(store, Bulk.of(store, Filters(), cancel))
    assert (job.total, job.reached) == (2, 2)
    for one in (with_next, with_plan, done):
        assert (row(store, one)["status"], row(store, one)["next_at"], row(store, one)["plan"]) == ("sent", None, None)


def test_both_counts_are_told_of_a_list_in_which_some_have_left(store):
    (left,), (planned,), (done,) = sent(store), sent(store), sent(store)
    waits = ask(store, 2)
    add_follow_up(store, left, 1)
    with store.transaction() as work:
        work.rows("UPDATE request SET next_at = $at, next_number = 1 WHERE id = $id", at=NOW, id=left)
        work.rows("UPDATE request SET plan = '[]' WHERE id = $id", id=planned)
    assert decisions.cancel(store, [*waits, left, planned, done], "Sam", NOW, UTC) == Cancelled(2, 2)
    assert decisions.cancel(store, [*waits, left, planned, done], "Sam", NOW, UTC) == Cancelled()
    (told,) = store.rows("SELECT subject, detail FROM audit")
    assert told == {"subject": "4 requests", "detail": "of 2 only the follow-ups"}


def test_a_list_is_paused_and_resumed_whole(store):
    listed = ask(store, 3, name="Zoe Long") + ask(store, 2)
    found = Filters(search="zoe")
    act = {
        True: lambda store, ids: len(commands.pause(store, ids, "Sam", NOW)),
        False: lambda store, ids: len(commands.resume(store, ids, "Sam", NOW)),
    }
    for paused in (True, False):
        assert carried_out(store, Bulk.of(store, found, act[paused])).reached == 3
        assert [row(store, one)["paused"] for one in listed] == [paused] * 3 + [False] * 2


def test_only_what_was_due_before_a_moment_is_reached(store):
    (followed,) = sent(store)
    early, late = ask(store, 2), ask(store, 2, due_in=timedelta(hours=2))
    add_follow_up(store, followed, 1)
    with store.transaction() as work:
        work.rows("UPDATE request SET next_at = $at, next_number = 1 WHERE id = $id", at=NOW, id=followed)
    moment = NOW + timedelta(hours=1)
    assert waiting(store, Filters(), moment) == 3
    assert waiting(store, Filters(why=("waiting",), until=NOW.date()), moment) == 2
    carried_out(store, Bulk.of(store, Filters(), cancel, moment))
    assert [row(store, one)["status"] for one in [*early, *late]] == ["cancelled"] * 2 + ["queued"] * 2
    assert row(store, followed)["next_at"] is None


def test_a_store_that_fails_in_between_is_asked_again_with_the_same(store):
    ask(store, 3)
    calls: list[list[int]] = []

    def failing(store, ids):
        calls.append(list(ids))
        if len(calls) == 1:
            raise RuntimeError
        return cancel(store, ids)

    job = Bulk.of(store, Filters(), failing)
    with pytest.raises(RuntimeError):
        job.step(store)
    carried_out(store, job)
    assert calls[0] == calls[1]
    assert job.reached == 3
