"""What will be sent and what not, and why: counts, rows, and the rejected ones as a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

import streamlit as st

from data.csvfile.rejects import rejects_csv
from data.csvfile.rows import CheckedRow
from data.imports import Plan
from data.lifecycle import Channel
from pages.asking import to_the_minute
from pages.wording import count
from pages.workspace import now, reader_zone

SHOWN = 1000
_SOON = timedelta(minutes=1)
_TOGETHER = 800  # pixels for verdict and address: the rest of a wide table
_TWO_LINES = 66  # pixels; Streamlit wraps text in rows higher than 4 rem
Leaving = Mapping[int, tuple[datetime, str]]
"""By the row's line, when it leaves, and what holds it until then."""
_READY, NOT_SENT, _KNOWN = "Will be sent", "Not sent", "Already imported"


def tiles(plan: Plan) -> None:
    """Three counts, each by channel."""
    with st.grid(3, min_column_width=200):
        for (label, rows), found in zip(_groups(plan).items(), plan.by_channel, strict=True):
            st.metric(
                label, count(len(rows)), in_channels(found) or "nobody", delta_color="off", delta_arrow="off",
                border=True, height="stretch",
            )  # fmt: skip


def _groups(plan: Plan) -> dict[str, list[CheckedRow]]:
    return {_READY: plan.ready, _KNOWN: plan.known, NOT_SENT: plan.rejected}


def rows_behind(plan: Plan, headers: Sequence[str], filename: str, leaving: Leaving) -> None:
    """The rows of one of the counts, and the rejected ones to take away."""
    groups = {label: rows for label, rows in _groups(plan).items() if rows}
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        label = st.segmented_control(
            "Rows", list(groups), default=next(iter(groups)), key="import-shown", required=True,
            label_visibility="collapsed", format_func=lambda label: f"{label} ({count(len(groups.get(label, ())))})",
        )  # fmt: skip
        rejects_button(headers, plan.rejected, filename)
    shown = label if label in groups else next(iter(groups))
    table(groups[shown], shown, leaving)


def rejects_button(headers: Sequence[str], rejected: Sequence[CheckedRow], filename: str) -> None:
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


def table(rows: Sequence[CheckedRow], label: str, leaving: Leaving | None = None) -> None:
    """The first rows of a group, as text."""
    first = rows[:SHOWN]
    verdicts = [in_words(row, label, (leaving or {}).get(row.line)) for row in first]
    addresses = [_address(row) for row in first]
    by_address = _room(addresses, 130, 300)
    by_verdict = _room(verdicts, 110, _TOGETHER - by_address)
    wraps = _room(verdicts, 0, 10 * by_verdict) > by_verdict
    st.dataframe(
        {
            "Line": [row.line for row in first],
            "Name": [row.name for row in first],
            "Verdict": verdicts,  # early, or a phone would not show it
            "Address": addresses,
            "Channel": [row.channel.label if row.channel else "" for row in first],
        },
        hide_index=True,
        height="content" if len(first) <= 13 else 420,
        row_height=_TWO_LINES if wraps else None,
        column_config={
            "Line": st.column_config.NumberColumn(width=56, format="%d"),
            "Name": st.column_config.TextColumn(width=140),
            "Verdict": st.column_config.TextColumn(width=by_verdict),
            "Address": st.column_config.TextColumn(width=by_address),
            "Channel": st.column_config.TextColumn(width=84),
        },
    )
    if len(rows) > SHOWN:
        st.caption(f"The first {count(SHOWN)} of {count(len(rows))} rows.")


def _address(row: CheckedRow) -> str:
    return row.address or row.phone or row.email


def _room(texts: Sequence[str], least: int, most: int) -> int:
    """Pixels for the longest of these."""
    return min(max(least, 24 + 7 * max(map(len, texts), default=0)), most)


def in_words(row: CheckedRow, label: str, leaves: tuple[datetime, str] | None = None) -> str:
    """The verdict on a row; of one that is sent also when, where it is not at once."""
    if label == _KNOWN:
        return "Already imported; not queued again"
    if row.trouble:
        return row.trouble
    at, held = leaves or (now(), "")
    later = f"Will be sent {to_the_minute(at, reader_zone())}" if at > now() + _SOON else "Will be sent"
    return ". ".join(part for part in (held or later, row.note) if part)
