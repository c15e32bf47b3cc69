"""Every ask and where it stands: filter, sort, pause, resume, open, export."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from data import commands, decisions, queries
from data.filter_address import address
from data.filters import Filters
from data.lifecycle import Status
from data.reached import REACHED
from pages import bulk, request_story
from pages.choices import WIDEST
from pages.empty import empty
from pages.request_filters import chosen_filters, clear, strip
from pages.request_row import table_row
from pages.request_table import Sort as Shown
from pages.request_table import Verb, request_table, selected, unselect
from pages.stop_words import held_words
from pages.wording import ACTOR, count, requests
from pages.workspace import now, reader_zone, store, told, workspace

SIZE = 50
LIVE = "2s"
TABLE = "table"


def title() -> Any:
    """Heading and actions; returns the place where the export button goes once the filters are known."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(gap=None):
            st.title("Requests", anchor=False)
            st.caption("Every ask, to whom and where it stands")
        with st.container(horizontal=True, width="content"):  # on a phone they go below the title together
            exporting = st.empty()
            if st.button("Send review request", type="primary", icon=":material/send:"):
                st.switch_page("send_request.py", query_params={})  # or the bound filters are in the way
    return exporting


def _act(id: int, verb: Verb) -> None:
    _set_paused([id], verb)


def _set_paused(ids: list[int], verb: Verb) -> None:
    act = commands.pause if verb == "pause" else commands.resume
    reached = act(store(), ids, ACTOR, now())
    done = "Paused" if verb == "pause" else "Resumed"
    _note(done, len(reached), len(ids), "had already left or stood so")


def _decide(ids: list[int], decide: Callable[..., int], done: str) -> None:
    reached = decide(store(), ids, ACTOR, now(), workspace().timezone)
    _note(done, reached, len(ids), "were no longer unsure")
    unselect(TABLE)


def _cancel(ids: list[int]) -> None:
    st.session_state["note"] = bulk.cancel(ids)
    unselect(TABLE)


def _note(done: str, reached: int, asked: int, others: str) -> None:
    st.session_state["note"] = bulk.said(done, reached, asked, others)


def _sort(wanted: Shown) -> None:
    st.session_state["sort"] = f"{'-' if wanted.descending else ''}{wanted.column}"
    st.session_state["page"] = 1


def bulk_bar(total: int, shown: int, filters: Filters, sort: queries.Sort) -> None:
    """Says how much is listed, or what can be done with the selection; its height is reserved, see console.css."""
    ids = selected(TABLE)
    with st.container(horizontal=True, vertical_alignment="center", key="bulk"):
        if not ids:
            number = f"{count(shown)} of {requests(total)}" if shown != total else requests(total)
            days = "days when due," if filters.why else "days"
            zone = f" · {days} in {workspace().timezone.key}" if filters.since else ""
            steps = f" · {' and '.join(REACHED[step] for step in filters.reached)}" if len(filters.reached) > 1 else ""
            order = " · newest ask first" if shown > 1 and not sort.column else ""
            st.caption(number + zone + steps + order)
            return
        if bulk.everything(filters, ids):
            bulk.of_everything(filters, shown)
        else:
            _of_these(ids)
            bulk.offer(filters, ids, shown)
        st.button("Clear", type="tertiary", help="Clear selection", on_click=unselect, args=(TABLE,), key="bulk_clear")


def _of_these(ids: list[int]) -> None:
    st.markdown(f"**{len(ids)}** selected", width="content")
    unsure = decisions.unsure(store(), ids)
    if len(unsure) < len(ids):
        _pausing(ids)
    if unsure:
        _deciding(unsure)
    with st.popover("Cancel", icon=":material/cancel:", key="bulk_cancel"):
        bulk.confirmed(len(ids), "bulk_cancel_now", lambda: _cancel(ids))


def _pausing(ids: list[int]) -> None:
    st.button("Pause", icon=":material/pause:", on_click=_set_paused, args=(ids, "pause"), key="bulk_pause")
    st.button("Resume", icon=":material/play_arrow:", on_click=_set_paused, args=(ids, "resume"), key="bulk_resume")


def _deciding(unsure: list[int]) -> None:
    """Handed over, and no answer came: a person looked it up and says what became of them."""
    number = requests(len(unsure))
    st.button(
        "Mark as sent", icon=":material/check:", key="bulk_mark_sent", help=f"{number} nobody is sure of",
        on_click=_decide, args=(unsure, decisions.mark_sent, "Marked as sent:"),
    )  # fmt: skip
    with st.popover("Resend", icon=":material/replay:", key="bulk_resend"):
        st.markdown(f"Send {number} again?  \nNobody knows whether they left:  \n**some people may get it twice**.")
        st.button(
            f"Resend {number}", type="primary", key="bulk_resend_now",
            on_click=_decide, args=(unsure, decisions.resend, "Put back into the queue:"),
        )  # fmt: skip


def _let_go(filters: Filters) -> None:
    """Nothing is done to rows out of sight: what was ticked under other filters is not any more."""
    if st.session_state.get("ticked-under", filters) != filters:
        unselect(TABLE)
    st.session_state["ticked-under"] = filters


def nothing(filters: Filters, empty_store: bool) -> None:
    """An empty list says what to do next."""
    if empty_store and not filters.narrowed:
        with empty(
            "No requests yet", "Read what people will get, then send the first one or drop in a CSV of customers."
        ):
            st.page_link("template_list.py", label="See the templates", icon=":material/edit_note:")
            st.page_link("send_request.py", label="Send review request", icon=":material/send:")
            st.page_link("send_many.py", label="Import a CSV", icon=":material/upload_file:")
    else:
        with empty("No request matches these filters"):
            st.button("Clear filters", on_click=clear, icon=":material/close:", key="clear_empty")


@st.fragment(run_every=LIVE)
@told
def listing(filters: Filters, names: dict[int, str]) -> None:
    """Strip, list and pager, refreshed while people look; selection and scroll stay."""
    if st.session_state.pop("page_again", False):
        st.rerun()
    _let_go(filters)
    summary = queries.summary(store(), filters)
    strip(summary, filters)
    shown = summary.count(*(Status(status) for status in filters.statuses))
    sort = wanted_sort()
    bulk_bar(summary.count(), shown, filters, sort)
    body, foot = st.container(), st.container(horizontal=True, horizontal_alignment="center")
    if not shown:
        with body:
            nothing(filters, not summary.count())
    with foot:
        pages = max((shown + SIZE - 1) // SIZE, 1)
        number = st.pagination(pages, key="page", bind="query-params", width=WIDEST) if pages > 1 else 1
    if shown:
        zone, at = reader_zone(), now()
        rows = queries.page(store(), filters, sort, number, SIZE)
        held = held_words([row["id"] for row in rows], names)
        with body:
            request_table(
                [table_row(row, names, zone, at, held.get(row["id"], "")) for row in rows],
                key=TABLE,
                sort=Shown(cast("Any", sort.column), sort.descending),
                on_action=_act,
                on_sort=_sort,
                on_open=request_story.show,
                all_ticked=bulk.everything(filters, selected(TABLE)),
            )
    if note := st.session_state.pop("note", None):
        st.toast(note)


def wanted_sort() -> queries.Sort:
    """From the address: `sort=-sent_at` is newest dispatch first; anything else the newest ask."""
    text = str(st.session_state.get("sort") or st.query_params.get("sort", ""))
    column = text.removeprefix("-")
    if column not in queries.SORTS:
        return queries.Sort()
    if st.query_params.get("sort") != text:  # every two seconds it is the same
        st.query_params["sort"] = text
    return queries.Sort(column, text.startswith("-"))


names = queries.members(store())
exporting = title()
filters = chosen_filters(names)
exporting.link_button(
    "Export CSV", f"export/requests.csv?{urlencode(address(filters, names))}", icon=":material/download:"
)
if done := bulk.carry_on():
    unselect(TABLE)
    st.session_state["note"] = done
listing(filters, names)
request_story.drawer()
