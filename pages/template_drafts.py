"""What this session has typed into templates and not saved: kept while people look elsewhere, and how to give it up."""

import streamlit as st

from data.template_store import Kept

_BEGUN = "template-drafts"  # in the session: by template, the version that was begun from
_ROUNDS = "template-rounds"  # in the session: by template, how often its fields were begun anew


def key_of(what: str, version: int = 0) -> str:
    """Tells the fields of a template, or of a new one (`what`), from all others and from what was given up."""
    return f"{what}-{version}-{st.session_state.get(_ROUNDS, {}).get(what, 0)}"


def note(what: str, version: int, *, typed: bool) -> None:
    """Remembers whether there is something that is not saved."""
    begun = st.session_state.setdefault(_BEGUN, {})
    if typed:
        begun[what] = version
    else:
        begun.pop(what, None)


def begun(id: int) -> Kept | None:
    """The version whose text is half changed."""
    version = st.session_state.get(_BEGUN, {}).get(str(id))
    return Kept(id, version) if version else None


def give_up(what: str) -> None:
    """The fields begin anew with what is kept."""
    rounds = st.session_state.setdefault(_ROUNDS, {})
    rounds[what] = rounds.get(what, 0) + 1
    st.session_state.get(_BEGUN, {}).pop(what, None)
