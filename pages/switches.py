"""The switches: stop everything, a channel or a sender within a second, and lift it again."""

import streamlit as st

from data import queries, stops
from data.lifecycle import Channel
from data.store import Row
from pages.decision_words import concerning, decision, detail, person, who
from pages.drawers import to_contact, to_request
from pages.literal import literal
from pages.stop_banner import lift, put, recent
from pages.stop_words import what
from pages.wording import CHANNEL_ICONS, exact, moment
from pages.workspace import now, reader_zone, store

_LABELS = {"everything": "Everything", "channel": "A channel", "sender": "A sender"}


def new_stop() -> None:
    """The form that stops something."""
    names = queries.members(store())
    with st.container(border=True):
        st.markdown("**Stop sending**")
        scope = st.segmented_control(
            "What",
            list(_LABELS),
            default="everything",
            key="stop-scope",
            required=True,
            format_func=_LABELS.__getitem__,
            persist_state="session",
        )
        subject: str | None = ""
        if scope == "channel":
            subject = st.segmented_control(
                "Channel", list(Channel), default=Channel.SMS, key="stop-channel", required=True,
                persist_state="session",
                format_func=lambda one: f"{CHANNEL_ICONS[Channel(one)]} {Channel(one).label}",
            )  # fmt: skip
        elif scope == "sender":
            ids = [str(id) for id in names]
            subject = st.selectbox(
                "Sender", ids, format_func=lambda id: names.get(int(id), ""), key="stop-sender", persist_state="session"
            )
        st.text_input(
            "Why", key="stop-reason", max_chars=200, placeholder="Shown on every page", persist_state="session"
        )
        st.button(
            "Stop now", type="primary", icon=":material/front_hand:", key="stop-now",
            disabled=scope != "everything" and not subject, on_click=_put, args=(scope, str(subject or "")),
        )  # fmt: skip
        st.caption("Takes effect within a second. Requests stay in the queue and go on when the stop is lifted.")


def _put(scope: str, subject: str) -> None:
    put(scope, subject, str(st.session_state["stop-reason"]))  # as it stands now, not when the button was drawn
    st.session_state["stop-reason"] = ""


def in_force() -> None:
    """What is stopped now."""
    names, found = queries.members(store()), stops.active(store(), now())
    st.markdown("**In force**")
    if not found:
        st.caption(":material/check_circle: Nothing is stopped.")
    for one in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            until = f" until {exact(one['until'], reader_zone())}" if one["until"] else ""
            st.markdown(
                f"**{literal(what(one, names))}**{until} — {literal(one['reason'])}  \n"
                f":gray[since {exact(one['created_at'], reader_zone())}, by {literal(one['created_by'])}]"
            )
            st.button("Lift", key=f"lift-here-{one['id']}", on_click=lift, args=(one["id"],))


def history() -> None:
    """What people decided lately."""
    found, names = recent(), queries.members(store())
    st.space("small")
    st.markdown("**Decisions**")
    if not found:
        st.caption("Who stopped, lifted, changed or erased something will be listed here.")
        return
    for place, one in enumerate(found):
        with st.container(horizontal=True, gap="small"):
            st.caption(moment(one["happened_at"], reader_zone(), now()), width=124)
            with st.container(gap=None):
                _decision(one, names)
                _open(one, f"decision-{place}")


def _decision(one: Row, names: dict[int, str]) -> None:
    about = concerning(one, names)
    st.markdown(f"**{literal(decision(one))}**{f' · {literal(about)}' if about else ''} :gray[by {literal(who(one))}]")
    if said := detail(one):
        st.text(said)


def _open(one: Row, key: str) -> None:
    """Names the person whom a decision was about, and opens their drawer."""
    about = person(one)
    name = queries.name_of(store(), *about) if about else ""
    if about and name and st.button(literal(name), key=key, type="tertiary", icon=":material/person_search:"):
        kind, id = about
        (to_request if kind == "request" else to_contact)(id)


def page() -> None:
    with st.container(gap=None):
        st.title("Stops", anchor=False)
        st.caption("Stop everything, a channel or a sender; channels also stop themselves when too much goes wrong")
    left, right = st.columns([2, 3], gap="large")
    with left:
        new_stop()
    with right:
        in_force()
    history()


page()
