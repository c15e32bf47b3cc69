"""The questions that sending one and sending many share: which template, who asks, and when."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Any

import streamlit as st

from data import checks, commands, queries, team
from data.days import day
from data.lifecycle import Channel
from data.store import Row
from data.template_store import held, starter_templates, unusable
from data.texts.lint import refusals
from pages.literal import literal
from pages.workspace import now, store, workspace

LEAVE_NOW, AT, AFTER = "Now", "At a time", "After a delay"
FURTHEST = timedelta(days=366)
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class When:
    """A moment to leave at, or the sentence that says why it cannot be that one."""

    due_at: datetime
    trouble: str | None = None
    delay: timedelta | None = None
    """Counts from the visit, where that is known."""


def beside(trouble: str | None) -> None:
    """A sentence of trouble, under the field that it belongs to."""
    if trouble:
        st.markdown(f":small[:red[:material/error: {literal(trouble)}]]")


def templates() -> list[Row]:
    """Those of the workspace; one that never had any starts with ours."""
    found = queries.templates(store())
    if not found:
        starter_templates(store(), now())
        found = queries.templates(store())
    return found


def template_picker(rows: list[Row], channel: Channel, label: str = "Template") -> Row | None:
    """The template for a channel; what keeps it from being sent, or from anybody, stands below it."""
    own = {row["id"]: row for row in rows if row["channel"] == channel}
    chosen = st.selectbox(
        label, list(own), format_func=lambda id: own[id]["name"] if id in own else "", key=f"template-{channel}",
        persist_state="session", placeholder=f"No template for {channel.label} yet", disabled=not own,
    )  # fmt: skip
    row = own.get(chosen) if chosen is not None else None
    beside(template_trouble(row) if row else f"There is no template for {channel.label}; choose another channel.")
    if channel in workspace().played:
        st.caption(f":material/toys: {channel.label} only plays: nobody gets it.")
    return row


def template_trouble(row: Row) -> str | None:
    """What keeps a template from being sent to anybody."""
    return unfit([row]).get(row["id"])


def unfit(rows: list[Row]) -> dict[int, str]:
    """What keeps each of these templates from being sent, by id; without those that nothing does."""
    stopped = held(store(), now())
    troubles = {row["id"]: _troubles(row, stopped.get(row["id"])) for row in rows}
    return {id: f"This template cannot be sent. {' '.join(found)}" for id, found in troubles.items() if found}


def _troubles(row: Row, stopped: str | None) -> list[str]:
    channel, here = Channel(row["channel"]), workspace()
    found = [one.in_words for one in refusals(channel, row["body"], row["subject"], here.business_name)]
    setup = unusable(channel, here.providers[channel], row["provider_name"], here.business_address)
    found += [setup] if setup else []
    return found + ([f"{stopped}. Edit it, or press “Use again” above once it is put right."] if stopped else [])


def sender_picker() -> str:
    """The name of the one who asks: of the team, or new to it; kept for the next ask."""
    names = list(team.askers(store()).values())
    chosen = st.selectbox(
        "Sent by", names, index=0 if len(names) == 1 else None, key="ask-sender", persist_state="session",
        accept_new_options=True, placeholder="Choose or type" if names else "Type your name",
        help="Who is accountable for this request. A name that is not on the list joins the team.",
    )  # fmt: skip
    name = checks.one_line(chosen or "")
    if names and _new(name):
        alike = get_close_matches(name, names, 1)
        st.checkbox(f"Add {literal(name)} to the team", key=_joins(name), persist_state="session")
        if alike:
            st.caption(f"Did you mean {literal(alike[0])}?")
    return name


def _new(name: str) -> bool:
    """Whether nobody of the team is called like that, and somebody could be."""
    return bool(name) and not checks.name(name).trouble and team.called(store(), name) is None


def _joins(name: str) -> str:
    return f"joins-{name.casefold()}"


def beside_sender(name: str, pressed: bool) -> None:
    """Its trouble; a new name has the box to tick beside it, and is in no trouble before somebody goes on without."""
    if pressed or (name and not _new(name)):
        beside(sender_trouble(name))


def sender_trouble(name: str) -> str | None:
    """Why nobody can ask by that name: a slip of the keyboard would stay in every list and chart."""
    if not name:
        return "Choose who asks, or type a name."
    if trouble := checks.name(name).trouble:
        return trouble
    known = team.called(store(), name)
    if known and known["retired_at"]:
        return f"{known['name']} is not on the team any more; choose somebody else, or bring them back under Senders."
    if known or not team.askers(store()) or st.session_state.get(_joins(name)):
        return None
    return f"{name} is new: tick “Add {name} to the team”, or choose from the list."


def member_id(name: str) -> int:
    """The member of that name, however it is capitalised, who is added if new."""
    known = team.called(store(), name)
    return known["id"] if known else commands.member(store(), name, now())


def when_picker(
    zone: tzinfo, key: str, choices: tuple[str, ...] = (LEAVE_NOW, AT, AFTER), visited_at: datetime | None = None
) -> When:
    """When to leave, in the reader's zone; a delay counts from the visit, where that is known."""
    choice = st.segmented_control(
        "When", choices, default=LEAVE_NOW, key=f"{key}-when", required=True,
        persist_state="session",  # asked tomorrow and left for a look elsewhere must not become at once
    )  # fmt: skip
    if choice == AT:
        picked = _at(now(), zone, key)
    elif choice == AFTER:
        picked = _after(now(), key, visited_at)
    else:
        picked = When(now())
    picked = not_before(picked, visited_at)
    beside(picked.trouble)
    if not picked.trouble and choice != LEAVE_NOW:
        st.caption(f"Leaves {literal(to_the_minute(max(picked.due_at, now()), zone))}")
    return picked


def not_before(picked: When, visited_at: datetime | None) -> When:
    """Nobody is asked before their visit."""
    if picked.trouble or visited_at is None or picked.due_at >= visited_at:
        return picked
    return replace(picked, trouble="The visit is still ahead: choose a delay, which counts from it, or a later time.")


def to_the_minute(when: datetime, zone: tzinfo) -> str:
    """With the zone: "Tue 24 Nov 2026, 10:00 CET"."""
    local = when.astimezone(zone)
    return f"{local:%a} {day(local)}, {local:%H:%M} {local.tzname()}"


def _at(now: datetime, zone: tzinfo, key: str) -> When:
    tomorrow = (now.astimezone(zone) + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    typed: Any = st.datetime_input(
        "Date and time", tomorrow.replace(tzinfo=None), key=f"{key}-at", format="YYYY-MM-DD", step=300,
        label_visibility="collapsed", width=260, persist_state="session",
    )  # fmt: skip
    return at_time(typed, now, zone)


def at_time(typed: datetime | None, now: datetime, zone: tzinfo) -> When:
    """The moment that the clocks in `zone` show `typed`."""
    if typed is None:
        return When(now, "Choose a date and a time.")
    due = typed.replace(tzinfo=zone).astimezone(UTC)
    if due.astimezone(zone).replace(tzinfo=None) != typed:
        return When(due, f"The clocks skip {typed:%H:%M} on that day; choose another time.")
    if due < now:
        return When(due, "This time has passed; choose a later one, or Now.")
    if due - now > FURTHEST:
        return When(due, "This is more than a year ahead; choose an earlier time.")
    return When(due)


def _after(now: datetime, key: str, visited_at: datetime | None) -> When:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        number = st.number_input(
            "Delay", min_value=1, max_value=525_600, value=2, key=f"{key}-delay", label_visibility="collapsed",
            width=130, persist_state="session",
        )  # fmt: skip
        unit = st.selectbox(
            "Unit", list(_UNITS), index=1, key=f"{key}-unit", label_visibility="collapsed", width=130,
            persist_state="session",
        )  # fmt: skip
    st.caption("After the visit" if visited_at else "From now; after the visit where that is known")
    return after_delay(int(number or 0), unit, now, visited_at)


def after_delay(number: int, unit: str, now: datetime, visited_at: datetime | None = None) -> When:
    delay = number * _UNITS[unit]
    if delay > FURTHEST:
        return When(now, "This is more than a year ahead; choose a shorter delay.")
    return When((visited_at or now) + delay, delay=delay)
