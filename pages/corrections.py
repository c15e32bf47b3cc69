"""In the drawers: another name for a person, another time for an ask that waits."""

from datetime import datetime

import streamlit as st

from data import corrections
from pages.asking import at_time, beside
from pages.wording import ACTOR
from pages.workspace import now, reader_zone, store


def another_name(contact: int, name: str) -> None:
    """Corrects how a person is called."""
    with st.expander("Correct the name", icon=":material/edit:"):
        st.text_input("Name", name, key=f"rename-{contact}", max_chars=320)
        st.caption("What is queued goes out with the new name; what was sent, and its follow-ups, keep the old one.")
        st.button("Save", key=f"rename-save-{contact}", on_click=_rename, args=(contact,))
        beside(st.session_state.pop(f"rename-trouble-{contact}", None))


def _rename(contact: int) -> None:
    trouble = corrections.rename(store(), contact, str(st.session_state[f"rename-{contact}"]), ACTOR, now())
    if trouble:
        st.session_state[f"rename-trouble-{contact}"] = trouble
    else:
        st.session_state["note"] = "Saved."
        st.session_state["people_again"] = True


def another_time(request: int, due_at: datetime) -> None:
    """Asks at another time."""
    key = f"retime-{request}"
    with st.popover("Change time", key=f"{key}-pop", on_change="rerun"):  # or nothing but a click beside it closes it
        st.datetime_input(
            "Ask at", due_at.astimezone(reader_zone()).replace(tzinfo=None, second=0, microsecond=0), key=key,
            format="YYYY-MM-DD", step=300,
        )  # fmt: skip
        st.caption("Quiet hours and every other rule still apply.")
        st.button("Save", key=f"{key}-save", on_click=_change_time, args=(request, key))
        beside(st.session_state.pop(f"{key}-trouble", None))


def _change_time(request: int, key: str) -> None:
    wanted = at_time(st.session_state[key], now(), reader_zone())
    trouble = wanted.trouble or corrections.change_time(store(), request, wanted.due_at, ACTOR, now())
    st.session_state[f"{key}-trouble"] = trouble
    if not trouble:
        st.session_state[f"{key}-pop"] = False
        st.session_state["note"] = "Saved."  # the list says it, and shows the new time, when it looks again
