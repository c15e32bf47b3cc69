"""Every request that was not sent: which rule holds or blocks it, until when, and who may override it."""

from datetime import datetime

import streamlit as st

from data import queries, stops, why
from data.filters import Filters, address
from pages.empty import empty
from pages.literal import literal
from pages.stop_banner import what
from pages.wording import count, moment
from pages.workspace import now, reader_zone, store, workspace


def stopped() -> None:
    """What stops hold back, above all rules."""
    names = queries.members(store())
    for one in stops.active(store(), now()):
        waiting = why.waiting_behind(store(), one, now())
        with st.container(border=True):
            st.markdown(
                f":red[:material/front_hand: **{what(one, names)} is stopped**]: {_wait(waiting)}. "
                f"{literal(one['reason'])}"
            )
            if one["scope"] == "template":
                st.page_link(
                    "template_list.py", label="Edit the template", icon=":material/edit:",
                    query_params={"template": one["subject"]},
                )  # fmt: skip
            st.page_link("switches.py", label="Lift it under Stops", icon=":material/arrow_forward:")


def _wait(messages: int) -> str:
    return "1 message waits" if messages == 1 else f"{count(messages)} messages wait"


def board(reasons: list[why.Reason]) -> None:
    """A card for each rule, the fullest first; each opens its rows."""
    for one in reasons:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.metric(one.label, count(one.count), label_visibility="visible", width=220)
            with st.container(gap=None):
                if one.next_at:
                    st.markdown(f"Next released: **{_released(one.next_at)}**")
                st.caption(one.remedy)
            st.page_link(
                "request_list.py", label="Show them", icon=":material/arrow_forward:",
                query_params=dict(address(Filters(why=(one.code,), region=workspace().region), {})),
            )  # fmt: skip


def _released(at: datetime) -> str:
    """What has had its time waits for the engine, for a pace or for a stop."""
    return "due now" if at <= now() else literal(moment(at, reader_zone(), now()))


def page() -> None:
    with st.container(gap=None):
        st.title("Not sent", anchor=False)
        st.caption("Every request that waits or was kept from being sent, by the rule that keeps it")
    stopped()
    reasons = why.reasons(store(), Filters(region=workspace().region))
    if not reasons:
        with empty(
            "Nothing waits and nothing was blocked",
            "Requests that wait for their time, or that a rule such as quiet hours keeps back, are counted here.",
        ):
            st.page_link("rule_book.py", label="See the rules", icon=":material/gavel:")
    board(reasons)


page()
