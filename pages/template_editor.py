"""Templates: what people read, written with a linter beside it; every change is a new version."""

import json
from typing import Any

import streamlit as st

from data import template_store
from data.lifecycle import Channel
from data.lint import Finding, lint
from data.store import Row
from data.template_store import Draft
from data.templates import FIELDS, problems, subject_problems
from data.texts import Text, link, unsubscribe_link, with_foot, write
from pages import asking
from pages.asking import beside
from pages.literal import literal
from pages.message_preview import preview
from pages.wording import ACTOR, CHANNEL_ICONS, count, exact
from pages.workspace import now, reader_zone, store, workspace

NEW = 0


def picker(rows: list[Row]) -> Row | None:
    """A template to change, or a new one."""
    by_id = {row["id"]: row for row in rows}
    chosen = st.selectbox(
        "Template", [NEW, *by_id], key="template-id", persist_state="session",
        format_func=lambda id: _title(by_id[id]) if id in by_id else "New template",
    )  # fmt: skip
    return by_id.get(chosen)


def _title(row: Row) -> str:
    return f"{Channel(row['channel']).label} · {row['name']} · version {row['version']}"


def form(row: Row | None) -> Draft:
    """The fields; they start from the version in use."""
    key = f"{row['id']}-{row['version']}" if row else "new"
    found: dict[str, Any] = dict(row or {})
    channel = Channel(found["channel"]) if row else _channel(key)
    name = st.text_input("Name", found.get("name", ""), key=f"name-{key}", max_chars=80, live="300ms") or ""
    subject = None
    if channel is Channel.EMAIL:
        subject = st.text_input(
            "Subject", found.get("subject") or "", key=f"subject-{key}", max_chars=150, live="300ms"
        )  # fmt: skip
    body = st.text_area("Text", found.get("body", ""), key=f"body-{key}", height=190) or ""
    st.caption("Fields: " + ", ".join(f"`{{{field}}}` {literal(what)}" for field, what in FIELDS.items()))
    approved = _approved(found, key) if channel is Channel.WHATSAPP else {}
    return Draft(channel, name.strip(), body.strip(), subject.strip() if subject else None, **approved)


def _channel(key: str) -> Channel:
    return Channel(
        st.segmented_control(
            "Channel", list(Channel), default=Channel.SMS, key=f"channel-{key}", required=True,
            format_func=lambda one: f"{CHANNEL_ICONS[Channel(one)]} {Channel(one).label}",
        )
    )  # fmt: skip


def _approved(found: dict[str, Any], key: str) -> dict[str, Any]:
    """What a provider needs of a template that Meta approved."""
    with st.expander("Approved WhatsApp template", expanded=bool(found.get("provider_name"))):
        st.caption("Outside a conversation WhatsApp takes only templates that Meta has approved.")
        name = st.text_input(
            "Its name at Meta, or its content SID at Twilio", found.get("provider_name") or "", key=f"wa-{key}"
        )
        language = st.text_input("Language", found.get("language") or "en", key=f"language-{key}", width=120)
        category = st.segmented_control(
            "Category", ["utility", "marketing"], default=found.get("category") or "utility", key=f"category-{key}",
            required=True, format_func=str.capitalize,
        )  # fmt: skip
        if category == "marketing":
            st.caption(":material/warning: Marketing templates are not delivered to US numbers; they are blocked.")
        kept: dict[str, str] = json.loads(found.get("variables") or "{}")
        table = st.data_editor(
            [{"variable": variable, "field": field} for variable, field in (kept or {"1": "first_name"}).items()],
            key=f"variables-{key}", num_rows="dynamic", hide_index=True,
            column_config={
                "variable": st.column_config.TextColumn("Variable"),
                "field": st.column_config.SelectboxColumn("Filled with", options=list(FIELDS)),
            },
        )  # fmt: skip
    variables = {str(one["variable"]): str(one["field"]) for one in table if one.get("variable") and one.get("field")}
    return {"provider_name": name.strip() or None, "language": language.strip() or "en", "category": category,
            "variables": variables or None}  # fmt: skip


def troubles(draft: Draft, findings: list[Finding]) -> list[str]:
    """What keeps the draft from being saved; fields, then what the linter refuses, then the law."""
    found = [] if draft.name else ["The template needs a name."]
    found += problems(draft.body, draft.channel)
    found += subject_problems(draft.subject or "") if draft.channel is Channel.EMAIL else []
    found += [f"{one.sentence}{_quoted(one)}. {one.suggestion}." for one in findings if one.refuses]
    if draft.channel is Channel.EMAIL and not workspace().business_address and _is_real():
        found.append("Emails need your postal address below them: set BUSINESS_ADDRESS.")
    return list(dict.fromkeys(found))


def _is_real() -> bool:
    return workspace().providers.get(Channel.EMAIL, "sandbox") != "sandbox"


def _quoted(one: Finding) -> str:
    return f" (“{one.words}”)" if one.words else ""


def shown(draft: Draft) -> None:
    """The message as Ann Lee would get it."""
    here = workspace()
    row = {"subject": draft.subject, "body": draft.body}
    text = write(row, "Ann Lee", "Sam Sender", here.business_name, link(here.public_url, "preview_"))
    if not isinstance(text, Text):
        st.caption(literal(text.sentence))
        return
    if draft.channel is Channel.EMAIL:
        foot = unsubscribe_link(here.public_url, "preview_")
        text = Text(with_foot(text.body, here.business_name, here.business_address, foot), text.subject)
    preview(draft.channel, text, here.business_name, "Ann Lee")


def actions(row: Row | None, draft: Draft, stops: list[str]) -> None:
    """Save and retire; unchanged there is nothing to save."""
    same = row is not None and (row["name"], row["body"], row["subject"]) == (draft.name, draft.body, draft.subject)
    same = same and draft.channel is not Channel.WHATSAPP
    with st.container(horizontal=True):
        label = f"Save as version {row['version'] + 1}" if row else "Save"
        if st.button(label, type="primary", key="save-template", disabled=bool(stops) or same):
            kept, version = template_store.save(store(), row["id"] if row else None, draft, ACTOR, now())
            st.session_state["template-note"] = f"Saved “{literal(draft.name)}”, version {version}."
            st.session_state["template-wanted"] = kept
            st.rerun()
        if row and st.button("Retire", key="retire-template", help="What was queued with it still leaves with it"):
            template_store.retire(store(), row["id"], ACTOR, now())
            st.session_state["template-wanted"] = NEW
            st.rerun()


def page() -> None:
    with st.container(gap=None):
        st.title("Templates", anchor=False)
        st.caption("What people read. Everybody gets the same question and the same link")
    asking.templates()
    rows = template_store.newest(store())
    if (wanted := st.session_state.pop("template-wanted", None)) is not None:
        st.session_state["template-id"] = wanted
    if note := st.session_state.pop("template-note", None):
        st.toast(note)
    left, right = st.columns([3, 2], gap="large")
    with left:
        row = picker(rows)
        draft = form(row)
        findings = lint(draft.body, draft.channel, workspace().business_name, draft.subject or "") if draft.body else []
        stops = troubles(draft, findings) if draft.body or draft.name else []
        for sentence in stops:
            beside(sentence)
        for one in findings:
            if not one.refuses:
                st.markdown(
                    f":small[:orange[:material/warning: {literal(f'{one.sentence}{_quoted(one)}. {one.suggestion}.')}]]"
                )
        actions(row, draft, stops if draft.body else ["empty"])
        if row:
            st.caption(f"Changed {exact(row['created_at'], reader_zone())} · used by {count(row['used'])} requests")
    with right:
        st.markdown("**Preview**")
        shown(draft)


page()
