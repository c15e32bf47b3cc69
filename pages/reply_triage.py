"""Answers in people's own words: a person reads them and decides, likely refusals first."""

import streamlit as st

from data import refusals, replies
from data.lifecycle import Channel
from data.refusal_words import ELSEWHERE
from data.store import Row
from pages import contact_drawer
from pages.empty import empty
from pages.literal import literal
from pages.wording import ACTOR, CHANNEL_ICONS, count, exact
from pages.workspace import now, reader_zone, store, told, workspace

LIVE = "5s"
_SHOWN = 50
_VERDICTS = {
    "opted_out": ("Opted out", ":material/block:", "Never write to this person again, by no address of theirs"),
    "wrong_person": ("Wrong person", ":material/person_off:", "Never write to this address again"),
    "fine": ("All fine", ":material/check:", "What was held back goes on"),
}


@st.fragment(run_every=LIVE)
@told
def listing() -> None:
    """What waits, refreshed while people look."""
    if st.session_state.pop("people_again", False):
        st.rerun()
    found = replies.waiting(store())
    with st.container(gap=None):
        st.title(f"Replies ({count(len(found))})" if found else "Replies", anchor=False)
        st.caption(
            "What people texted besides STOP and START; replies to emails are in your mailbox."
            " What looks like a refusal holds their queue until you decide."
        )
    if not found:
        with empty("No reply waits", "New ones appear here by themselves, the likely refusals first."):
            pass
    for reply in found[:_SHOWN]:
        _reply(reply)
    if len(found) > _SHOWN:
        st.caption(f"… and {count(len(found) - _SHOWN)} more after these.")
    if note := st.session_state.pop("note", None):
        st.toast(note)


def _reply(reply: Row) -> None:
    with st.container(border=True):
        if heading := _heading(reply):
            st.markdown(heading)
        st.text(reply["body"])
        channel = Channel(reply["channel"])
        who = literal(reply["contact_name"] or "Somebody unknown")
        when = exact(reply["received_at"], reader_zone())
        st.caption(f"{CHANNEL_ICONS[channel]} {who} · {literal(reply['address'])} · {when}")
        with st.container(horizontal=True):
            for verdict, (label, icon, help) in _VERDICTS.items():
                st.button(
                    label, icon=icon, help=help, key=f"{verdict}-{reply['id']}", on_click=_decide,
                    args=(reply["id"], verdict),
                )  # fmt: skip
            if reply["contact_id"]:
                st.button(
                    "Open contact", type="tertiary", key=f"open-{reply['id']}", on_click=contact_drawer.show,
                    args=(reply["contact_id"],),
                )  # fmt: skip


def _heading(reply: Row) -> str:
    """What an answer that is held back looks like, or that it asks for help; empty for any other."""
    answer = reply["body"]
    if reply["keyword"] == "help":
        return ":material/help: Asks for help: tell them who you are and that STOP ends it"
    if not refusals.is_refusal(answer):
        return ""
    if refusals.is_refusal(ELSEWHERE.sub("", answer)):
        return ":red[:material/front_hand: Looks like a refusal]"
    return ":red[:material/person_off: Looks like a wrong number or person]"


def _decide(id: int, verdict: str) -> None:
    done = replies.decide(store(), id, verdict, ACTOR, now(), workspace().timezone)
    st.session_state["people_again"] = True  # the navigation counts them, too
    label = _VERDICTS[verdict][0]
    st.session_state["note"] = f"{label}: noted." if done else "Somebody has decided about this reply already."


listing()
contact_drawer.drawer()
