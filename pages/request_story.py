"""The side drawer: everything that happened to one request, in words."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from html import escape
from typing import Any

import streamlit as st

from data import commands, decisions, queries
from data.lifecycle import Channel
from data.texts import Text, link, write
from data.verdicts import RuleCode
from pages.ask_again import Person, ask_again, unreached
from pages.corrections import another_time
from pages.drawers import to_contact
from pages.literal import literal
from pages.stop_words import OVER, held_words
from pages.wording import ACTOR, CHANNEL_ICONS, exact, status_words, their_time, told
from pages.workspace import now, reader_zone, store, workspace
from pages.workspace import told as telling

LIVE = "2s"

# The list's own icons and colours for a status.
_BADGES: dict[str, tuple[str, Any]] = {
    "Queued": (":material/schedule:", "gray"),
    "Paused": (":material/pause:", "yellow"),
    "Sending": (":material/schedule:", "gray"),
    "Unsure": (":material/question_mark:", "violet"),
    "Sent": (":material/arrow_forward:", "gray"),
    "Delivered": (":material/check:", "blue"),
    "Opened": (":material/drafts:", "green"),
    "Read": (":material/done_all:", "green"),
    "Undelivered": (":material/warning:", "orange"),
    "Failed": (":material/close:", "red"),
    "Cancelled": (":material/remove:", "gray"),
}


def show(id: int) -> None:
    """Asks for the drawer of this request on the next run."""
    st.session_state["story"] = id
    st.session_state["page_again"] = True


def _close() -> None:
    st.session_state.pop("story", None)


def drawer() -> None:
    """Opens the drawer when a request was chosen."""
    id = st.session_state.get("story")
    if id is None:
        return
    with store().reading() as reading:
        found = queries.story(reading, id)
    if found is None:
        _close()
        return
    st.dialog("Review request", position="right", width=460, on_dismiss=_close)(_body)(id)


@st.fragment(run_every=LIVE)
@telling
def _body(id: int) -> None:
    """Everything as it stands now: it moves while people look."""
    with store().reading() as reading:
        found = queries.story(reading, id)
    if found is None:
        st.text("This request is not kept any more.")
        return
    request, zone = found["request"], reader_zone()
    channel = Channel(request["channel"])
    stopped = held_words([request["id"]], queries.members(store())).get(request["id"], "")
    label, why = status_words(request, stopped)
    with st.container(gap=None):
        st.html(
            f'<h3 dir="auto" style="margin: 0; padding: 0">{escape(request["contact_name"])}</h3>'
        )  # a name is no Markdown
        st.text(request["address"])
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(f"{CHANNEL_ICONS[channel]} {channel.label}", width="content")
            st.badge(label, icon=_BADGES[label][0], color=_BADGES[label][1])
            if st.button("Contact", icon=":material/person_search:", type="tertiary", key="to-contact"):
                to_contact(request["contact_id"])
    st.text(why)
    if request["visited_at"]:
        st.caption(f"Visited {literal(exact(request['visited_at'], zone))}")
    _decide(request)
    _ahead(request, zone, why, stopped)
    _again(request, channel)
    st.markdown("**What happened**")
    for happening in found["happenings"]:
        with st.container(gap=None):
            if happening["event"] == "overridden":  # kept once, for an erasure to find it
                happening |= {"detail": request["override"]}
            st.text(told(happening, request["sender"] or ""))
            st.caption(exact(happening["happened_at"], zone))
    for message in found["messages"]:
        _message(message, request)


def _decide(request: dict[str, Any]) -> None:
    """Nobody knows whether it left: a person may look it up at the provider and say."""
    if request["status"] != "unsure":
        return
    with st.container(border=True):
        st.caption(
            "It was handed over and no answer came. Look it up at the provider, or ask the person, then decide:"
            " it is never sent again by itself."
        )
        with st.container(horizontal=True):
            asked = ([request["id"]], ACTOR)
            st.button("Mark as sent", key="mark-sent", on_click=_act, args=(decisions.mark_sent, *asked))
            st.button("Resend", key="resend", on_click=_act, args=(decisions.resend, *asked))


# The list refreshes itself; run again with the whole page, it would close the drawer for a second.
def _act(decide: Callable[..., int], requests: list[int], actor: str) -> None:
    decide(store(), requests, actor, now(), workspace().timezone)


def _ahead(request: dict[str, Any], zone: tzinfo, why: str, stopped: str) -> None:
    """What is still to come, on both clocks, and the way to stop it; `why` has been said, and the stop it waits for."""
    waits = request["status"] == "queued"
    if not waits and request["next_at"] is None:
        return
    with st.container(border=True):
        when = request["due_at"] if waits else request["next_at"]
        step = "Due" if waits else f"Follow-up {request['next_number']} by {Channel(request['next_channel']).label}"
        st.markdown(f"**{step}** {literal(exact(when, zone))}")
        if theirs := their_time(when, request["zones"], request["zone_source"]):
            st.caption(f"Their time: {literal(theirs)}")
        for reason in (stopped, request["hold_reason"]):
            if reason and reason not in why:
                st.caption(literal(reason))
        if request["hold_code"] == RuleCode.REFUSAL:
            st.page_link("reply_triage.py", label="Read their reply and decide", icon=":material/forum:")
        if request["override"]:
            st.caption(f"Overridden: {literal(request['override'])}")
        with st.container(horizontal=True):
            _buttons(request, when if waits else None, stopped)


def _buttons(request: dict[str, Any], due: datetime | None, stopped: str) -> None:
    """What may be done about an ask that is `due`, or about follow-ups where there is no such time."""
    ids = [request["id"]]
    if request["paused"]:
        st.button("Resume", key="resume", on_click=_set_paused, args=(commands.resume, ids))
    else:
        st.button("Pause", key="pause", on_click=_set_paused, args=(commands.pause, ids))
    kept = f"It leaves {OVER}" if stopped else "Resume it first" if request["paused"] else ""
    st.button(
        "Send now", key="send-now", on_click=_send_now, args=(ids,), disabled=bool(kept),
        help=kept or "Every rule still applies",
    )  # fmt: skip
    if due:
        another_time(request["id"], due)
    st.button("Cancel" if due else "Stop follow-ups", key="cancel", on_click=_cancel, args=(ids,))


def _again(request: dict[str, Any], channel: Channel) -> None:
    """Not for whoever still waits to be asked, nor for whoever was erased."""
    if request["status"] != "queued" and (request["contact_phone"] or request["contact_email"]):
        by_email = channel is Channel.EMAIL
        phone = request["contact_phone"] if by_email else request["address"]
        email = request["address"] if by_email else request["contact_email"]
        person = Person(request["contact_name"], phone, email, channel, unreached(request))
        ask_again(person, str(request["id"]))


def _set_paused(act: Callable[..., set[int]], ids: list[int]) -> None:
    act(store(), ids, ACTOR, now())


def _send_now(ids: list[int]) -> None:
    decisions.send_now(store(), ids, ACTOR, now())


def _cancel(ids: list[int]) -> None:
    decisions.cancel(store(), ids, ACTOR, now(), workspace().timezone)


_NOT_SENT = {"queued": "Not sent yet", "cancelled": "Never sent"}


def _message(message: dict[str, Any], request: dict[str, Any]) -> None:
    name = f"Follow-up {message['number']}" if message["number"] else "Message"
    not_sent = _NOT_SENT.get(message["status"])
    st.markdown(f"**{name}**" + (f" :gray[{not_sent}]" if not_sent else ""))
    text = write(
        message, request["contact_name"], request["sender"] or "", workspace().business_name,
        link(workspace().public_url, message["token"], message["id"]),
    )  # fmt: skip
    with st.container(border=True, gap="xsmall", key=f"message-{message['id']}"):
        if isinstance(text, Text):
            if text.subject:
                st.markdown(f"**{literal(text.subject)}**")
            st.text(text.body)
        else:
            st.text(text.sentence)
    st.caption(f"Request {request['id']} · message {message['id']} · template version {message['template_version']}")
