"""Every ask and where it stands: filter, sort, pause, resume, open, export."""

from datetime import date, datetime, tzinfo
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from data import commands, queries
from data.filters import Filters
from data.lifecycle import PROBLEMS, SHOWN, Channel, Status
from pages import request_story
from pages.request_table import Row, Verb, request_table, select, selected
from pages.request_table import Sort as Shown
from pages.summary_strip import Tile, summary_strip
from pages.wording import count, exact, moment, status_words
from pages.workspace import now, reader_zone, store

SIZE = 50
LIVE = "2s"
TABLE = "table"
_TILES: tuple[tuple[str, str, tuple[Status, ...]], ...] = (
    ("total", "Total", ()),
    ("queued", "Queued", (Status.QUEUED,)),
    ("sent", "Sent", (Status.SENT,)),
    ("delivered", "Delivered", (Status.DELIVERED,)),
    ("seen", "Opened or read", (Status.OPENED, Status.READ)),
    ("problems", "Problems", tuple(sorted(PROBLEMS, key=list(Status).index))),
)


def title() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(gap=None):
            st.title("Requests", anchor=False)
            st.caption("Every ask, to whom and where it stands")
        exporting = st.empty()
        st.page_link("send_request.py", label="Send review request", icon=":material/send:")
    st.session_state["exporting"] = exporting


def chosen_filters(names: dict[int, str]) -> Filters:
    """The filter row; every choice lives in the address."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        search = st.text_input(
            "Search", key="q", bind="query-params", type="search", live="300ms", placeholder="Name, email or phone",
            label_visibility="collapsed", icon=":material/search:", width=240, max_chars=200,
        )  # fmt: skip
        channels = st.multiselect(
            "Sent via", list(Channel), key="via", bind="query-params", format_func=lambda c: Channel(c).label,
            placeholder="Sent via", label_visibility="collapsed", width=190,
        )  # fmt: skip
        statuses = st.multiselect(
            "Status", list(SHOWN), key="status", bind="query-params", format_func=lambda s: Status(s).label,
            placeholder="Status", label_visibility="collapsed", width=210,
        )  # fmt: skip
        senders = st.multiselect(
            "Sent by", list(names), key="by", bind="query-params", format_func=lambda id: names.get(id, "?"),
            placeholder="Sent by", label_visibility="collapsed", width=190,
        )  # fmt: skip
        days = st.date_input(
            "Date sent",
            cast("tuple[date]", ()),
            key="sent",
            bind="query-params",
            label_visibility="collapsed",
            width=220,
            format="YYYY-MM-DD",
        )
        filters = Filters(
            search, tuple(channels), tuple(statuses), tuple(senders), *_first_and_last(cast("tuple[Any, ...]", days))
        )
        if filters != Filters():
            st.button("Clear", on_click=_clear, icon=":material/close:", type="tertiary")
    return filters


def _first_and_last(days: tuple[Any, ...]) -> tuple[Any, Any]:
    return (days[0], days[-1]) if days else (None, None)


def _clear() -> None:
    for key, empty in (("q", ""), ("via", []), ("status", []), ("by", []), ("sent", ()), ("page", 1)):
        st.session_state[key] = empty


def _pick(tile: str) -> None:
    wanted = next(statuses for key, _, statuses in _TILES if key == tile)
    st.session_state["status"] = [] if set(wanted) == set(st.session_state["status"]) else list(wanted)
    st.session_state["page"] = 1


def strip(summary: queries.Summary, filters: Filters) -> None:
    active = set(filters.statuses)
    tiles: list[Tile] = [
        Tile(
            key=key,
            label=label,
            count=count(summary.count(*statuses)),
            hint="Every request that the other filters let through" if not statuses else f"Show only {label.lower()}",
            tone=key,
            active=active == set(statuses),
        )
        for key, label, statuses in _TILES
    ]
    summary_strip(tiles, key="strip", on_pick=_pick)


def table_row(row: dict[str, Any], names: dict[int, str], zone: tzinfo, at: datetime) -> Row:
    """A stored row as the table shows it."""
    label, why = status_words(row)
    queued = row["status"] == Status.QUEUED
    when = row["sent_at"] or row["due_at"]
    return Row(
        id=row["id"],
        name=row["contact_name"],
        address=row["address"],
        sent_by=names.get(row["sent_by"], ""),
        channel=row["channel"],
        date_label=moment(when, zone, at) if row["sent_at"] else f"Due {_lower(moment(when, zone, at))}",
        date_title=exact(when, zone),
        status=row["status"],
        status_label=label,
        status_title=why,
        paused=row["paused"],
        retries=row["retries"],
        action=("resume" if row["paused"] else "pause") if queued else None,
    )


def _lower(text: str) -> str:
    return text[0].lower() + text[1:] if text.startswith(("Today", "Tomorrow", "Yesterday")) else text


def _act(id: int, verb: Verb) -> None:
    _set_paused([id], verb)


def _set_paused(ids: list[int], verb: Verb) -> None:
    act = commands.pause if verb == "pause" else commands.resume
    reached = act(store(), ids, "a person", now())
    done = "Paused" if verb == "pause" else "Resumed"
    st.session_state["note"] = (
        f"{done} {len(reached)} of {len(ids)}: the others had already left or stood so."
        if len(reached) < len(ids)
        else f"{done} {len(reached)} request{'s' if len(reached) > 1 else ''}."
    )


def _sort(wanted: Shown) -> None:
    st.session_state["sort"] = f"{'-' if wanted.descending else ''}{wanted.column}"
    st.session_state["page"] = 1


def bulk_bar(total: int, shown: int) -> None:
    """Says how much is listed, or what can be done with the selection; its height is reserved."""
    ids = selected(TABLE)
    with st.container(horizontal=True, vertical_alignment="center", height=48, border=False, key="bulk"):
        if not ids:
            st.caption(f"{count(shown)} of {count(total)} requests" if shown != total else f"{count(total)} requests")
            return
        st.markdown(f"**{len(ids)}** selected")
        st.button("Pause", icon=":material/pause:", on_click=_set_paused, args=(ids, "pause"), key="bulk_pause")
        st.button("Resume", icon=":material/play_arrow:", on_click=_set_paused, args=(ids, "resume"), key="bulk_resume")
        st.button("Clear selection", type="tertiary", on_click=select, args=(TABLE,), key="bulk_clear")


def nothing(filters: Filters, empty_store: bool) -> None:
    """An empty list says what to do next."""
    with st.container(border=True, horizontal_alignment="center"):
        st.space("medium")
        if empty_store and filters == Filters():
            st.markdown("**No requests yet**")
            st.caption("Send the first one, or drop in a CSV of customers.")
            st.page_link("send_request.py", label="Send review request", icon=":material/send:")
        else:
            st.markdown("**No request matches these filters**")
            st.button("Clear filters", on_click=_clear, icon=":material/close:", key="clear_empty")
        st.space("medium")


@st.fragment(run_every=LIVE)
def listing(filters: Filters, names: dict[int, str]) -> None:
    """Strip, list and pager, refreshed while people look; selection and scroll stay."""
    summary = queries.summary(store(), filters)
    strip(summary, filters)
    shown = summary.count(*(Status(status) for status in filters.statuses))
    bulk_bar(summary.count(), shown)
    body, foot = st.container(), st.container(horizontal=True, horizontal_alignment="center")
    if not shown:
        with body:
            nothing(filters, not summary.count())
    with foot:
        pages = max((shown + SIZE - 1) // SIZE, 1)
        number = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    if shown:
        sort = wanted_sort()
        zone, at = reader_zone(), now()
        rows = queries.page(store(), filters, sort, number, SIZE)
        with body:
            request_table(
                [table_row(row, names, zone, at) for row in rows],
                key=TABLE,
                sort=Shown(cast("Any", sort.column), sort.descending),
                on_action=_act,
                on_sort=_sort,
                on_open=request_story.show,
            )
    if note := st.session_state.pop("note", None):
        st.toast(note)


def wanted_sort() -> queries.Sort:
    """From the address: `sort=-sent_at` is newest dispatch first; anything else the newest ask."""
    text = str(st.session_state.get("sort") or st.query_params.get("sort", ""))
    column = text.removeprefix("-")
    if column not in queries.SORTS:
        return queries.Sort()
    st.query_params["sort"] = text
    return queries.Sort(column, text.startswith("-"))


def export_address(filters: Filters) -> str:
    """The route that streams exactly what is listed."""
    parts = [("q", filters.search)] if filters.search else []
    parts += [("via", channel) for channel in filters.channels] + [("status", status) for status in filters.statuses]
    parts += [("by", str(sender)) for sender in filters.senders]
    parts += [("sent", day.isoformat()) for day in (filters.since, filters.until) if day]
    return f"/export/requests.csv?{urlencode(parts)}"


names = queries.members(store())
title()
filters = chosen_filters(names)
st.session_state.pop("exporting").link_button("Export CSV", export_address(filters), icon=":material/download:")
listing(filters, names)
request_story.drawer()
