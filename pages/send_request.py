"""Ask one person for a review: the form on the left, on the right exactly what they will read."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import checks, commands
from data.checks import Checked
from data.commands import Ask
from data.lifecycle import Channel
from data.store import Row
from data.texts import Missing, Text, Unfit, link, new_token, write
from pages import asking, asking_rules
from pages.about_them import About, about
from pages.asking import When, beside
from pages.literal import literal
from pages.message_preview import link_note, preview
from pages.wording import CHANNEL_ICONS, moment, within
from pages.workspace import now, reader_zone, store, workspace

SECOND_PRESS = timedelta(seconds=2)  # a double click on a form that was just sent is not a new, empty one


@dataclass
class Form:
    """One form from blank to sent. Its token is the message's link and the key under which it is queued once."""

    token: str = field(default_factory=new_token)
    touched: set[str] = field(default_factory=set[str])
    pressed: bool = False

    def shows(self, name: str) -> bool:
        return self.pressed or name in self.touched


@dataclass(frozen=True, slots=True)
class Sent:
    """What is said about the request that was just queued."""

    name: str
    channel: Channel
    address: str
    due_at: datetime
    pressed_at: datetime


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it stands."""

    name: Checked
    phone: Checked
    email: Checked
    channel: Channel
    address: Checked
    template: Row | None
    sender: str
    when: When
    about: About

    def ask(self, sent_by: int, override: str | None) -> Ask | None:
        """What would be queued; None while the address or the template is missing."""
        if self.template is None or not self.address.value:
            return None
        return Ask(
            self.name.value, self.channel, self.address.value, sent_by, (self.template["id"], self.template["version"]),
            self.when.due_at, "manual", self.email.value or None, self.phone.value or None, f"form:{form().token}",
            override=override, place=self.about.place, visited_at=self.about.visited_at,
            agreed=self.about.agreed,
        )  # fmt: skip

    @property
    def text(self) -> Text | Missing | Unfit | None:
        if self.template is None:
            return None
        here = workspace()
        return write(
            self.template, self.name.value, self.sender, here.business_name, link(here.public_url, form().token)
        )

    @property
    def is_right(self) -> bool:
        checked = (self.name, self.phone, self.email, self.address)
        troubles = (*(one.trouble for one in checked), asking.sender_trouble(self.sender), self.when.trouble)
        if any(troubles) or self.about.troubles or self.template is None or not isinstance(self.text, Text):
            return False
        return asking.template_trouble(self.template) is None  # last, for it asks the store


def form() -> Form:
    """The one at hand; a new one where a drawer says whom to ask."""
    if person := st.session_state.pop("ask-person", None):
        st.session_state["ask-form"] = new = Form(touched=set(person))
        st.session_state.update({f"{name}-{new.token}": text for name, text in person.items()})
    return st.session_state.setdefault("ask-form", Form())


def _field(name: str, label: str, placeholder: str, kind: Literal["default", "phone", "email"], live: str) -> str:
    """A text field that remembers whether the person has been in it."""
    return st.text_input(
        label, key=f"{name}-{form().token}", type=kind, live=live, placeholder=placeholder, validate="",
        on_change=_touch, args=(name,), autocomplete="off", max_chars=320, persist_state="session",
    )  # fmt: skip


def _touch(name: str) -> None:
    form().touched.add(name)


def _typed(text: str, checked: Checked) -> Checked:
    return checked if text.strip() else Checked()


def fields(templates: list[Row]) -> Filled:
    """The form; every trouble stands beside its field once the person has been there."""
    shows, region = form().shows, workspace().region
    with st.container(gap="xsmall"):
        name = checks.name(_field("name", "Name", "Ann Lee", "default", "300ms"))
        beside(name.trouble if shows("name") else None)
        if name.value and not checks.is_name(name.value):
            st.caption("That is no name: the template's fallback takes its place.")
    left, right = (column.container(gap="xsmall") for column in st.columns(2))
    with left:
        typed_phone = _field("phone", "Phone", "+1 202 555 0143", "phone", "900ms")
        phone = _typed(typed_phone, checks.phone(typed_phone, region))
    with right:
        typed_email = _field("email", "Email", "ann@example.com", "email", "900ms")
        email = _typed(typed_email, checks.email(typed_email))
    phone_slot, email_slot = left, right
    channel = Channel(
        st.segmented_control(
            "Channel", list(Channel), default=Channel.SMS, key="ask-channel", required=True,
            persist_state="session", format_func=lambda one: f"{CHANNEL_ICONS[Channel(one)]} {Channel(one).label}",
        )
    )  # fmt: skip
    address = checks.address_for(channel, phone.value, email.value)
    _addresses(channel, phone, email, address, phone_slot, email_slot)
    left, right = (column.container(gap="xsmall") for column in st.columns(2))
    with left:
        template = asking.template_picker(templates, channel)
    with right:
        sender = asking.sender_picker()
        asking.beside_sender(sender, form().pressed)
    due = st.container(gap="xsmall")
    said = about(form().token, phone.value)
    with due:
        when = asking.when_picker(reader_zone(), form().token, visited_at=said.visited_at)
    return Filled(name, phone, email, channel, address, template, sender, when, said)


def _addresses(
    channel: Channel, phone: Checked, email: Checked, address: Checked, left: DeltaGenerator, right: DeltaGenerator
) -> None:
    """Trouble with what was typed, or with the one address that the channel cannot do without."""
    needed, other = ("email", "phone") if channel is Channel.EMAIL else ("phone", "email")
    found = {"phone": phone.trouble, "email": email.trouble}
    other_given = (phone if other == "phone" else email).value
    if not found[needed] and (form().shows(needed) or (form().shows(other) and other_given)):
        found[needed] = address.trouble
    for name, slot in (("phone", left), ("email", right)):
        if found[name] and (form().shows(name) or name == needed):
            with slot:
                beside(found[name])


def judged(filled: Filled) -> str | None:
    """Shows what the rules say; returns the reason for overriding them, if one was given."""
    ask = filled.ask(0, None)
    if ask is None:
        return None
    planned = asking_rules.planned(ask)
    reason = asking_rules.override(planned, form().token)
    asking_rules.outlook(asking_rules.planned(replace(ask, override=reason)) if reason else planned, filled.sender)
    return reason


def send(filled: Filled, override: str | None) -> None:
    """Queues the request once, however often the button was pressed, and lays out a blank form."""
    pressed_at = now()
    ask = filled.ask(asking.member_id(filled.sender), override) if filled.is_right else None
    planned = asking_rules.planned(ask) if ask else None
    if planned is None or planned.blocked:
        form().pressed = True
        st.rerun()
    one = planned.ask
    commands.ask(store(), [one], pressed_at, lambda: form().token)
    st.session_state["ask-sent"] = Sent(one.name, one.channel, one.address, one.leaves_at, pressed_at)
    st.session_state["ask-form"] = Form()
    st.rerun()


def said() -> None:
    """What became of the last press."""
    sent: Sent | None = st.session_state.get("ask-sent")
    if sent is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        later = sent.due_at - sent.pressed_at > timedelta(minutes=1)
        due = f", due {literal(within(moment(sent.due_at, reader_zone(), now())))}" if later else ""
        st.markdown(f":green[:material/check_circle:] Queued for **{literal(sent.name)}** by {sent.channel.label}{due}")
        st.page_link(
            "request_list.py",
            label="See it in Requests",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"q": sent.address},
        )


def is_second_press(filled: Filled) -> bool:
    sent: Sent | None = st.session_state.get("ask-sent")
    return bool(sent and not form().touched and now() - sent.pressed_at < SECOND_PRESS and not filled.name.value)


def shown(filled: Filled) -> None:
    """What the person will read, or why that cannot be written yet."""
    st.markdown("**Preview**")
    text = filled.text
    if isinstance(text, Text):
        preview(filled.channel, text, workspace().business_name, filled.address.value or filled.name.value)
        link_note()
    elif text is not None:
        with st.container(border=True):
            st.caption(literal(text.sentence))


def page() -> None:
    with st.container(gap=None):
        st.title("Send review request", anchor=False)
        st.caption("Ask one person. The preview is exactly what they get.")
    found = asking.templates()
    left, right = st.columns([3, 2], gap="large")
    with left:
        filled = fields(found)
        override = judged(filled)
        if st.button(
            "Send review request", type="primary", icon=":material/send:", disabled=filled.template is None,
            key=f"send-{form().token}",
        ) and not is_second_press(filled):  # fmt: skip
            send(filled, override)
        said()
    with right:
        shown(filled)


page()
