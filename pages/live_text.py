"""A text area that tells what is typed while it is typed; Streamlit's own waits until the person leaves it."""

import streamlit as st
from streamlit.components.v2 import component

# Ctrl+Enter is how a text area hands over its text: it is pressed for the person whenever they pause. The document
# listens, once for all: the text area itself may be drawn later than this, or anew.
_JS = """
export default function () {
  const page = document.documentElement;
  if (page.dataset.liveText) return;
  page.dataset.liveText = "yes";
  const pauses = new WeakMap();
  const typed = ({ target: area, isComposing }) => {
    if (!area.matches('[class*="st-key-live-"] textarea')) return;
    clearTimeout(pauses.get(area));
    if (isComposing) return;
    const enter = { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true };
    pauses.set(area, setTimeout(() => area.dispatchEvent(new KeyboardEvent("keydown", enter)), 300));
  };
  document.addEventListener("input", typed);
  document.addEventListener("compositionend", typed);
  typed({ target: document.activeElement });  // what was typed before this was loaded
}
"""
_mount = component("live_text", html="", css="", js=_JS)


def live_text_area(label: str, value: str, *, key: str, limit: int, height: int, help: str) -> str:
    """The text as it stands; `limit` in characters, `height` in pixels."""
    with st.container(key=f"live-{key}", gap=None):
        text = st.text_area(label, value, key=key, max_chars=limit, height=height, help=help, persist_state="session")
        _mount(key=f"watch-{key}")
    return text or ""
