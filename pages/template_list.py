"""The templates of each channel; one of them, or a new one, opens in the editor. Which one is in the address."""

from functools import partial

import streamlit as st

from data.lifecycle import Channel
from data.store import Row
from data.template_store import Draft, Kept, draft_of, in_use, versions
from data.texts.starters import STARTERS
from pages import asking
from pages.literal import literal
from pages.template_drafts import begun
from pages.template_editor import OPENED, edit, is_shown
from pages.wording import CHANNEL_ICONS, count, moment
from pages.workspace import now, reader_zone, store

_NEW = "new-"
RETIRED = "This template was retired meanwhile. Nothing was saved; write a new one to use its text again."


def listed(rows: list[Row]) -> None:
    """Each channel with its templates."""
    with st.container(gap=None):
        st.title("Templates", anchor=False)
        st.caption("What people read. A change is a new version: messages keep the one they were sent with.")
    for channel in Channel:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(f"{CHANNEL_ICONS[channel]} {channel.label}", anchor=False)
            st.button(
                "New", icon=":material/add:", key=f"new-{channel}", on_click=partial(go_to, f"{_NEW}{channel}"),
                help=f"Write a template for {channel.label}",
            )  # fmt: skip
        own = [row for row in rows if row["channel"] == channel]
        for row in own:
            _card(row)
        if not own:
            st.caption(f"No template for {channel.label} yet: nobody can be asked by it.")


def _card(row: Row) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{literal(row['name'])}** {_state(row)}")
            st.caption(literal(_beginning(row["body"])))
            st.caption(f"Version {row['version']} · {literal(_changed(row))} · {_used(row)}")
        st.button("Edit", icon=":material/edit:", key=f"edit-{row['id']}", on_click=partial(go_to, str(row["id"])))


def _state(row: Row) -> str:
    states = [":red-badge[:material/block: Cannot be sent]"] if asking.template_trouble(row) else []
    return " ".join(states + ([":orange-badge[:material/edit: Not saved]"] if begun(row["id"]) else []))


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else f"{line[:109].rstrip()}…"


def _changed(row: Row) -> str:
    return moment(row["created_at"], reader_zone(), now())


def _used(row: Row) -> str:
    return f"{count(row['sent_lately'])} sent in 30 days" if row["sent_lately"] else "not sent in 30 days"


def _blank(channel: Channel) -> Draft:
    """A new template begins with the text of a starter."""
    starter = next(one for one in STARTERS if one.channel is channel)
    return Draft(channel, "", starter.text, starter.subject or None)


def go_to(what: str | None) -> None:
    if what:
        st.query_params["template"] = what
    else:
        st.query_params.pop("template", None)


def _opened(newest: Row) -> Row:
    """The version that was opened here: when somebody saves another meanwhile, what is typed must not vanish."""
    opened: Kept | None = st.session_state.get(OPENED)
    mine = opened if opened and opened.id == newest["id"] and is_shown(opened) else begun(newest["id"])
    row = newest
    if mine and mine.version != newest["version"]:
        row = next(one for one in versions(store(), mine.id) if one["version"] == mine.version)
    st.session_state[OPENED] = Kept(row["id"], row["version"])
    return row


def page() -> None:
    asking.templates()  # a workspace that never had any starts with ours
    wanted, rows = st.query_params.get("template", ""), in_use(store(), now())
    new = wanted.removeprefix(_NEW)
    row = next((one for one in rows if str(one["id"]) == wanted), None)
    if row:
        row = _opened(row)
        edit(draft_of(row), Kept(row["id"], row["version"]), partial(go_to, None))
    elif wanted.startswith(_NEW) and new in list(Channel):
        edit(_blank(Channel(new)), None, partial(go_to, None))
    else:
        if wanted.isdecimal() and len(wanted) < 10 and versions(store(), int(wanted)):
            st.warning(RETIRED, icon=":material/archive:")
        listed(rows)


page()
