"""The browser's Back leads to the page before as it was left: filters, period, page number.

Streamlit 1.67 leaves a page in several steps, and makes an entry of each: the old page without its filters, the new
page, then one for each filter that it kept. Back led to such a halfway house, whose bare address means no filters.
"""

from urllib.parse import parse_qs

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

SHARED = ("period", "days", "channel", "sender", "due")
"""Filters of the pages that have fields of the same name."""

# One act of a person makes at most one entry; what follows from it corrects that entry.
_JS = """
export default function () {
  const page = document.documentElement;
  if (page.dataset.oneEntry) return;
  page.dataset.oneEntry = "yes";
  let acted = false;
  for (const act of ["pointerdown", "click", "keydown"]) addEventListener(act, () => { acted = true; }, true);
  addEventListener("popstate", () => { acted = false; }, true);
  const push = history.pushState.bind(history);
  history.pushState = (...entry) => {
    if (acted) push(...entry);
    else history.replaceState(...entry);
    acted = false;
  };
}
"""
_mount = component("browser_history", html="", css="", js=_JS)


def one_entry_an_act() -> None:
    """To be called by every page, before anything may change the address."""
    _mount(key="browser-history")


def as_it_was_left(page: st.Page) -> None:
    """After Back or Forward: puts the filters back which Streamlit took for those of the page that was left."""
    run = get_script_run_ctx()
    if run is None or not run.is_history_navigation:
        return
    address = parse_qs(run.query_string)
    if set(address) <= set(st.query_params):
        return
    for name in SHARED:  # as they stand on the page that was left
        st.session_state.pop(name, None)
    st.switch_page(page, query_params=address)
