"""One template in the making: the text on the left with what is wrong with it, on the right how it will be read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from data import queries
from data.lifecycle import Channel
from data.template_store import NAME_LIMIT, Draft, Kept, NotKept, keep, retire, unusable
from data.texts import PREVIEW, Text, link, lint, write
from data.texts.lint import Finding
from data.texts.lint_rules import Severity
from data.texts.templates import FIELDS, SUBJECT_LIMIT, TEXT_LIMIT
from data.texts.whatsapp import texts_of
from pages import template_drafts
from pages.asking import beside
from pages.literal import literal
from pages.live_text import live_text_area
from pages.message_preview import link_note, preview
from pages.template_history import history
from pages.whatsapp_fields import whatsapp_fields
from pages.wording import ACTOR, CHANNEL_ICONS
from pages.workspace import now, store, workspace

OPENED = "template-opened"  # in the session: the version that is edited
_SAMPLE = "Ann Lee"


@dataclass(frozen=True, slots=True)
class Open:
    """What is being edited: a version of a template, or a new one; `key` tells its fields from those of others."""

    start: Draft
    kept: Kept | None

    @property
    def what(self) -> str:
        return str(self.kept.id) if self.kept else f"new-{self.start.channel}"

    @property
    def version(self) -> int:
        return self.kept.version if self.kept else 0

    @property
    def key(self) -> str:
        return template_drafts.key_of(self.what, self.version)


def is_shown(kept: Kept) -> bool:
    """Whether its fields stood on the page until now."""
    return f"save-{template_drafts.key_of(str(kept.id), kept.version)}" in st.session_state  # fields stay there


def edit(start: Draft, kept: Kept | None, leave: Callable[[], None]) -> None:
    """The editor; `leave` goes back to the list."""
    one = Open(start, kept)
    st.button("Templates", icon=":material/arrow_back:", type="tertiary", on_click=leave, key="back")
    _title(one)
    left, right = st.columns([3, 2], gap="large")
    with left:
        draft = _fields(one)
        template_drafts.note(one.what, one.version, typed=draft != one.start)
        findings = _look(draft)
        _shown(findings)
        _buttons(one, draft, findings)
        if one.kept:
            history(one.kept.id, partial(_keep, one))
    with right:
        _preview(draft)


def _title(one: Open) -> None:
    channel = one.start.channel
    with st.container(gap=None):
        st.title(one.start.name or f"New template for {channel.label}", anchor=False)
        version = f"version {one.kept.version}" if one.kept else "not kept yet"
        st.caption(f"{CHANNEL_ICONS[channel]} {channel.label} · {version}")


def _fields(one: Open) -> Draft:
    start, key = one.start, one.key
    name = st.text_input(
        "Name", start.name, key=f"name-{key}", max_chars=NAME_LIMIT, live="300ms", persist_state="session"
    )
    subject = start.subject
    if start.channel is Channel.EMAIL:
        subject = st.text_input(
            "Subject",
            start.subject or "",
            key=f"subject-{key}",
            max_chars=SUBJECT_LIMIT,
            live="300ms",
            persist_state="session",
        )
    fields = "  \n".join(f"`{{{field}}}` {meaning}" for field, meaning in FIELDS.items())
    body = live_text_area(
        "Text", start.body, key=f"body-{key}", limit=TEXT_LIMIT[start.channel], height=220,
        help=f"{fields}  \n`{{first_name|there}}` says “there” to whoever has no name",
    )  # fmt: skip
    st.caption(f"Fields: {' '.join(f'`{{{field}}}`' for field in FIELDS)}, with a fallback where one may be missing")
    draft = replace(start, name=name or "", subject=subject, body=body)
    return whatsapp_fields(draft, key) if start.channel is Channel.WHATSAPP else draft


def _look(draft: Draft) -> tuple[Finding, ...]:
    here = workspace()
    return lint.look(
        draft.channel, draft.body, draft.subject or "", here.business_name, link(here.public_url, PREVIEW),
        texts_of(draft.variables),
    )  # fmt: skip


def _shown(findings: tuple[Finding, ...]) -> None:
    """What is refused and what is unwise, each with its words."""
    with st.container(gap="xsmall"):
        for one in findings:
            colour, icon = ("red", "block") if one.severity is Severity.REFUSE else ("orange", "warning")
            words = f"**“{literal(one.words)}”** " if one.words else ""
            said = f"{words}{literal(one.sentence)} :gray[{literal(one.suggestion)}]"
            st.markdown(f":small[:{colour}[:material/{icon}:] {said}]")
        if not findings:
            st.markdown(":small[:green[:material/check_circle:] Nothing to object to]")


def _buttons(one: Open, draft: Draft, findings: tuple[Finding, ...]) -> None:
    refused = any(finding.severity is Severity.REFUSE for finding in findings)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Save new version" if one.kept else "Save template", type="primary", icon=":material/save:",
            disabled=refused or bool(one.kept and draft == one.start), key=f"save-{one.key}",
        )  # fmt: skip
        if draft != one.start:
            st.button(
                "Discard changes", type="tertiary", icon=":material/undo:", key=f"discard-{one.key}",
                on_click=template_drafts.give_up, args=(one.what,),
            )  # fmt: skip
        if one.kept:
            _retiring(one.kept)
    if pressed:
        _keep(one, draft)
        st.rerun()
    for trouble in st.session_state.pop("template-refused", ()):
        beside(trouble)
    if st.session_state.pop("template-saved", None) == one.key:
        st.markdown(
            ":green[:material/check_circle:] Saved. New requests use it, and so does what waited for a better text."
        )


def _keep(one: Open, draft: Draft) -> None:
    """Makes it the newest version, or says on the next run what the linter refuses, in old versions too."""
    found = keep(store(), draft, workspace().business_name, ACTOR, now(), one.kept)
    if isinstance(found, NotKept):
        st.session_state["template-refused"] = found.sentences
        return
    template_drafts.give_up(one.what)
    st.session_state["template-saved"] = Open(draft, found).key
    st.session_state[OPENED] = found
    st.query_params["template"] = str(found.id)


def _retiring(kept: Kept) -> None:
    with st.popover("Retire", icon=":material/archive:"):
        st.caption("Nobody can be asked with it any more. Requests that are queued still go out with it.")
        if st.button("Retire this template", icon=":material/archive:", key=f"retire-{kept.id}"):
            refused = retire(store(), kept.id, ACTOR, now())
            if refused is None:
                st.query_params.pop("template", None)
                st.rerun()
            beside(" ".join(refused.sentences))


def _preview(draft: Draft) -> None:
    """As one person would read it; an email with the foot that is added to each."""
    here = workspace()
    with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute"):
        st.markdown("**Preview**")
        name = st.text_input("As read by", _SAMPLE, key="preview-name", live="300ms", max_chars=200, width=220)
    sender = next(iter(queries.members(store()).values()), "Sam")
    row = {"channel": draft.channel, "subject": draft.subject, "body": draft.body}
    text = write(row, name or "", sender, here.business_name, link(here.public_url, PREVIEW))
    if not isinstance(text, Text):
        with st.container(border=True):
            st.caption(literal(text.sentence))
        return
    preview(draft.channel, text, here.business_name, "")
    link_note()
    if draft.channel is Channel.EMAIL:
        _foot_note()


def _foot_note() -> None:
    here = workspace()
    st.caption("The foot is added to every email: who writes, from where, and how to hear no more.")
    beside(unusable(Channel.EMAIL, here.providers["email"], None, here.business_address))
    if not here.business_address:
        st.markdown(
            ":small[:orange[:material/warning:] There is no postal address: set BUSINESS_ADDRESS. Only the sandbox "
            "takes emails without one.]"
        )
