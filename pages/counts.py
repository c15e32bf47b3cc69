"""The numbers of the Channels and the Senders page: on top in words, and week by week."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

import streamlit as st

from data import reports
from data.days import day
from data.metrics import DEFINITIONS, Rate
from data.reports import Tally
from pages.changes import Change, Comparison, explained
from pages.figures import RateRow, Week, trend
from pages.insights import Address, View, card, chart, is_dark, rows_button
from pages.wording import count, share

SETTLED = "Compared is what was sent at least 14 days ago."
SENT, ARRIVED = attrgetter("sent"), attrgetter("delivered")
DELIVERY, RESPONSE = attrgetter("delivery"), attrgetter("response")


def interval(rate: Rate) -> str:
    """The ends of the interval, such as "12.1–13.6%"; a dash where nothing was counted."""
    return "–" if rate.low is None or rate.high is None else f"{rate.low * 100:.1f}–{rate.high:.1%}"


def answered(one: Tally, label: str) -> RateRow:
    """Its response rate among others: of what has settled, or where nothing has of all, as too young."""
    if one.settled:
        return RateRow(str(one.key), label, one.settled_response)
    return RateRow(str(one.key), label, one.response, young=bool(one.delivered))


def two_rates(whole: Tally) -> list[str]:
    """What the rate of all under comparison has to do with that on top, where these are not one."""
    here, on_top = share(answered(whole, "").rate.value), share(whole.response.value)
    if here == on_top:
        return []
    settled = f"Response % of all: {here} of what was sent at least 14 days ago"
    return [f"{settled}; {on_top} on top, where younger ones count too."]


def until(view: View) -> str:
    """Which of a period's days the rates under comparison are of; nothing where all are of one age."""
    return f", sent until {day(view.young, year=False)}" if view.young else ""


def on_top(whole: Tally, view: View) -> None:
    """The four numbers that everything below is made of, each with its change, where there is a period before."""
    lost = whole.undelivered + whole.failed
    found = Comparison.of(whole, view)
    cards = (
        ("Sent", count(whole.sent), f"{_a_day(whole.sent, view.days)} a day", found and found.of_count(SENT), ""),
        (
            "Delivered", count(whole.delivered), f"{count(lost)} did not arrive",
            found and found.of_count(ARRIVED), "delivered",
        ),
        ("Delivered %", share(whole.delivery.value), _likely(whole.delivery), found and found.of_rate(DELIVERY), None),
        (
            "Response %", share(whole.response.value), _so_far(whole),
            found and found.of_rate(RESPONSE), "responded",
        ),
    )  # fmt: skip
    with st.container(gap="xsmall"):
        with st.grid(4, min_column_width=140):
            for label, value, under, change, reached in cards:
                _card(label, value, under, change, None if reached is None else view.link(reached))
        if found:
            st.caption(found.said)


def _card(label: str, value: str, under: str, change: Change | None, behind: Address | None) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        if change:
            st.metric(
                label, value, change.said, delta_color=change.colour, delta_arrow=change.arrow,
                delta_description=change.meaning or None, help=explained(label, change),
            )  # fmt: skip
        else:
            st.metric(label, value, help=explained(label, None))
        st.caption(under)
        if behind:
            rows_button("Who responded" if label == "Response %" else "Show them", f"rows-{label}", behind)


def _likely(rate: Rate) -> str:
    return f"{interval(rate)} likely"


def _so_far(whole: Tally) -> str:
    """Where half of it is young, no interval tells where the rate will be."""
    young = whole.delivered - whole.settled
    return "so far; most are under 14 days old" if young > whole.settled else _likely(whole.response)


def _a_day(sent: int, days: int) -> str:
    return f"{sent / days:,.{1 if sent < 100 * days else 0}f}"


def by_week(weekly: Iterable[Tally], view: View, height: int = 300) -> None:
    """The response rate by week of sending; weeks that still get answers are drawn apart, and so are those cut."""
    points = [week(one, view) for one in reports.weeks(weekly, view.last)]
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


def week(one: Tally, view: View) -> Week:
    """A week of sending, as it is drawn."""
    first, last = view.week(one.key)
    return Week(first, last, one.response, reports.settled(last, view.today))


def heard(title: str, rates: Iterable[tuple[str, Rate]]) -> str:
    """A chart of rates for those who do not see it."""
    return f"{title}. " + "; ".join(f"{name}: {share(rate.value)} of {count(rate.denominator)}" for name, rate in rates)
