"""The frame of every page: name, navigation, whether the engine is alive. Streamlit runs it for each page."""

from pathlib import Path

import streamlit as st

from data.store import StoreUnavailable
from pages.browser_history import as_it_was_left, one_entry_an_act
from pages.directory import PAGES
from pages.literal import literal
from pages.replies_waiting import replies_title
from pages.stop_banner import banner, engine_trouble
from pages.workspace import store, tell, told, workspace

SIDEBAR = 216  # pixels: the rest is for the page, which counts on a small laptop

STYLE = Path(__file__).with_name("console.css")
BRAND = Path(__file__).parent / "static/brand"
LOGO = BRAND / ("askwell-dark.svg" if st.context.theme.type == "dark" else "askwell-light.svg")

st.set_page_config(
    page_title="Askwell", page_icon=str(BRAND / "icon.svg"), layout="wide", initial_sidebar_state=SIDEBAR
)
st.html(STYLE)
st.logo(str(LOGO), size="large", icon_image=str(BRAND / "icon.svg"))

replies = replies_title()
titles = {"reply_triage.py": replies}
page = st.navigation(
    {
        part: [
            st.Page(
                one.file, title=titles.get(one.file, one.title), icon=one.icon, url_path=one.address or None,
                default=not one.address,
            )
            for one in listed
        ]
        for part, listed in PAGES.items()
    }
)  # fmt: skip


@st.fragment(run_every="5s")
@told
def engine_state() -> None:
    """Whether the engine runs; where it does not, the banner says so too, for a phone folds this away."""
    if trouble := engine_trouble():
        st.caption(f":material/warning: {trouble}")
    else:
        st.caption(f":material/check_circle: Engine running. {_played()}".rstrip())


def _played() -> str:
    """What reaches nobody."""
    if set(workspace().providers.values()) == {"sandbox"}:
        return "Sandbox: nothing leaves this machine."
    played = [channel.label for channel in workspace().played]
    verb, pronoun = ("play", "them") if len(played) > 1 else ("plays", "it")
    return f"{' and '.join(played)} only {verb}: nobody gets what goes by {pronoun}." if played else ""


try:
    store()
    with st.sidebar:
        with st.container(gap=None):
            one_entry_an_act()
            st.caption(literal(workspace().business_name))
        engine_state()
    as_it_was_left(page)
    banner(replies)
    page.run()
except StoreUnavailable as trouble:
    tell(trouble)
