"""The side drawer: everything that happened to one request, in words."""

from html import escape
from typing import Any

import streamlit as st

from data import queries
from data.lifecycle import Channel
from data.texts import Text, link, write
from pages.wording import CHANNEL_ICONS, exact, status_words, told
from pages.workspace import reader_zone, store, workspace


def show(id: int) -> None:
    """Asks for the drawer of this request on the next run."""
    st.session_state["story"] = id
    st.session_state["page_again"] = True


def _close() -> None:
    st.session_state.pop("story", None)


def drawer() -> None:
    """Opens the drawer when a request was chosen."""
    id = st.session_state.get("story")
    if id is None:
        return
    with store().reading() as reading:
        found = queries.story(reading, id)
    if found is None:
        _close()
        return
    st.dialog("Review request", position="right", width=460, on_dismiss=_close)(_body)(found)


def _body(found: dict[str, Any]) -> None:
    request, zone = found["request"], reader_zone()
    channel = Channel(request["channel"])
    label, why = status_words(request)
    with st.container(gap=None):
        st.html(f'<h3 dir="auto">{escape(request["contact_name"])}</h3>')  # a name is no Markdown
        st.text(request["address"])
        st.caption(f"{CHANNEL_ICONS[channel]} {channel.label} · {label}")
    st.text(why)
    st.markdown("**What happened**")
    for happening in found["happenings"]:
        with st.container(gap=None):
            st.text(told(happening, request["sender"] or ""))
            st.caption(exact(happening["happened_at"], zone))
    if request["status"] == "queued":
        st.caption(f"Due {exact(request['due_at'], zone)}")
    for message in found["messages"]:
        _message(message, request)


def _message(message: dict[str, Any], request: dict[str, Any]) -> None:
    st.markdown("**Message**" if not message["number"] else f"**Follow-up {message['number']}**")
    text = write(
        message, request["contact_name"], request["sender"] or "", workspace().business_name,
        link(workspace().public_url, message["token"], message["id"]),
    )  # fmt: skip
    if isinstance(text, Text):
        if text.subject:
            st.text(text.subject)
        st.text(text.body)
    else:
        st.text(text.sentence)
    st.caption(f"Request {request['id']} · message {message['id']} · template version {message['template_version']}")
