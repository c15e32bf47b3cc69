"""What will be sent and what not, and why: counts, rows, and the rejected ones as a file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

import streamlit as st

from data.csvrejects import rejects_csv
from data.csvrows import Verdict
from data.imports import Plan
from data.lifecycle import Channel
from pages.wording import count

SHOWN = 1000
_READY, NOT_SENT, _KNOWN = "Will be sent", "Not sent", "Already imported"


def tiles(plan: Plan) -> None:
    """Three counts, each by channel."""
    with st.grid(3, min_column_width=200):
        for (label, rows), found in zip(_groups(plan).items(), plan.by_channel, strict=True):
            st.metric(
                label, count(len(rows)), in_channels(found) or "nobody", delta_color="off", delta_arrow="off",
                border=True, height="stretch",
            )  # fmt: skip


def _groups(plan: Plan) -> dict[str, list[Verdict]]:
    return {_READY: plan.ready, _KNOWN: plan.known, NOT_SENT: plan.rejected}


def rows_behind(plan: Plan, headers: Sequence[str], filename: str) -> None:
    """The rows of one of the counts, and the rejected ones to take away."""
    groups = {label: rows for label, rows in _groups(plan).items() if rows}
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        label = st.segmented_control(
            "Rows", list(groups), default=next(iter(groups)), key="import-shown", required=True,
            label_visibility="collapsed", format_func=lambda label: f"{label} ({count(len(groups.get(label, ())))})",
        )  # fmt: skip
        rejects_button(headers, plan.rejected, filename)
    shown = label if label in groups else next(iter(groups))
    table(groups[shown], shown)


def rejects_button(headers: Sequence[str], rejected: Sequence[Verdict], filename: str) -> None:
    """The rejected rows as a file, if there are any."""
    if rejected:
        st.download_button(
            "Download rows not sent", lambda: rejects_csv(headers, rejected), on_click="ignore", mime="text/csv",
            file_name=f"{PurePath(filename).stem} - not sent.csv", icon=":material/download:",
            help="Each with its reason. Correct them there and drop the file in again.",
        )  # fmt: skip


def in_channels(found: Counter[Channel | None]) -> str:
    """Such as "SMS 1,200 · Email 780 · WhatsApp 8"."""
    return " · ".join(f"{channel.label} {count(found[channel])}" for channel in Channel if found[channel])


def table(rows: Sequence[Verdict], label: str) -> None:
    """The first rows of a group, as text."""
    first = rows[:SHOWN]
    st.dataframe(
        {
            "Line": [row.line for row in first],
            "Name": [row.name for row in first],
            "Verdict": [in_words(row, label) for row in first],  # early, or a phone would not show it
            "Address": [_address(row) for row in first],
            "Channel": [row.channel.label if row.channel else "" for row in first],
        },
        hide_index=True,
        height="content" if len(first) <= 13 else 420,
        column_config={
            "Line": st.column_config.NumberColumn(width=56, format="%d"),
            "Name": st.column_config.TextColumn(width=140),
            "Verdict": st.column_config.TextColumn(width=630),
            "Address": st.column_config.TextColumn(width=170),
            "Channel": st.column_config.TextColumn(width=84),
        },
    )
    if len(rows) > SHOWN:
        st.caption(f"The first {count(SHOWN)} of {count(len(rows))} rows.")


def _address(row: Verdict) -> str:
    return row.address or row.phone or row.email


def in_words(row: Verdict, label: str) -> str:
    if label == _KNOWN:
        return "Already imported; not queued again"
    return row.trouble or (f"Will be sent. {row.note}" if row.note else "Will be sent")
