"""Which channel works: volume, delivery and response by channel, week by week, and where requests stop."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import reports
from data.lifecycle import Channel
from data.metrics import DEFINITIONS
from data.reports import Tally
from pages import counts, insights
from pages.compared import pairs_in_words
from pages.exact_numbers import exact_numbers, groups, weeks
from pages.figures import RateRow, Step, VolumeRow, funnel, rate_bars, volume_bars
from pages.insights import FUNNEL, Address, View, card, chart, is_dark

BEGAN = "A request counts under the channel it began with, also where a follow-up went by another."
OPENS = "Click: everything sent this way"
NARROWEST = 270  # pixels; narrower, a chart cuts its labels
SEEN = {Channel.EMAIL: "Opened", Channel.WHATSAPP: "Read"}


def page() -> None:
    insights.follow()
    filters = insights.heading("Channels", "Which way of asking arrives, and which gets a response", {})
    cells = insights.counted(filters, "channel", "week")
    if not cells:
        insights.nothing_sent()
        return
    channels = list(reports.summed(cells, 0).values())
    weekly = list(reports.summed(cells, 1).values())
    view = View.of(filters, {})
    whole = reports.total(channels)
    counts.on_top(whole, view)
    compared(channels, whole, view)
    counts.by_week(weekly, view)
    funnels(channels, view)
    lines = [(Channel(one.key).label, one, view.link(channel=one.key)) for one in channels]
    exact_numbers(groups("Channel", [*lines, ("All", whole, view.link())]), weeks(weekly, view))


def _side_by_side(number: int, name: str) -> DeltaGenerator:
    """Room for so many charts in a row; three that find no room stand one below the other, see console.css."""
    return st.grid(number, min_column_width=NARROWEST, key=f"{'threes' if number == 3 else 'row'}-{name}")


def compared(channels: Sequence[Tally], whole: Tally, view: View) -> None:
    """Volume and both rates side by side, one line a channel, always in the same order."""
    dark = is_dark()

    def behind(channel: str, _: str = "") -> Address:
        return view.link(channel=channel)

    grid = _side_by_side(3, "compared")
    with grid, card("Sent", "Requests by the channel they began with", f"{DEFINITIONS['Sent']} {BEGAN}"):
        rows = [VolumeRow(one.key, Channel(one.key).label, {"Sent": one.sent}) for one in channels]
        said = "; ".join(f"{row.label}: {row.counts['Sent']:,}" for row in rows)
        chart(volume_bars(rows, dark, opens=OPENS), "volume", f"Sent by channel. {said}", behind)
    with grid, card("Delivered %", "With 95% interval; n sent", f"{DEFINITIONS['Delivered %']} {BEGAN}"):
        rates = [RateRow(one.key, Channel(one.key).label, one.delivery) for one in channels]
        figure = rate_bars(rates, dark, overall=whole.delivery.value, opens=OPENS)
        chart(figure, "delivered", counts.heard("Delivered %", [row[1:3] for row in rates]), behind)
    caption = f"With 95% interval; n delivered{counts.until(view)}"
    with grid, card("Response %", caption, f"{DEFINITIONS['Response %']} {BEGAN} {counts.SETTLED}"):
        rates = [counts.answered(one, Channel(one.key).label) for one in channels]
        figure = rate_bars(rates, dark, overall=counts.answered(whole, "All").rate.value, opens=OPENS)
        chart(figure, "answered", counts.heard("Response %", [row[1:3] for row in rates]), behind)
    differences(rates, whole)


def differences(rates: Sequence[RateRow], whole: Tally) -> None:
    """Whether what the last chart shows is more than chance; below all three, which are of one height."""
    old = [(row.label, row.rate) for row in rates if not row.young]
    pairs, said = len(old) * (len(old) - 1) // 2, pairs_in_words(old)
    notes = "  \n".join([*said[pairs:], *counts.two_rates(whole)])
    if said:
        with card("Is the difference real?", "Response % of each pair of channels, in percentage points (pp)"):
            st.markdown("  \n".join(said[:pairs]))
            st.caption(notes)
    elif notes:
        st.caption(notes)


def funnels(channels: Sequence[Tally], view: View) -> None:
    """Where requests stop, a channel each; SMS cannot tell whether it was opened, so it has no such step."""
    grid = _side_by_side(len(channels), "funnels")
    for one in channels:
        channel = Channel(one.key)
        steps = [
            Step("Sent", one.sent),
            Step("Delivered", one.delivered),
            Step(SEEN.get(channel, "Opened"), one.seen if channel in SEEN else None),
            Step("Clicked", one.clicked),
            Step("Responded", one.responded),
        ]
        said = "; ".join(f"{step.label}: {step.reached:,}" for step in steps if step.reached is not None)
        with grid, card(channel.label, "From sent to responded, share of sent"):
            chart(
                funnel(steps, is_dark(), opens="Click: those that got here"),
                f"funnel_{channel}",
                f"{channel.label} funnel. {said}",
                lambda step, channel=channel: view.link(FUNNEL[step], channel=channel),
            )


page()
