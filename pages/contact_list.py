"""The people who were asked: found again, opened, merged."""

import streamlit as st

from data import merging, people
from data.lifecycle import Channel
from data.store import Row
from data.suppressions import suppressed
from data.verdicts import Basis
from pages import contact_drawer
from pages.choices import WIDEST
from pages.contact_actions import merging_of
from pages.contact_table import ORDERS, contact_table
from pages.empty import empty
from pages.wording import count, moment
from pages.workspace import now, reader_zone, store, workspace

SIZE = 50
_SHORT = {
    Basis.OPTED_OUT: "Said stop",
    Basis.UNSUBSCRIBED: "Unsubscribed",
    Basis.COMPLAINED: "Reported spam",
    Basis.BOUNCED: "Bounced",
    Basis.NEVER_ASK: "Never ask",
    Basis.WRONG_PERSON: "Somebody else's",
}


def listing(text: str) -> None:
    """One page of those found; pressing a row opens its drawer."""
    region, number, order = workspace().region, _page_number(), _order()
    with store().reading() as reading:
        rows, total = people.search(reading, text, region, number, SIZE, order)
        listed = total if not text.strip() else min(total, people.MOST)
        pages = max((listed + SIZE - 1) // SIZE, 1)
        if number > pages:
            st.session_state["people"] = pages
            rows, _ = people.search(reading, text, region, pages, SIZE, order)
        barred = suppressed(reading, {pair for row in rows for pair in _pairs(row)})
    if not total:
        _nobody(text)
        return
    more = f"More than {count(listed)} people; the newest are listed." if total > listed else ""
    st.caption(more or f"{count(total)} {'person' if total == 1 else 'people'}")
    if rows:
        _table(rows, barred, order)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key="people", bind="query-params", width=WIDEST)


def _page_number() -> int:
    """Of the pager, which is drawn once it is known how many pages there are; before, of the address."""
    told = str(st.session_state.get("people") or st.query_params.get("people", ""))
    return max(int(told), 1) if told.isdecimal() and len(told) < 7 else 1


def _nobody(text: str) -> None:
    if text.strip():
        with empty("Nobody is called or reached like this"):
            st.button("Clear search", icon=":material/close:", on_click=_clear_search)
    else:
        with empty("No contacts yet", "Everybody you ask for a review appears here."):
            st.page_link("send_request.py", label="Send review request", icon=":material/send:")
            st.page_link("send_many.py", label="Import a CSV", icon=":material/upload_file:")


def _clear_search() -> None:
    st.session_state["who"] = ""
    _from_the_first()


def _pairs(row: Row) -> list[tuple[str, str]]:
    by_phone = [("sms", row["phone"]), ("whatsapp", row["phone"])] if row["phone"] else []
    return by_phone + ([("email", row["email"])] if row["email"] else [])


def _table(rows: list[Row], barred: dict[tuple[str, str], Basis], order: str) -> None:
    zone, at = reader_zone(), now()
    contact_table(
        [
            {
                "id": row["id"],
                "name": row["name"],
                "phone": row["phone"] or "",
                "email": row["email"] or "",
                "barred": _why(row, barred),
                "since": moment(row["created_at"], zone, at),
            }
            for row in rows
        ],
        key="contacts",
        order=order,
        on_open=contact_drawer.show,
        on_order=_sort,
    )


def _why(row: Row, barred: dict[tuple[str, str], Basis]) -> str:
    """Each reason in few words, with the channels that it closes where others are open."""
    pairs = _pairs(row)
    closed: dict[Basis, list[str]] = {}
    for pair in pairs:
        if pair in barred:
            closed.setdefault(barred[pair], []).append(Channel(pair[0]).label)
    return "; ".join(
        _SHORT[basis] if len(by) == len(pairs) else f"{_SHORT[basis]} by {' or '.join(by)}"
        for basis, by in closed.items()
    )


def _order() -> str:
    """From the address alone, so that Back undoes it: one of ORDERS."""
    told = str(st.query_params.get("order", ""))
    return told if told in ORDERS else ""


def _sort(order: str) -> None:
    if order:
        st.query_params["order"] = order
    else:
        st.query_params.pop("order", None)
    _from_the_first()


def _from_the_first() -> None:
    st.session_state["people"] = 1


def _look_for_duplicates() -> None:
    """Only when asked: it compares everybody with everybody."""
    if not st.toggle(
        "Possible duplicates", key="duplicates", bind="query-params", help="People who share a phone or an email"
    ):
        return
    pairs = merging.duplicates(store())
    if not pairs:
        st.caption(":material/check_circle: No two contacts share a phone or an email.")
    for pair in pairs:
        merging_of(pair)


def page() -> None:
    with st.container(gap=None):
        st.title("Contacts", anchor=False)
        st.caption("Everybody who was asked, whether they may be asked again, and what is kept about them")
    text = st.text_input(
        "Search", key="who", bind="query-params", placeholder="Name, phone or email", max_chars=200,
        icon=":material/search:", label_visibility="collapsed", on_change=_from_the_first,
    )  # fmt: skip
    _look_for_duplicates()
    listing(text or "")
    contact_drawer.drawer()
    if note := st.session_state.pop("note", None):
        st.toast(note)


page()
