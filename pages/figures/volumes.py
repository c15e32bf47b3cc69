"""Counts: by group, and down the funnel."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from pages.figures.look import (
    Look,
    bare,
    clickable,
    holds_right_labels,
    layout,
    look,
    muted,
    nothing,
    plain,
    rows_axes,
    rows_height,
)


class VolumeRow(NamedTuple):
    """How many of one group, split by series (one series: a simple bar); `key` comes back with a click."""

    key: str
    label: str
    counts: Mapping[str, int]


class Step(NamedTuple):
    """A step of the funnel; None where the channel has no such step."""

    label: str
    reached: int | None


def volume_bars(rows: Sequence[VolumeRow], dark: bool, *, opens: str = "") -> go.Figure:
    """Counts by label, totals read out; several series are stacked and named in a legend.

    A click brings back the row's key and the series; `opens` tells in the hover what it leads to.
    """
    totals = [sum(row.counts.values()) for row in rows]
    if not any(totals):
        return nothing(dark)
    colours = look(dark)
    series = list(dict.fromkeys(name for row in rows for name in row.counts))
    named = len(series) > 1
    axes = rows_axes(colours, [row.label for row in rows], [f"<b>{total:,}</b>" for total in totals])
    return go.Figure(
        {
            "data": [
                *(_bars(rows, name, place, colours, opens) for place, name in enumerate(series)),
                holds_right_labels(),
            ],
            "layout": layout(
                colours,
                rows_height(len(rows), extra=30 if named else 0),
                barmode="stack",
                bargap=0.45,
                showlegend=named,
                legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
                xaxis=bare(range=[0, max(totals)], showticklabels=False),
                **axes,
            ),
        }
    )


def funnel(steps: Sequence[Step], dark: bool, *, opens: str = "") -> go.Figure:
    """Each step's count and its share of the first; a step that a channel does not have is left out, never 0."""
    there = [(step.label, step.reached) for step in steps if step.reached is not None]
    if not there or not there[0][1]:
        return nothing(dark)
    colours = look(dark)
    first = there[0][1]
    names = [name for name, _ in there]
    read_out = [f"<b>{count:,}</b>  {muted(colours, f'{count / first:.0%}')}" for _, count in there]
    told = [f"<b>{plain(name)}</b><br>{count:,}, {count / first:.1%} of {plain(names[0])}" for name, count in there]
    full = {"type": "bar", "orientation": "h", "y": list(range(len(there))), **clickable(names, told, opens)}
    return go.Figure(
        {
            "data": [
                full | {"x": [first] * len(there), "marker": {"color": colours.track}},
                full | {"x": [count for _, count in there], "marker": {"color": colours.accent}},
                holds_right_labels(),
            ],
            "layout": layout(
                colours,
                rows_height(len(there)),
                barmode="overlay",
                bargap=0.45,
                xaxis=bare(range=[0, first], showticklabels=False),
                **rows_axes(colours, names, read_out),
            ),
        }
    )


def _bars(rows: Sequence[VolumeRow], series: str, place: int, colours: Look, opens: str) -> dict[str, Any]:
    counts = [row.counts.get(series, 0) for row in rows]
    told = [f"<b>{plain(row.label)}</b><br>{plain(series)}: {row.counts.get(series, 0):,}" for row in rows]
    ink = colours.series[place % len(colours.series)]
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(series),
        "x": counts,
        "y": list(range(len(rows))),
        **clickable([(row.key, series) for row in rows], told, opens),
        "marker": {
            "color": ink,
            "line": {"width": 1, "color": colours.paper},
        },
    }
