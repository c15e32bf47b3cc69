"""A text area that tells what is typed while it is typed; Streamlit's own waits until the person leaves it."""

import streamlit as st
from streamlit.components.v2 import component

# Ctrl+Enter is how a text area hands over its text: it is pressed for the person whenever they pause.
_JS = """
export default function ({ data }) {
  const area = document.querySelector(`.st-key-${data.key} textarea`);
  if (!area || area.dataset.live) return;
  area.dataset.live = "yes";
  let pause;
  area.addEventListener("input", (event) => {
    clearTimeout(pause);
    if (event.isComposing) return;
    const enter = { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true };
    pause = setTimeout(() => area.dispatchEvent(new KeyboardEvent("keydown", enter)), 300);
  });
}
"""
_mount = component("live_text", html="", css="", js=_JS)


def live_text_area(label: str, value: str, *, key: str, limit: int, height: int, help: str) -> str:
    """The text as it stands; `limit` in characters, `height` in pixels."""
    with st.container(key=f"live-{key}", gap=None):
        text = st.text_area(label, value, key=key, max_chars=limit, height=height, help=help)
        _mount(key=f"watch-{key}", data={"key": f"live-{key}"})
    return text or ""
