"""How each sender's requests fare, fairly: rates in their intervals, never a ranking by number of reviews."""

from collections.abc import Mapping, Sequence

import streamlit as st

from data import queries, reports
from data.lifecycle import Channel
from data.metrics import DEFINITIONS, TOO_FEW, Rate
from data.reports import Tally
from pages import counts, insights, team
from pages.compared import people_in_words
from pages.exact_numbers import exact_numbers, groups, mixes, weeks
from pages.figures import RateRow, VolumeRow, rate_bars, volume_bars
from pages.insights import Address, View, card, chart, is_dark
from pages.literal import literal
from pages.workspace import store

MOST = 30  # more lines than this are no chart; the table has them all
_ORDER = (
    "Sorted by the left end of the Response % line, the rate somebody can count on: by the dot, luck would lead."
    f" Under {TOO_FEW} delivered, or all of them under 14 days old, come last."
)
_LINE = (
    f"{counts.SETTLED} The dot is what was counted, the line where the true rate probably lies (95% interval):"
    " the fewer, the longer."
)
OPENS = "Click: everything this person sent"


def page() -> None:
    figures()
    team.block()


def figures() -> None:
    insights.follow()
    names = queries.members(store())
    filters = insights.heading(
        "Senders", "How each person's requests fare; nobody is ranked by number of reviews", names
    )
    cells = insights.counted(filters, "sender", "channel")
    if not cells:
        insights.nothing_sent()
        return
    view = View.of(filters, names)
    senders = sorted(reports.summed(cells, 0).values(), key=lambda one: (*_place(one), name_of(one, names)))
    whole = reports.total(senders)
    counts.on_top(whole, view)
    st.caption(f"{_ORDER}  \n{_fair_words(filters.channels, len(senders))}")
    sent, weekly = {one.key: one.sent for one in cells}, insights.counted(view.filters, "week")
    compared(senders, sent, weekly, whole, view)
    lines = [(name_of(one, names), one, view.link(sender=one.key)) for one in senders]
    exact_numbers(
        groups("Sender", [*lines, ("All", whole, view.link())]),
        mixes("Sender", [line[:2] for line in lines], sent, view),
        weeks(weekly, view),
    )


def name_of(one: Tally, names: Mapping[int, str]) -> str:
    return names.get(one.key, f"Sender {one.key}")


def _place(one: Tally) -> tuple[bool, float]:
    """Those too few or too young come last; the others by the lower end of their interval, so luck does not lead."""
    row = counts.answered(one, "")
    return bool(row.doubt), 0.0 if row.doubt else -(row.rate.low or 0.0)


def _fair_words(channels: Sequence[str], senders: int) -> str:
    cut = f" {MOST} of {senders} are drawn, the table has all." if senders > MOST else ""
    if len(channels) == 1:
        return f"Compared on {Channel(channels[0]).label} only, like with like.{cut}"
    return (
        "Channels get responses at different rates, so people with another mix are not directly comparable: "
        f"choose one channel to compare like with like.{cut}"
    )


def compared(
    senders: Sequence[Tally], sent: Mapping[tuple[int, str], int], weekly: Sequence[Tally], whole: Tally, view: View
) -> None:
    """Both rates, volume by channel and the weeks; the same people in the same order in each."""
    drawn = senders[:MOST]
    answered, delivered = st.columns(2)
    with answered:
        _rates(
            "Response %",
            f"Highest left end first; n delivered{counts.until(view)}",
            [counts.answered(one, name_of(one, view.names)) for one in drawn],
            counts.answered(whole, "All").rate,
            view,
            _said(senders, whole, view.names),
        )
    with delivered:
        _rates(
            "Delivered %",
            "In the same order; n is what was sent",
            [RateRow(str(one.key), name_of(one, view.names), one.delivery) for one in drawn],
            whole.delivery,
            view,
        )
    volume, weeks = st.columns(2)
    with volume:
        _volume(drawn, sent, view)
    with weeks:
        counts.by_week(weekly, view, height=min(max(300, 38 * len(drawn) + 64), 460))


def _said(senders: Sequence[Tally], whole: Tally, names: Mapping[int, str]) -> list[str]:
    """Whether anybody's response rate really differs, drawn or not; and which rate of all this one is."""
    rates = {name_of(one, names): one.settled_response for one in senders if one.settled}
    return people_in_words(rates, whole.settled_response) + counts.two_rates(whole)


def _rates(
    metric: str, caption: str, rows: Sequence[RateRow], overall: Rate, view: View, said: Sequence[str] = ()
) -> None:
    with card(metric, caption, f"{DEFINITIONS[metric]} {_LINE}"):
        chart(
            rate_bars(rows, is_dark(), overall=overall.value, opens=OPENS),
            metric,
            counts.heard(f"{metric} by sender", [row[1:3] for row in rows]),
            lambda sender: view.link(sender=int(sender)),
        )
        if said:
            st.caption("  \n".join(map(literal, said)))


def _volume(senders: Sequence[Tally], sent: Mapping[tuple[int, str], int], view: View) -> None:
    labels = {channel.label: channel for channel in Channel if any(key[1] == channel for key in sent)}
    rows = [
        VolumeRow(
            str(one.key),
            name_of(one, view.names),
            {label: sent.get((one.key, channel), 0) for label, channel in labels.items()},
        )
        for one in senders
    ]

    def behind(sender: str, label: str) -> Address:
        return view.link(sender=int(sender), channel=labels[label])

    said = "; ".join(f"{row.label}: {sum(row.counts.values()):,}" for row in rows)
    with card("Sent", "Requests by sender and channel", DEFINITIONS["Sent"]):
        figure = volume_bars(rows, is_dark(), opens="Click: what this person sent this way")
        chart(figure, "volume", f"Sent by sender. {said}", behind)


page()
