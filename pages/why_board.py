"""Every request that was not sent: which rule holds or blocks it, until when, and who may override it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import streamlit as st

from data import queries, stops, why
from data.filter_address import address, by_name
from data.filters import Filters
from data.store import Row
from pages.choices import channels, senders, span
from pages.empty import empty
from pages.literal import literal
from pages.stop_words import OVER
from pages.stop_words import stopped as in_words
from pages.wording import count, moment
from pages.workspace import now, reader_zone, store, workspace


def stopped(in_force: list[Row], names: dict[int, str]) -> None:
    """What stops hold back, above all rules."""
    for one in in_force:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":red[:material/front_hand: **{literal(in_words(one, names))}.**]"
                f" {_wait(why.waiting_behind(store(), one, now()), one['until'])}."
            )
            if one["scope"] == "template":
                st.page_link(
                    "template_list.py", label="Edit the template", icon=":material/edit:",
                    query_params={"template": one["subject"]},
                )  # fmt: skip
            st.page_link(
                "switches.py", label="Lift it under Stops", icon=":material/arrow_forward:", icon_position="right"
            )


def _wait(behind: why.Behind, until: datetime | None) -> str:
    """Such as "7 messages wait (2 are follow-ups), 1 of them due now; 42 more are paused"."""
    said = {0: "No message waits", 1: "1 message waits"}.get(behind.waiting, f"{count(behind.waiting)} messages wait")
    if behind.follow_ups:  # the cards below count requests
        said += f" ({'1 is a follow-up' if behind.follow_ups == 1 else f'{count(behind.follow_ups)} are follow-ups'})"
    if behind.due < behind.waiting:
        said += f", {count(behind.due) if behind.due else 'none'} of them due {'until then' if until else 'now'}"
    if behind.paused:
        more = " more" if behind.waiting else ""
        said += f"; {count(behind.paused)}{more} {'is' if behind.paused == 1 else 'are'} paused"
    return said


def chosen_filters(names: Mapping[int, str]) -> Filters:
    """What the filter row asks for; a bound parameter cannot be handed over, so not by the Requests page's keys."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filters"):
        via = channels("channel", idle=168, placeholder="All channels")
        by = senders(names, "sender", idle=168, placeholder="Everybody")
        since, until = span("Date due", "due")
        here = workspace()
        filters = Filters("", tuple(via), (), tuple(by), since, until, region=here.region, zone=here.timezone)
        if filters.narrowed:
            st.button("Clear", on_click=_clear, icon=":material/close:", type="tertiary")
    return filters


def _clear() -> None:
    st.session_state["channel"], st.session_state["sender"], st.session_state["due"] = [], [], ()


def board(reasons: list[why.Reason], filters: Filters, names: Mapping[int, str]) -> None:
    """A card for each rule, the fullest first; each opens its rows."""
    for one in reasons:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.metric(one.label, count(one.count), label_visibility="visible", width=220)
            with st.container(gap=None):
                if one.next_at and one.stopped < one.count:
                    st.markdown(f"Next released: **{_released(one.next_at)}**")
                st.caption(_remedy(one))
            st.page_link(
                "request_list.py", label="Show them", icon=":material/arrow_forward:", icon_position="right",
                query_params=by_name(address(replace(filters, why=(one.code,)), names)),
            )  # fmt: skip


def _remedy(one: why.Reason) -> str:
    """What lets them go; a stop comes before that."""
    if not one.stopped:
        return one.remedy
    if one.stopped < one.count:
        return f"{one.remedy} {count(one.stopped)} of them only {OVER}."
    return f"They leave {OVER}." if one.code == "waiting" else f"{one.remedy} They leave only {OVER}."


def _released(at: datetime) -> str:
    """What has had its time waits for the engine or for a pace."""
    return "due now" if at <= now() else literal(moment(at, reader_zone(), now()))


def nothing(narrowed: bool) -> None:
    """Why there is nothing, and what to do next."""
    if narrowed:
        with empty("Nothing that was not sent matches these filters"):
            st.button("Clear filters", on_click=_clear, icon=":material/close:")
        return
    with empty(
        "Nothing waits and nothing was blocked",
        "Requests that wait for their time, or that a rule such as quiet hours keeps back, are counted here.",
    ):
        st.page_link("rule_book.py", label="See the rules", icon=":material/gavel:")


def page() -> None:
    with st.container(gap=None):
        st.title("Not sent", anchor=False)
        st.caption(
            "Every request that waits or was kept from being sent, by the rule that keeps it · "
            f"dates are when it is or was due ({workspace().timezone.key})"
        )
    names = queries.members(store())
    filters = chosen_filters(names)
    in_force = stops.active(store(), now())
    stopped(in_force, names)
    reasons = why.reasons(store(), filters, stops.barred(in_force))
    if not reasons:
        nothing(filters.narrowed)
    board(reasons, filters, names)


page()
