"""The filter row and the counts above the list; every choice lives in the address."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from data import imported
from data.filter_address import PARAMETERS, address, by_name, parse
from data.filters import Filters
from data.lifecycle import PROBLEMS, SHOWN, Status
from data.queries import Summary
from data.reached import REACHED
from data.verdicts import WHY
from pages.choices import channels, choices, senders, span
from pages.summary_strip import Tile, summary_strip
from pages.wording import count
from pages.workspace import store, workspace

_IDLE = 100  # pixels: all filters stand in one row of a page of 1440
_FILES = 200  # offered

_TILES: tuple[tuple[str, str, tuple[Status, ...]], ...] = (
    ("total", "Total", ()),
    ("queued", "Queued", (Status.QUEUED,)),
    ("sent", "Sent", (Status.SENT,)),
    ("delivered", "Delivered", (Status.DELIVERED,)),
    ("seen", "Opened or read", (Status.OPENED, Status.READ)),
    ("problems", "Problems", tuple(sorted(PROBLEMS, key=list(Status).index))),
)


def chosen_filters(names: dict[int, str]) -> Filters:
    """What the filter row asks for."""
    files = imported.files(store())
    _respell(names, files)
    here = workspace()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filters"):
        search = st.text_input(
            "Search",
            placeholder="Name, email or phone",
            icon=":material/search:",
            type="search",
            live="300ms",
            max_chars=200,
            key="q",
            bind="query-params",
            on_change=_first_page,
            label_visibility="collapsed",
            width=168,
        )
        via = channels("via", idle=_IDLE, on_change=_first_page)
        statuses = _dropdown("Status", list(SHOWN), "status", lambda status: Status(status).label)
        by = senders(names, "by", idle=_IDLE, on_change=_first_page)
        reached = _dropdown("Reached", list(REACHED), "reached", REACHED.__getitem__)
        why = _dropdown("Not sent", list(WHY), "why", lambda code: WHY[code][0])
        came_by = _dropdown("Imported", _offered(files), "from", str) if files else []
        since, until = span("Date sent", "sent", _first_page)
        filters = Filters(
            search, tuple(via), tuple(statuses), tuple(by), since, until, tuple(why), tuple(reached), here.region,
            here.timezone, tuple(came_by),
        )  # fmt: skip
        if filters.narrowed:
            st.button("", icon=":material/filter_alt_off:", help="Clear all filters", on_click=clear, type="tertiary")
    return filters


def _offered(files: list[str]) -> list[str]:
    """The newest, and those that the address speaks of."""
    return files[:_FILES] + [file for file in st.query_params.get_all("from") if file in files[_FILES:]]


def _respell(names: dict[int, str], files: list[str]) -> None:
    """An address that an export would read and the fields would not is written as they write it, then read again."""
    if "q" in st.session_state:
        return  # the fields are there, and keep the address
    given = [(name, text) for name in PARAMETERS for text in st.query_params.get_all(name) if text]
    wanted = parse(given, names, workspace().region, workspace().timezone, files)
    if isinstance(wanted, str):
        st.toast(wanted, icon=":material/filter_alt_off:")
    elif list(dict.fromkeys(given)) != list(dict.fromkeys(again := address(wanted, names))):
        rest = [(name, text) for name, text in st.query_params.items() if name not in PARAMETERS]
        st.switch_page("request_list.py", query_params=by_name([*again, *rest]))


def _dropdown(label: str, options: list[Any], key: str, words: Callable[[Any], str]) -> list[Any]:
    return choices(label, options, key, words, idle=_IDLE, on_change=_first_page)


def _first_page() -> None:
    st.session_state["page"] = 1


def clear() -> None:
    """Takes all filters away."""
    st.session_state["page_again"] = True
    for key in ("via", "status", "by", "why", "reached", "from"):
        st.session_state[key] = []
    for key, empty in (("q", ""), ("sent", ()), ("page", 1)):
        st.session_state[key] = empty


def _pick(tile: str) -> None:
    wanted = next(statuses for key, _, statuses in _TILES if key == tile)
    st.session_state["status"] = [] if set(wanted) == set(st.session_state["status"]) else list(wanted)
    st.session_state["page"] = 1
    st.session_state["page_again"] = True  # the filter row is outside the fragment: it must run again


def strip(summary: Summary, filters: Filters) -> None:
    """The counts; each filters by what it counts, and takes that back when pressed again."""
    summary_strip(tiles(summary, filters), key="strip", on_pick=_pick)


def tiles(summary: Summary, filters: Filters) -> list[Tile]:
    """One for each count; the first, of everything, says what none of the others counts."""
    return [
        Tile(
            key=key,
            label=label,
            count=count(summary.count(*statuses)),
            hint=f"Show only {label.lower()}" if statuses else _everything(summary),
            tone=key,
            active=set(filters.statuses) == set(statuses),
        )
        for key, label, statuses in _TILES
    ]


def _everything(summary: Summary) -> str:
    told = {status for _, _, statuses in _TILES for status in statuses}
    rest = [
        f"{count(summary.count(status))} {status.value}"
        for status in Status
        if status not in told and summary.count(status)
    ]
    hint = "Every request that the other filters let through"
    return f"{hint}; no other tile counts {', '.join(rest)}" if rest else hint
