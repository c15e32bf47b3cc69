"""Another TIMEZONE: the days of what was sent before are those of the new one, as if it had always been set."""

import logging
from datetime import date, timedelta

import pytest

from data import recount
from data.filters import Filters
from data.queries import summary
from tests.builders import NOW, ask, row, sent

EVENING = NOW.replace(hour=22)  # the next day in Tokyo


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(recount, "BATCH", 2)


@pytest.mark.usefixtures("small_batches")
def test_days_are_counted_anew_where_the_zone_is_another(store, caplog):
    caplog.set_level(logging.INFO)
    by_day, by_night, (waits,) = sent(store, 3, at=NOW.replace(hour=3)), sent(store, 3, at=EVENING), ask(store)
    assert recount.recount(store, "UTC", NOW) == 0
    assert recount.recount(store, "Asia/Tokyo", NOW) == 3
    today, tomorrow = date(2026, 3, 2), date(2026, 3, 3)
    assert {row(store, one)["sent_on"] for one in by_day} == {today}
    assert {row(store, one)["sent_on"] for one in by_night} == {tomorrow}
    assert row(store, waits)["sent_on"] is None
    assert summary(store, Filters(since=tomorrow, until=tomorrow)).count() == 3
    assert "days are counted in Asia/Tokyo: 3 requests were sent on another day" in caplog.messages
    assert [said for said in caplog.messages if "% done" in said][-3:] == [
        f"days are counted in Asia/Tokyo: {part}% done" for part in (28, 57, 85)
    ]  # 7 requests by two
    caplog.clear()
    assert recount.recount(store, "Asia/Tokyo", NOW) == 0
    assert caplog.messages == []
    assert recount.recount(store, "UTC", NOW) == 3
    assert {row(store, one)["sent_on"] for one in by_night} == {today}


@pytest.mark.usefixtures("small_batches")
def test_one_that_was_stopped_begins_anew(store):
    sent(store, 3, at=EVENING)
    asked = iter([False, True])
    assert recount.recount(store, "Asia/Tokyo", NOW, stopped=lambda: next(asked)) == 2
    assert recount.counted_in(store) is None
    assert recount.recount(store, "Asia/Tokyo", NOW) == 1
    assert recount.counted_in(store) == "Asia/Tokyo"


def test_who_is_asked_by_the_workspaces_clock_is_asked_by_the_new_one(store):
    (held,), (known,), (left,) = ask(store), ask(store), sent(store)
    with store.transaction() as work:
        work.rows("UPDATE request SET zones = 'UTC', zone_source = 'workspace'")
        work.rows("UPDATE request SET zone_source = 'contact' WHERE id = $id", id=known)
        work.rows("UPDATE request SET hold_code = 'quiet_hours', due_at = $later WHERE id = $id",
                  later=NOW + timedelta(hours=9), id=held)  # fmt: skip
    recount.recount(store, "Asia/Tokyo", NOW)
    assert [row(store, one)["zones"] for one in (held, known, left)] == ["Asia/Tokyo", "UTC", "UTC"]
    assert (row(store, held)["hold_code"], row(store, held)["due_at"]) == (None, NOW)
