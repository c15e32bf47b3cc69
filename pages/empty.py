"""An empty list says why it is empty and what to do next."""

from collections.abc import Generator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def empty(title: str, caption: str = "") -> Generator[None]:
    """A frame with a heading and a sentence; what is written in the `with` block, such as a link, stands below."""
    with st.container(border=True, horizontal_alignment="center"):
        st.space("medium")
        st.markdown(f"**{title}**", width="content", text_alignment="center")
        if caption:
            st.caption(caption, width="content", text_alignment="center")
        yield
        st.space("medium")
