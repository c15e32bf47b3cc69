"""Who was asked yesterday has had less time to answer: nobody looks worse for it."""

import json
from datetime import date, timedelta

import pytest

from data.filters import Filters
from data.lifecycle import Channel
from data.reports import SETTLING, tally
from data.store import Store
from tests.builders import sent
from tests.pages.insights.conftest import MONTH_AGO, NOON, figures, live, metrics, opened, said, table


def asked(store: Store, count: int, answered: int, *, at=MONTH_AGO, **who) -> None:
    ids = sent(store, count, at=at, **who)
    live(store, ids, "delivered", at=at)
    live(store, ids[:answered], "responded", at=at)


def test_a_channel_that_has_just_begun_is_not_compared(store: Store):
    asked(store, 50, 10)
    asked(store, 40, 1, at=NOON - timedelta(days=2), channel=Channel.WHATSAPP)

    app = opened("by_channel.py")

    drawn = json.dumps(figures(app)["answered"])
    assert "<br>too young<" in drawn, "beside the row it is short, or it squeezes the plot"
    assert "<br>Too young to compare: responses still come in" in drawn
    assert "all 20.0%" in drawn, "the dotted line is of what may be compared, too"
    assert "n delivered, sent until" in said(app)
    assert table(app)["WhatsApp"][-3:] == ["0", "–", "too young to compare"]
    assert table(app)["All"][-3:-1] == ["50", "20.0%"]


def test_young_requests_pull_nobody_down(store: Store):
    asked(store, 50, 20, sender="Ada Lee")
    asked(store, 200, 2, at=NOON - timedelta(days=1), sender="Ada Lee")
    asked(store, 50, 10, sender="Bo Star")

    app = opened("by_sender.py")

    assert list(table(app))[:2] == ["Ada Lee", "Bo Star"]
    assert "40.0%" in json.dumps(figures(app))
    assert metrics(app)["Response %"] == "10.7%"
    assert "so far; most are under 14 days old" in said(app)


def test_where_nothing_has_settled_all_of_it_is_shown_as_too_young(store: Store):
    asked(store, 40, 4, at=NOON - timedelta(days=2))

    app = opened("by_channel.py", period="7 days")

    assert "<br>too young<" in json.dumps(figures(app)["answered"])
    assert "n delivered, sent until" not in said(app)
    assert "All 10.0%" not in said(app), "there is but one rate of all"


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_two_rates_of_all_are_told_apart(store: Store, page: str):
    asked(store, 50, 20)
    asked(store, 50, 0, at=NOON - timedelta(days=1))

    app = opened(page)

    assert metrics(app)["Response %"] == "20.0%"
    told = "Response % of all: 40.0% of what was sent at least 14 days ago; 20.0% on top, where younger ones count too."
    assert told in said(app).replace("\\", "")
    weeks = table(app, "Week").values()
    assert [cells[3] for cells in weeks if cells[0] != "0"] == ["40.0%", "0.0% so far"], "its chart has it dotted"


def test_one_rate_of_all_needs_no_word(store: Store):
    asked(store, 50, 20)

    assert "on top" not in said(opened("by_channel.py"))


@pytest.mark.parametrize(("days", "settled"), [(13, 0), (14, 1)])
def test_the_fourteenth_day_has_settled(store: Store, days: int, settled: int):
    asked(store, 1, 1, at=NOON - timedelta(days=days))
    today: date = NOON.date()

    (one,) = tally(store, Filters(), "channel", ripe=today - SETTLING)

    assert (one.settled, one.settled_responded, one.delivered) == (settled, settled, 1)
