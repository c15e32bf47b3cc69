"""What a form says when somebody else has saved the same while it was open."""

from collections.abc import Iterable

import streamlit as st


def somebody_else_changed(what: Iterable[str], key: str) -> bool:
    """Says what holds by now; whether to begin again with that."""
    st.warning("Nothing was saved: somebody else has changed this meanwhile", icon=":material/group:")
    for one in what:
        st.text(one)
    return st.button("Begin again with what holds now", key=key)
