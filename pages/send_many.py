"""Ask many people at once: drop a CSV, see what becomes of each row, then queue."""

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import imported, imports
from data.checks.typed import shortened
from data.csvfile.columns import Mapping
from data.csvfile.rows import AUTO, CheckedRow
from data.drip import Drip, taken
from data.imports import Plan, Wording
from data.lifecycle import Channel
from data.store import Row
from data.texts import PREVIEW, Text, link, new_token, write
from pages import asking
from pages.asking import beside
from pages.asking_rules import setting
from pages.import_file import SAMPLE, drop, file_card, mapping_card
from pages.import_job import Checking, Dropped, Import, Queueing, Result, another, current
from pages.import_never import never_ask
from pages.import_outlook import drip_picker, looked_at, outlook, schedule
from pages.import_verdict import NOT_SENT, rejects_button, rows_behind, table, tiles
from pages.literal import literal
from pages.message_preview import link_note, preview
from pages.wording import CHANNEL_ICONS, count, requests
from pages.workspace import now, reader_zone, store, workspace

_SOMEBODY = "Samantha"  # until a sender is chosen: a name as long as most, of letters that cost no more than most
_CHANNELS = (AUTO, *(channel.value for channel in Channel))


def title() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(gap=None):
            st.title("Import", anchor=False)
            st.caption("Ask everybody in a CSV; nothing is queued before you have seen what becomes of each row")
        st.download_button(
            "Sample CSV", SAMPLE.read_bytes, file_name="sample.csv", mime="text/csv", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip


def check(dropped: Dropped, mapping: Mapping, channel: str, templates: list[Row]) -> Checking:
    """Checks what is left to check, showing how far it is; picks up where a rerun interrupted it."""
    names = tuple(sorted({row["name"] for row in templates}))
    fresh = Checking.of(dropped, mapping, workspace().region, channel, names, workspace().timezone)
    job = current()
    if job.checking is None or job.checking.question != fresh.question:
        job.checking, job.planned = fresh, None
    checking, bar = job.checking, st.empty()
    while not checking.is_done:
        done = len(checking.verdicts)
        bar.progress(done / checking.total, f"Checking {count(done)} of {count(checking.total)} rows")
        checking.step(store())
    bar.empty()
    return checking


def template_pickers(checking: Checking, templates: list[Row]) -> dict[Channel, Row]:
    """A template for each channel that occurs."""
    chosen: dict[Channel, Row] = {}
    for channel in Channel:
        if channel in checking.channels:
            row = asking.template_picker(templates, channel, f"{channel.label} template")
            chosen |= {channel: row} if row else {}
    return chosen


def first_of_each(firsts: dict[Channel, CheckedRow], wording: Wording) -> None:
    """What the first person of each channel will read."""
    with st.expander("What they will read"):
        for (channel, person), column in zip(firsts.items(), st.columns(len(firsts)), strict=True):
            template, address = wording.template(person), link(wording.public_url, PREVIEW)
            text = template and write(template, person.name, wording.sender, wording.business, address)
            if isinstance(text, Text):
                with column:
                    preview(channel, text, wording.business, person.name or person.address)
        link_note()


@dataclass(frozen=True, slots=True)
class Manner:
    """How the people of a file are to be asked, as it was chosen beside its columns."""

    channel: str
    sender: str
    sender_trouble: str | None
    when: asking.When
    drip: Drip | None
    drip_trouble: str | None

    @property
    def is_sound(self) -> bool:
        return not self.when.trouble and not self.drip_trouble


def how_to_ask(job: Import) -> tuple[Manner, DeltaGenerator]:
    """The choices, and the place among them where templates are picked once it is known which are needed."""
    st.markdown("**How to ask**")
    channel = st.segmented_control(
        "Channel", _CHANNELS, default=AUTO, key=job.key("channel"), required=True, format_func=_channel_label,
        help="For rows that name none. Auto: SMS where there is a phone number that may be texted, else email.",
        persist_state="session",
    )  # fmt: skip
    pickers = st.container()
    sender = asking.sender_picker()
    sender_trouble = asking.sender_trouble(sender)
    asking.beside_sender(sender, job.pressed)
    when = asking.when_picker(reader_zone(), job.key("leave"))
    drip, drip_trouble = drip_picker()
    return Manner(channel, sender, sender_trouble, when, drip, drip_trouble), pickers


def review(dropped: Dropped) -> None:
    """From columns to the button."""
    job, templates, here = current(), asking.templates(), workspace()
    left, right = st.columns(2)
    with left:
        mapping = mapping_card(dropped)
    with right, st.container(border=True, height="stretch"):
        how, pickers = how_to_ask(job)
    if mapping.trouble:
        return
    drip = how.drip and replace(how.drip, taken=taken(store(), how.when.due_at, here.timezone))
    checking = check(dropped, mapping, how.channel, templates)
    with pickers:
        chosen = template_pickers(checking, templates)
    wording = Wording(
        chosen, templates, how.sender or _SOMEBODY, here.business_name, here.public_url, asking.unfit(templates)
    )  # fmt: skip
    around = setting()
    looking = looked_at(
        job.plan(checking, wording), wording, around, how.when, None if how.drip_trouble else drip
    )  # fmt: skip
    plan = looking.plan or Plan()
    tiles(plan)
    if plan.ready and not how.drip_trouble:
        outlook(looking.outlook, len(plan.rejected), wording, drip, around.rules.currency)
    if button(plan, how.is_sound, how.sender_trouble if job.pressed else None):
        job.pressed = True
        if not how.sender_trouble:
            member, times = asking.member_id(how.sender), schedule(drip, how.when, plan.ready)
            job.queueing = Queueing(plan.ready, plan.rejected, wording, member, times, replace(around, drip=drip))
        st.rerun()
    rows_behind(plan, dropped.file.headers, dropped.name, looking.outlook.by_line)
    never_ask(dropped, mapping)
    if plan.ready:
        first_of_each(plan.firsts, replace(wording, sender=how.sender or "…"))


def button(plan: Plan, is_sound: bool, trouble: str | None) -> bool:
    """The one button that queues, with its count; whether it was pressed."""
    many = len(plan.ready)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"Queue {requests(many)}" if many else "Nothing to queue", type="primary", icon=":material/send:",
            disabled=not many or not is_sound, key="import-queue",
        )  # fmt: skip
        if many and trouble:
            beside(trouble)
        elif many:
            st.caption("If this is interrupted, drop the same file again: nobody is queued twice.")
        elif plan.known and not plan.rejected:
            st.caption("Everybody in this file was imported before.")
    return pressed and bool(many) and is_sound


def _channel_label(channel: str) -> str:
    return "Auto" if channel == AUTO else f"{CHANNEL_ICONS[Channel(channel)]} {Channel(channel).label}"


def queue(dropped: Dropped, queueing: Queueing) -> None:
    """Puts the rest of the plan into the queue, a transaction at a time; picks up where a rerun interrupted it."""
    bar = st.empty()
    st.caption("This goes on while you wait. If it is interrupted, drop the same file again: nobody is queued twice.")
    while not queueing.is_done:
        total = len(queueing.ready)
        bar.progress(queueing.position / total, f"Queued {count(queueing.position)} of {count(total)}")
        queueing.took(
            *imports.queue(
                store(), queueing.next_rows(), queueing.wording, queueing.sent_by, queueing.next_times(), now(),
                new_token, queueing.setting, dropped.name, dropped.file.digest,
            )
        )  # fmt: skip
    another(
        Result(
            dropped.name, queueing.queued, len(queueing.ready), dropped.file.headers,
            [*queueing.rejected, *queueing.blocked], queueing.blocked,
            imported.name_of(store(), shortened(dropped.name), dropped.file.digest),
        )
    )  # fmt: skip
    st.rerun()


def result() -> None:
    """What became of the last import."""
    done = current().result
    if done is None:
        return
    blocked = len(done.blocked)
    meanwhile = done.planned - done.queued - blocked
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":green[:material/check_circle:] **{requests(done.queued)} queued** from {literal(done.name)}"
            + (f"; {count(meanwhile)} were already queued meanwhile" if meanwhile else "")
            + (f"; {count(blocked)} may not be asked any more" if blocked else "")
        )
        if done.called:
            st.page_link(
                "request_list.py", label="See them in Requests", icon=":material/arrow_forward:",
                icon_position="right", query_params={"from": done.called},
            )  # fmt: skip
        rejects_button(done.headers, done.rejected, done.name)
    if done.blocked:
        table(done.blocked, NOT_SENT)


def page() -> None:
    title()
    job = current()
    if job.dropped is None:
        result()
        drop()
        return
    file_card(job.dropped, settled=job.queueing is not None)
    body = st.empty()
    if job.queueing:
        body.empty()  # else the verdict stays in sight, and its button, until all is queued
        queue(job.dropped, job.queueing)
        return
    with body.container():
        review(job.dropped)


page()
