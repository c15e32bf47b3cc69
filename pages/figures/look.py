"""What every figure shares: the theme's colours, the type, and labels that stay labels."""

import html
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

NOTHING = "Nothing to show yet. Send a request, or widen the filters."
LONGEST = 20
ROW = 38


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of one mode, as .streamlit/config.toml has them."""

    accent: str
    soft: str
    track: str
    text: str
    quiet: str
    faint: str
    fainter: str
    second: str
    grid: str
    paper: str
    series: tuple[str, ...]


@cache
def look(dark: bool) -> Look:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
    theme = config["theme"]["dark" if dark else "light"]
    series = tuple(theme["chartCategoricalColors"])
    return Look(
        accent=series[0],
        soft=clear(series[0], 0.2),
        track=clear(series[0], 0.08),
        text=theme["textColor"],
        quiet=theme["grayTextColor"],
        faint=clear(theme["grayColor"], 0.6),
        fainter=clear(theme["grayColor"], 0.25),
        second=theme["orangeColor"],
        grid=theme["dataframeBorderColor"],
        paper=theme["backgroundColor"],
        series=series,
    )


def layout(colours: Look, height: int, **more: Any) -> dict[str, Any]:
    return {
        "template": {},  # the stock one weighs more than the figure
        "height": height,
        "autosize": True,
        "margin": {"l": 4, "r": 4, "t": 22, "b": 4, "pad": 6},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Inter, system-ui, sans-serif", "size": 12.5, "color": colours.text},
        "hoverlabel": {
            "bgcolor": colours.paper,
            "bordercolor": colours.grid,
            "font": {"family": "Inter, system-ui, sans-serif", "size": 12.5, "color": colours.text},
            "align": "left",
        },
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        **more,
    }


def bare(**more: Any) -> dict[str, Any]:
    """An axis that is only its labels."""
    return {
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
    } | more


def rows_axes(colours: Look, names: list[str], figures: list[str]) -> dict[str, Any]:
    """One numbered line per row, first on top, named on the left and read out on the right: equal names stay apart."""
    places = list(range(len(names)))
    line = {"tickvals": places, "range": [len(names) - 0.5, -0.5]}
    return {
        "yaxis": bare(**line, ticktext=[plain(name) for name in names]),
        "yaxis2": bare(**line, ticktext=figures, overlaying="y", side="right", tickfont={"color": colours.text}),
    }


def rows_height(count: int, extra: int = 0) -> int:
    return max(count, 2) * ROW + 34 + extra


def nothing(dark: bool) -> go.Figure:
    colours = look(dark)
    note = {
        "text": NOTHING,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "font": {"color": colours.quiet, "size": 13},
    }
    unseen = {"visible": False, "fixedrange": True}
    return go.Figure({"data": [], "layout": layout(colours, 160, annotations=[note], xaxis=unseen, yaxis=unseen)})


def plain(text: str, longest: int = LONGEST) -> str:
    """Text as it is: plotly would render tags and entities, and a long name would eat the plot."""
    line = " ".join(text.split())
    return html.escape(line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…", quote=False)


def muted(colours: Look, markup: str) -> str:
    return f'<span style="color:{colours.quiet};font-size:11.5px">{markup}</span>'


def clear(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def clickable(keys: Sequence[str | tuple[str, ...]], told: Sequence[str], opens: str = "") -> dict[str, Any]:
    """What a click brings back and a pointer reads, `opens` last; a selection must not dim the rest."""
    kept = {"marker": {"opacity": 1}}
    end = f"<br><i>{plain(opens, longest=60)}</i>" if opens else ""
    return {
        "customdata": [[key] if isinstance(key, str) else list(key) for key in keys],
        "hovertext": [f"{text}{end}" for text in told],
        "hoverinfo": "text",
        "selected": kept,
        "unselected": kept,
    }


def holds_right_labels() -> dict[str, Any]:
    """An empty trace: plotly draws an axis only where something stands on it."""
    return {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip", "showlegend": False}
