"""A rate week by week in its interval, over the volume it stands on."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import plotly.graph_objects as go

from data.days import day
from data.metrics import Rate
from pages.figures.look import Look, bare, clickable, layout, look, nothing

MIDDLE = timedelta(days=3)
WIDE = 6 * 86_400_000  # milliseconds; on a phone, too, a bar is as wide as its number
READABLE = 16  # more bars than this have no room for their numbers
NAMED = 5  # and more names than this not on a phone


class Week(NamedTuple):
    """The cohort sent from the first to the last of these days of a week; not ripe while its answers still come in."""

    first: date
    last: date
    rate: Rate
    ripe: bool

    @property
    def monday(self) -> date:
        return self.first - timedelta(days=self.first.weekday())

    @property
    def whole(self) -> bool:
        return self.last - self.first == 2 * MIDDLE

    @property
    def named(self) -> str:
        """Its days: "Week of 7 Sep 2026", or "28–30 Sep 2026 only" where the period cuts it."""
        if self.whole:
            return f"Week of {day(self.first)}"
        first, last = day(self.first), day(self.last)
        same = next((same for same in (" %b %Y", " %Y") if f"{self.first:{same}}" == f"{self.last:{same}}"), "")
        return f"{last} only" if first == last else f"{first.removesuffix(f'{self.first:{same}}')}–{last} only"


def trend(points: Sequence[Week], dark: bool, *, height: int = 300, opens: str = "") -> go.Figure:
    """The rate by week with its 95 % interval, bars of n beneath; unripe weeks lighter and dashed, cut ones hatched."""
    if not any(week.rate.denominator for week in points):
        return nothing(dark)
    colours = look(dark)
    ripe = [week for week in points if week.ripe]
    unripe = [week for week in points if not week.ripe]
    joined = ripe[-1:] + unripe if unripe else []
    enough = [week for week in points if not week.rate.too_few] or points  # three answers would flatten all the rest
    highs = [week.rate.high for week in enough if week.rate.high is not None]
    top = max([*highs, *(week.rate.value for week in points if week.rate.value is not None)]) * 1.08 or 1
    return go.Figure(
        {
            "data": [
                _band(ripe, colours.soft),
                _band(joined, colours.track),
                _line(joined, colours.faint, "dot"),
                _line(ripe, colours.accent, "solid"),
                _marks(points, colours, opens),
                _volumes(points, colours, opens),
            ],
            "layout": layout(
                colours,
                height,
                xaxis=bare(range=_days(points), anchor="y2", tickfont={"color": colours.quiet}, **_ticks(points)),
                yaxis=_rate_axis(top, colours),
                yaxis2=bare(
                    domain=[0, 0.17], range=[0, max(week.rate.denominator for week in points)], showticklabels=False
                ),
                annotations=_notes(ripe, unripe, top, colours),
                uniformtext={"minsize": 9, "mode": "hide"},  # no number rather than one that nobody can read
            ),
        }
    )


def _rate_axis(top: float, colours: Look) -> dict[str, Any]:
    return bare(
        domain=[0.3, 1],
        range=[0, top],
        nticks=5,
        tickformat=".0%" if top > 0.065 else ".1%",
        showgrid=True,
        gridcolor=colours.grid,
        tickfont={"color": colours.quiet},
    )


def _line(weeks: Sequence[Week], ink: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_middle(week) for week in weeks],
        "y": [week.rate.value for week in weeks],
        "line": {"color": ink, "width": 2.5, "dash": dash},
        "connectgaps": False,
        "hoverinfo": "skip",
    }


def _marks(weeks: Sequence[Week], colours: Look, opens: str) -> dict[str, Any]:
    known = [week for week in weeks if week.rate.value is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,  # nor half a mark at 0
        "x": [_middle(week) for week in known],
        "y": [week.rate.value for week in known],
        **clickable([week.monday.isoformat() for week in known], [_told(week) for week in known], opens),
        "marker": {
            "size": 8 if len(weeks) <= READABLE else 5,
            "color": [
                colours.accent if week.ripe and week.whole and not week.rate.too_few else colours.paper
                for week in known
            ],
            "line": {"width": 2, "color": [colours.accent if week.ripe else colours.faint for week in known]},
        },
    }


def _band(weeks: Sequence[Week], ink: str) -> dict[str, Any]:
    """One outline per unbroken run of weeks; a week alone gets the width of a few days."""
    x: list[date | None] = []
    y: list[float | None] = []
    for known, run in groupby(weeks, key=lambda week: week.rate.value is not None):
        if not known:
            continue
        there = list(run)
        days = [_middle(week) for week in there]
        low, high = [week.rate.low for week in there], [week.rate.high for week in there]
        if len(there) == 1:
            days, low, high = [days[0] - timedelta(days=2), days[0] + timedelta(days=2)], low * 2, high * 2
        x += [*days, *reversed(days), None]
        y += [*high, *reversed(low), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": ink,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _volumes(weeks: Sequence[Week], colours: Look, opens: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [_middle(week) for week in weeks],
        "y": [week.rate.denominator for week in weeks],
        "width": WIDE,  # plotly gives a bar that stands alone no width at all
        "yaxis": "y2",
        **clickable([week.monday.isoformat() for week in weeks], [_told(week) for week in weeks], opens),
        "marker": {
            "color": [colours.faint if week.ripe else colours.fainter for week in weeks],
            "line": {"width": 0},
            "pattern": {"shape": ["" if week.whole else "/" for week in weeks], "size": 6, "solidity": 0.35},
        },
        "text": [f"{week.rate.denominator:,}" if len(weeks) <= READABLE else "" for week in weeks],
        "textposition": "outside",
        "textfont": {"size": 10.5, "color": colours.quiet},
        "cliponaxis": False,
    }


def _notes(ripe: Sequence[Week], unripe: Sequence[Week], top: float, colours: Look) -> list[dict[str, Any]]:
    quiet = {"showarrow": False, "font": {"size": 11, "color": colours.quiet}}
    notes: list[dict[str, Any]] = [
        quiet | {"text": "n", "x": 0, "xref": "paper", "xanchor": "right", "xshift": -10, "y": 0.07, "yref": "paper"}
    ]
    known = [week for week in ripe if week.rate.value is not None]
    if known:
        week = ([week for week in known if week.whole] or known)[-1]
        last = week.rate
        bold = {"size": 13, "color": colours.accent}
        place = {"x": _middle(week), "y": min(last.high or top, top), "yshift": 10, "font": bold}
        notes.append(quiet | {"text": f"<b>{last.value:.1%}</b>"} | place)
    if any(week.rate.denominator for week in unripe):
        notes.append(quiet | {"text": "responses still coming in", "x": 1, "xref": "paper", "y": 1, "yref": "paper"})
        notes[-1] |= {"xanchor": "right", "yanchor": "bottom"}
    return notes


def _told(week: Week) -> str:
    rate = week.rate
    head = f"<b>{week.named}</b>"
    if rate.value is None or rate.low is None or rate.high is None:
        return f"{head}<br>nothing delivered"
    unripe = "" if week.ripe else "<br>responses still coming in"
    return (
        f"{head}<br>{rate.value:.1%}, 95% interval {rate.low:.1%} to {rate.high:.1%}"
        f"<br>{rate.numerator:,} of {rate.denominator:,}{unripe}"
    )


def _days(weeks: Sequence[Week]) -> list[date]:
    first, last = min(week.monday for week in weeks), max(week.monday for week in weeks)
    room = timedelta(days=max(2, (35 - (last - first).days) // 2))
    return [first - room, last + 2 * MIDDLE + room]


def _ticks(weeks: Sequence[Week]) -> dict[str, Any]:
    """Every week's first day under its mark, or as many as have room, the newest among them."""
    shown = list(reversed(weeks))[:: -(-len(weeks) // NAMED)]
    names = [day(week.first, year=False) if len(weeks) <= 60 else f"{week.first:%b %Y}" for week in shown]
    return {"tickvals": [_middle(week) for week in shown], "ticktext": names}


def _middle(week: Week) -> date:
    return week.monday + MIDDLE
