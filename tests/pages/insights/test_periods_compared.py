"""What the cards say has changed since the period before, and when they say nothing."""

from datetime import timedelta

import pytest
import streamlit as st
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from data.metrics import DEFINITIONS
from data.store import Store
from tests.builders import sent
from tests.pages.insights.conftest import NOON, live, opened, said, some_requests, two_periods


def test_every_card_explains_itself_in_the_words_of_the_definitions(store: Store):
    some_requests(store)

    for metric in opened("by_channel.py").metric:
        assert metric.help == DEFINITIONS[metric.label]
    two_periods(store, before=(200, 180, 18), now=(300, 270, 81))
    st.cache_data.clear()
    for metric in opened("by_channel.py", period="30 days").metric:
        assert metric.help.startswith(DEFINITIONS[metric.label])
        assert metric.help.endswith(DEFINITIONS["Change"])


def changes(app: AppTest) -> dict[str, tuple[str, str]]:
    """What the chip of every card says and the words beside it."""
    return {metric.label: (metric.delta, metric.proto.delta_description) for metric in app.metric}


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_the_cards_say_what_changed_and_judge_only_what_is_sure(store: Store, page: str):
    two_periods(store, before=(200, 180, 18), now=(300, 270, 81))
    sent(store, 100, at=NOON - timedelta(days=13))  # none has arrived yet

    app = opened(page, period="30 days")

    assert changes(app) == {
        "Sent": ("+99.0%", "than before"),  # 400 after 201
        "Delivered": ("+50.0%", "than before"),
        "Delivered %": ("+0.4 pp", "no clear change"),  # 90.0 % after 180 of 201
        "Response %": ("+20.0 pp", "better"),
    }
    looks = [
        (Metric.MetricColor.Name(m.proto.color), Metric.MetricDirection.Name(m.proto.direction)) for m in app.metric
    ]
    assert looks == [("GRAY", "NONE")] * 3 + [("GREEN", "UP")]
    told = app.metric[3].help
    assert "30.0% (81 of 270)" in told
    assert "10.0% (18 of 180)" in told
    assert "Difference +20.0, 95% interval +12.6 to +26.7 pp" in told
    before, since = (f"{NOON - timedelta(days=days):%-d %b %Y}" for days in (59, 30))
    ripe = f"{NOON - timedelta(days=14):%-d %b %Y}"
    assert f"Compared with the 30 days before, {before} to {since}; the rates of what was sent until {ripe}." in said(
        app
    )


def test_a_sure_fall_is_called_worse(store: Store):
    two_periods(store, before=(200, 190, 90), now=(200, 100, 10))

    found = changes(opened("by_channel.py", period="30 days"))

    assert (found["Delivered %"][1], found["Response %"]) == ("worse", ("−37.4 pp", "worse"))


@pytest.mark.parametrize(
    ("before", "now", "period", "said"),
    [
        ((40, 29, 9), (90, 80, 40), "30 days", "too few"),
        ((90, 80, 9), (40, 29, 20), "30 days", "too few"),
        ((90, 80, 9), (90, 80, 20), "7 days", None),  # none before
    ],
)
def test_what_cannot_be_compared_is_not(store: Store, before: tuple, now: tuple, period: str, said: str | None):
    two_periods(store, before, now)
    sent(store, 30, at=NOON)

    app = opened("by_channel.py", period=period)

    assert changes(app)["Response %"][0] == (said or "")


def test_a_period_too_young_is_not_judged(store: Store):
    two_periods(store, (90, 80, 9), (90, 80, 9))
    for days in (9, 2):
        live(store, sent(store, 40, at=NOON - timedelta(days=days)), "delivered", at=NOON)

    assert changes(opened("by_channel.py", period="7 days")) == {
        "Sent": ("±0.0%", "than before"),
        "Delivered": ("±0.0%", "than before"),
        "Delivered %": ("too young", "to compare"),
        "Response %": ("too young", "to compare"),
    }


@pytest.mark.parametrize("period", [{"period": "30 days"}, {"period": "All"}])
def test_a_period_before_that_reaches_before_the_first_ask_is_not_compared(store: Store, period: dict):
    two_periods(store, (200, 180, 18), (300, 270, 81), begin=58)

    app = opened("by_channel.py", **period)

    assert {change for change, _ in changes(app).values()} == {""}
    assert "Compared with" not in said(app)
