"""Rates side by side, each in its interval, the small ones not up for comparison."""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any, NamedTuple

import plotly.graph_objects as go

from data.metrics import Rate
from pages.figures.look import (
    Look,
    bare,
    clickable,
    layout,
    look,
    muted,
    nothing,
    plain,
    rows_axes,
    rows_height,
)

# Beside a row there is room for two words, else they squeeze the plot; the hover says the rest.
TOO_FEW, TOO_YOUNG = "too few", "too young"
_DOUBTS = {
    "": "",
    TOO_FEW: "<br>Too few to compare",
    TOO_YOUNG: "<br>Too young to compare: responses still come in",
}
_STEPS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)


class RateRow(NamedTuple):
    """A rate of one channel or sender; `key` comes back with a click. `young`: it will still grow."""

    key: str
    label: str
    rate: Rate
    young: bool = False

    @property
    def doubt(self) -> str:
        """Why it is not up for comparison; empty where it is."""
        return TOO_FEW if self.rate.too_few else TOO_YOUNG if self.young else ""


def rate_bars(
    rows: Sequence[RateRow],
    dark: bool,
    *,
    overall: float | None = None,
    opens: str = "",
) -> go.Figure:
    """Each rate as a point in its 95 % interval; `overall` draws a dotted line.

    `opens` tells in the hover what a click leads to.
    """
    if not rows:
        return nothing(dark)
    colours = look(dark)
    start, end = _span(rows, overall)
    names = [row.label for row in rows]
    read_out = [_read_out(row, colours) for row in rows]
    percent = bare(
        range=[start, end],
        tickvals=(ticks := _round_ticks(start, end)),
        tickformat=".0%" if all(round(tick, 2) == tick for tick in ticks) else ".1%",
        showgrid=True,
        gridcolor=colours.grid,
        tickfont={"color": colours.quiet},
    )
    shared = rows_axes(colours, names, read_out) | _mean(overall, colours)
    height = rows_height(len(rows), extra=28)
    return go.Figure(
        {
            "data": [
                _lines(rows, start, end, opens),
                _whiskers(rows, colours),
                _points(rows, colours, opens),
            ],
            "layout": layout(colours, height, xaxis=percent, **shared),
        }
    )


def _round_ticks(start: float, end: float) -> list[float]:
    """Two or three round numbers: in a narrow chart more would overlap, and each rate stands beside its row."""
    ticks: list[float] = []
    for step in _STEPS:
        first, last = ceil(start / step - 1e-9), floor(end / step + 1e-9)
        ticks = [round(number * step, 3) for number in range(first, last + 1)]
        if len(ticks) >= 2:
            break
    return ticks[::2] if len(ticks) > 3 else ticks


def _lines(rows: Sequence[RateRow], start: float, end: float, opens: str) -> dict[str, Any]:
    """Unseen bars, so that a row's whole line takes the click: the point alone is a small target."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": [start] * len(rows),
        "x": [end - start] * len(rows),
        "y": list(range(len(rows))),
        **clickable([row.key for row in rows], [_told(row) for row in rows], opens),
        "marker": {"color": "rgba(0,0,0,0)", "line": {"width": 0}},
    }


def _whiskers(rows: Sequence[RateRow], colours: Look) -> dict[str, Any]:
    known = _known(rows)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, row in known for x in (row.rate.low, row.rate.high, None)],
        "y": [y for place, _ in known for y in (place, place, None)],
        "line": {"color": colours.faint, "width": 2},
        "hoverinfo": "skip",
        "yaxis": "y2",
    }


def _points(rows: Sequence[RateRow], colours: Look, opens: str) -> dict[str, Any]:
    known = _known(rows)
    ink = [colours.faint if row.doubt else colours.accent for _, row in known]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.rate.value for _, row in known],
        "y": [place for place, _ in known],
        "marker": {
            "size": 11,
            "color": ink,
            "symbol": ["circle-open" if row.doubt else "circle" for _, row in known],
            "line": {"width": 2, "color": ink},
        },
        **clickable([row.key for _, row in known], [_told(row) for _, row in known], opens),
        "yaxis": "y2",
    }


def _known(rows: Sequence[RateRow]) -> list[tuple[int, RateRow]]:
    return [(place, row) for place, row in enumerate(rows) if row.rate.value is not None]


def _span(rows: Sequence[RateRow], overall: float | None) -> tuple[float, float]:
    # Rows too small to compare must not squeeze those that can be: their whiskers may run out of the picture.
    wide = [row.rate for row in rows if not row.doubt] or [row.rate for row in rows]
    ends = [end for rate in wide for end in (rate.low, rate.high) if end is not None]
    ends += [row.rate.value for _, row in _known(rows) if row.rate.value is not None]
    ends += [] if overall is None else [overall]
    if not ends:
        return 0.0, 1.0
    room = max(0.08 * (max(ends) - min(ends)), 0.005)
    return max(0.0, min(ends) - room) if min(ends) > 0 else -room, max(ends) + room


def _read_out(row: RateRow, colours: Look) -> str:
    if row.rate.value is None:
        return muted(colours, "no data  n=0")
    if row.doubt:
        return muted(colours, f"{row.rate.value:.0%}  n={row.rate.denominator:,}<br>{row.doubt}")
    return f"<b>{row.rate.value:.1%}</b>  {muted(colours, f'n={row.rate.denominator:,}')}"


def _told(row: RateRow) -> str:
    rate = row.rate
    if rate.value is None or rate.low is None or rate.high is None:
        return f"<b>{plain(row.label)}</b><br>no data"
    return (
        f"<b>{plain(row.label)}</b><br>{rate.value:.1%}, 95% interval {rate.low:.1%} to {rate.high:.1%}"
        f"<br>{rate.numerator:,} of {rate.denominator:,}{_DOUBTS[row.doubt]}"
    )


def _mean(overall: float | None, colours: Look) -> dict[str, Any]:
    if overall is None:
        return {}
    dots = {"color": colours.second, "width": 1.5, "dash": "dot"}
    line = {
        "type": "line",
        "x0": overall,
        "x1": overall,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": dots,
    }
    name = {
        "text": f"all {overall:.1%}",
        "x": overall,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
    }
    return {"shapes": [line], "annotations": [name | {"font": {"size": 11, "color": colours.quiet}}]}
