"""The numbers of the Channels and the Senders page: on top in words, and week by week."""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from data import reports
from data.metrics import DEFINITIONS, Rate
from data.reports import Tally
from pages.figures import Week, trend
from pages.insights import View, card, chart, is_dark
from pages.wording import count, share


def interval(rate: Rate) -> str:
    """The ends of the interval, such as "12.1–13.6%"; a dash where nothing was counted."""
    return "–" if rate.low is None or rate.high is None else f"{rate.low * 100:.1f}–{rate.high:.1%}"


def on_top(whole: Tally, view: View) -> None:
    """The four numbers that everything below is made of."""
    lost = whole.undelivered + whole.failed
    cards = (
        ("Sent", count(whole.sent), _a_day(whole.sent, view.days), "a day"),
        ("Delivered", count(whole.delivered), count(lost), "did not arrive"),
        ("Delivered %", share(whole.delivery.value), interval(whole.delivery), "likely"),
        ("Response %", share(whole.response.value), interval(whole.response), "likely"),
    )
    with st.grid(4, min_column_width=140):
        for label, value, under, meaning in cards:
            st.metric(
                label, value, under, delta_color="off", delta_arrow="off", delta_description=meaning, border=True,
                height="stretch", help=DEFINITIONS[label],
            )  # fmt: skip


def _a_day(sent: int, days: int) -> str:
    return f"{sent / days:,.{1 if sent < 100 * days else 0}f}"


def by_week(weekly: Iterable[Tally], view: View, height: int = 300) -> None:
    """The response rate by week of sending; weeks that still get answers are drawn apart, and so are those cut."""
    points = [_week(one, view) for one in reports.weeks(weekly, view.last)]
    cut = "" if all(point.whole for point in points) else " Hatched: part of a week."
    with card(
        "Response % by week",
        f"By week of sending; bars count the delivered. Dotted: under 14 days old.{cut}",
        DEFINITIONS["Response %"],
    ):
        chart(
            trend(points, is_dark(), height=height, opens="Click: everything sent in these days"),
            "by_week",
            heard("Response % by week", [(point.named, point.rate) for point in points]),
            lambda monday: view.link(week=date.fromisoformat(monday)),
        )


def _week(one: Tally, view: View) -> Week:
    first, last = view.week(one.key)
    return Week(first, last, one.response, reports.settled(last, view.today))


def heard(title: str, rates: Iterable[tuple[str, Rate]]) -> str:
    """A chart of rates for those who do not see it."""
    return f"{title}. " + "; ".join(f"{name}: {share(rate.value)} of {count(rate.denominator)}" for name, rate in rates)
