"""The table of requests: one row per request, sorted by the server, acted on by id."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, TypedDict

import streamlit as st

from pages.component_files import from_files
from pages.request_table.payloads import Column, Marked, Sort, Verb, actions_from, marked_from, opened_from, sort_from

__all__ = ["Column", "Row", "Sort", "Verb", "request_table", "selected", "unselect"]


class Row(TypedDict):
    """One request as the table shows it; every text is shown as it is, never as markup."""

    id: int
    name: str
    address: str
    sent_by: str
    channel: Literal["sms", "email", "whatsapp"]
    date_label: str
    date_title: str
    status: str
    status_label: str
    status_title: str
    paused: bool
    retries: int
    next_label: str
    next_title: str
    action: Verb | None
    held: str


_mount = from_files("request_table", __file__, "table", "giving_back.js")


def selected(key: str) -> list[int]:
    """Ids ticked in the table with this key, also those no longer on the page."""
    return list(_marked(key).ids)


def unselect(key: str) -> None:
    """Clears the selection from the next run of the table on."""
    st.session_state[f"{key}.selection"] = Marked((), _marked(key).stamp)


def request_table(
    rows: Sequence[Row],
    *,
    key: str,
    sort: Sort,
    on_action: Callable[[int, Verb], None],
    on_sort: Callable[[Sort], None],
    on_open: Callable[[int], None],
    all_ticked: bool = False,
) -> None:
    """Show the rows; the callbacks run before the script, as any widget's do.

    `sort` only says which header wears the arrow: the rows arrive sorted. Where `all_ticked`, each wears a tick, and
    to change one is to select what is ticked then.
    """
    marked = _marked(key)
    ids = sorted({*marked.ids, *(row["id"] for row in rows)}) if all_ticked else marked.ids
    _mount(
        key=key,
        data={
            "rows": rows,
            "sort": sort._asdict(),
            "selection": {"ids": ids, "stamp": marked.stamp},
            "received": st.session_state.get(f"{key}.received", 0),
        },
        on_action_change=partial(_act, key, on_action),
        on_sort_change=partial(_order, key, on_sort),
        on_open_change=partial(_open, key, on_open),
        on_selection_change=partial(_mark, key),
    )


def _act(key: str, on_action: Callable[[int, Verb], None]) -> None:
    # The browser repeats what it has not seen received, because two quick clicks can overtake each other.
    for action in actions_from(_event(key, "action")):
        if action.number > st.session_state.get(f"{key}.received", 0):
            st.session_state[f"{key}.received"] = action.number
            on_action(action.id, action.verb)


def _order(key: str, on_sort: Callable[[Sort], None]) -> None:
    if wanted := sort_from(_event(key, "sort")):
        on_sort(wanted)


def _open(key: str, on_open: Callable[[int], None]) -> None:
    if (id := opened_from(_event(key, "open"))) is not None:
        on_open(id)


def _mark(key: str) -> None:
    if marked := marked_from(_event(key, "selection")):
        st.session_state[f"{key}.selection"] = marked


def _marked(key: str) -> Marked:
    return st.session_state.get(f"{key}.selection", Marked((), 0))


def _event(key: str, name: str) -> object:
    return st.session_state[key].get(name)
