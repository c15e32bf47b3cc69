"""From one page's drawer to the other's."""

import streamlit as st


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
