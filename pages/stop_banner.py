"""The banner on every page while something is stopped, and the switches that stop and lift."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import alerts, audit, queries, stops
from data.claims import last_beat
from data.lifecycle import Channel
from data.stops import Stop
from data.store import Row
from pages.literal import literal
from pages.replies_waiting import replies_title
from pages.stop_words import what
from pages.wording import ACTOR, ago, count, moment, within
from pages.workspace import now, reader_zone, store, told

LIVE = "3s"
_DRAWN = "drawn"


def banner(replies: str) -> None:
    """Every stop that needs a person, with the way to lift it; shorter waits are told in one line.

    Pages tell of stops too, and the navigation of answers (`replies`, as it was drawn): when one of these changes
    while people look, the whole page is drawn again.
    """
    st.session_state.pop(_DRAWN, None)
    _banner(replies)


@st.fragment(run_every=LIVE)
@told
def _banner(replies: str) -> None:
    if trouble := engine_trouble():
        st.markdown(f":orange[:material/warning: **{trouble}**]")
    found = stops.active(store(), now())
    _follow([one["id"] for one in found], replies)
    for one in alerts.unseen(store()):
        _alert(one)
    if not found:
        return
    names = queries.members(store())
    loud = [one for one in found if one["needs_person"]]
    for one in loud:
        _loud(one, names)
    for one in found:
        if one not in loud:
            until = f" until {within(moment(one['until'], reader_zone(), now()))}" if one["until"] else ""
            st.caption(f":material/schedule: {literal(what(one, names))} waits{until}: {literal(one['reason'])}")


def engine_trouble() -> str:
    """Says when the engine was last seen, where it does not run: without it nothing leaves and nothing moves."""
    beat = last_beat(store(), store().now())
    if beat is None:
        return "No engine has run yet. Start it with `python -m engine`."
    if beat["alive"]:
        return ""
    return f"Engine last seen {ago(beat['seen_at'], store().now())}. Requests wait until it is back."


def _follow(ids: list[int], replies: str) -> None:
    """Never in the run that draws the page: a press that it is about to answer would be lost."""
    if _DRAWN not in st.session_state:
        st.session_state[_DRAWN] = (ids, replies)
    elif st.session_state[_DRAWN] != (ids, replies_title()):
        st.rerun()


def _loud(one: Row, names: dict[int, str]) -> None:
    said, button = _notice()
    said.markdown(
        f":red[:material/front_hand: **{literal(what(one, names))} is stopped.**] {literal(one['reason'].rstrip('.'))}."
        f" :gray[Nothing is lost: requests wait in the queue.]"
    )
    label = "Use again" if one["scope"] == "template" else "Lift the stop"
    button.button(label, key=f"lift-{one['id']}", on_click=lift, args=(one["id"],))


def _alert(one: Row) -> None:
    """What a provider said that concerns more than one message."""
    n, channel = one["messages"], Channel(one["channel"]).label
    since = within(moment(one["first_at"], reader_zone(), now()))
    said, button = _notice()
    said.markdown(
        f":orange[:material/notifications: **{literal(one['provider'].capitalize())} {literal(one['code'])}:"
        f" {literal(one['meaning'].rstrip('.'))}.**] {count(n)} {channel} {'message' if n == 1 else 'messages'}"
        f" since {literal(since)}. :gray[{_ADVICE[one['known']]}]"
    )
    button.button("Seen", key=f"seen-{one['id']}", on_click=_see, args=(one["id"],))


def _notice() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for a sentence and, at its right however long it is, a button."""
    with st.container(border=True):
        said, right = st.columns([5, 1], vertical_alignment="center")
    return said, right.container(horizontal_alignment="right")


_ADVICE = {
    True: "Look at the text and the sender before you ask more people.",
    False: "Askwell does not know this code: send this line to whoever looks after Askwell, who can add its meaning.",
}


def _see(id: int) -> None:
    alerts.see(store(), id, ACTOR, now())


def lift(id: int) -> None:
    with store().transaction() as work:
        stops.lift(work, id, ACTOR, now())


def put(scope: str, subject: str, reason: str) -> None:
    """Stops something at a person's word, until it is lifted."""
    channel = subject if scope == "channel" else None
    with store().transaction() as work:
        stops.stop(work, Stop(scope, subject, "person", reason or "No reason given", ACTOR, channel), now())


def recent() -> list[Row]:
    """What people decided lately, the newest first."""
    return audit.newest(store(), 50)
