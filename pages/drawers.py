"""From one page's drawer to another page."""

import streamlit as st

from data.lifecycle import Channel


def to_request(id: int) -> None:
    """Leaves for Requests, with this one's drawer open."""
    st.session_state.pop("person", None)
    st.session_state["story"] = id
    st.switch_page("request_list.py", query_params={})  # or bound filters go along


def to_contact(id: int) -> None:
    """Leaves for Contacts, with this person's drawer open."""
    st.session_state.pop("story", None)
    st.session_state["person"] = id
    st.switch_page("contact_list.py", query_params={})


def to_send(name: str, phone: str, email: str, channel: Channel) -> None:
    """Leaves for Send, with this person in its form."""
    for key in ("person", "story", "ask-sent"):
        st.session_state.pop(key, None)
    st.session_state["ask-person"] = {"name": name, "phone": phone, "email": email}
    st.session_state["ask-channel"] = channel
    st.switch_page("send_request.py", query_params={})
