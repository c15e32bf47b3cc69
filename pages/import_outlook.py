"""Before anything is queued: what the rules let go, hold or block, what it costs, and when the queue has drained."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from data.checks.visits import leaves_at
from data.csvfile.rows import CheckedRow
from data.drip import Drip, times
from data.imports import Plan, Wording, without
from data.lifecycle import Channel
from data.outlook import Outlook, drained, queued_before
from data.planning import Setting
from data.verdicts import WHY
from pages.asking import When, beside, to_the_minute
from pages.asking_rules import in_words, stop_beside
from pages.import_job import Looking, current
from pages.literal import literal
from pages.wording import count
from pages.workspace import now, reader_zone, store, workspace

_DAYS = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}


def schedule(drip: Drip | None, when: When, rows: Sequence[CheckedRow]) -> Iterator[datetime]:
    """When each row is due: its turn of the day, and a delay after its visit."""
    if drip is None:
        return (leaves_at(row.visited_at, when.delay, when.due_at) for row in rows)
    turns = times(drip, when.due_at, len(rows), workspace().timezone)
    return (max(turn, leaves_at(row.visited_at, when.delay, turn)) for row, turn in zip(rows, turns, strict=True))


def looked_at(plan: Plan, wording: Wording, setting: Setting, when: When, drip: Drip | None) -> Looking:
    """Asks the rules about every ready row at its time; who may not be asked at all takes nobody's turn in a drip."""
    job, hour = current(), when.due_at.replace(minute=0, second=0, microsecond=0)
    question = (job.planned and job.planned[0], hour, when.delay, setting.rules, setting.sequences)
    found = _looked_at(question, plan, Outlook(), when, None, wording, setting)
    if drip is None or found.plan is None:
        return found
    before = found.outlook
    rest = Outlook(blocked=dict(before.blocked), seen=len(before.blocked), parts=before.parts)
    return _looked_at((*question, drip), found.plan, rest, when, drip, wording, replace(setting, drip=drip))


def _looked_at(
    question: tuple[Any, ...],
    plan: Plan,
    fresh: Outlook,
    when: When,
    drip: Drip | None,
    wording: Wording,
    setting: Setting,
) -> Looking:
    """Shows how far it is; picks up where a rerun interrupted it."""
    kept, dripped = current().looking, drip is not None
    if dripped not in kept or kept[dripped].question != question:
        kept[dripped] = Looking(question, plan.ready, list(schedule(drip, when, plan.ready)), fresh)
    looking, bar = kept[dripped], st.empty()
    while not looking.is_done:
        done, total = looking.position, len(looking.ready)
        bar.progress(done / total, f"Asking the rules about {count(done)} of {count(total)} rows")
        looking.step(store(), wording, setting, now())
    bar.empty()
    looking.plan = looking.plan or without(plan, looking.outlook.blocked)
    return looking


_ORDER = list(Channel).index


def outlook(found: Outlook, not_sent: int, wording: Wording, drip: Drip | None, currency: str) -> None:
    """The rules' word in a few lines; of those `not_sent`, the rules forbid some."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(
            f"**What will happen** · {count(found.leaves)} {'leaves' if found.leaves == 1 else 'leave'} as planned"
        )
        waiting = [channel for channel in sorted(found.departures, key=_ORDER) if stop_beside(channel, wording.sender)]
        for code, number in found.held.most_common():
            st.caption(f":material/schedule: {count(number)} held first: {WHY[code][0].lower()}")
        if found.blocked:
            st.caption(
                f":material/block: {count(len(found.blocked))} of the {count(not_sent)} not sent: a rule forbids it"
            )
        for channel, steps in sorted(set(found.sequences.values()), key=lambda one: _ORDER(one[0])):
            if steps:
                plan = literal(in_words(steps, channel.label))
                st.caption(f":material/replay: {channel.label}, if they neither click nor reply: {plan}")
        st.caption(_cost(found, currency))
        if len(waiting) < len(found.departures):
            st.caption(_when(found, wording, drip))


def _cost(found: Outlook, currency: str) -> str:
    if not found.segments:
        return "Costs nothing"
    counted = found.segments
    parts = ", ".join(f"{one.label} {count(counted[one])}" for one in sorted(counted, key=_ORDER))
    missing = ", ".join(channel.label for channel in Channel if channel in found.unpriced)
    price = f"{found.cost:,.2f} {currency}" if found.cost or not missing else "unknown"
    if found.follow_ups:
        price += f", up to {found.cost + found.follow_ups:,.2f} {currency} with all follow-ups"
    note = f"; Rules has no price for {missing}" if missing else ""
    return f"Segments and messages: {parts}. Cost: {price}{note}"


def _when(found: Outlook, wording: Wording, drip: Drip | None) -> str:
    """From when to when they leave: at the set pace, and behind what waits already."""
    first, last, paces = found.first, found.last, workspace().per_second
    if first is None or last is None:
        return "Nobody is asked"
    before = queued_before(found, store(), wording, last)
    paced = any(paces.get(channel) for channel in found.departures)
    end = drained(found.departures, before, paces, now())
    start, end_said = (literal(to_the_minute(at, reader_zone())) for at in (max(first, now()), end))
    if drip:
        others = " together with other imports" if drip.taken else ""
        return f"From {start} to {end_said}, {count(drip.per_day)} a day{others}"
    if not paced:
        held = f" to {end_said}" if end_said != start else ""
        return f"From {start}{held}; no pace is set: they leave as fast as the provider takes them"
    behind = sum(before[channel].total() for channel in found.departures if channel in before)
    queue = f", behind {count(behind)} that wait already" if behind else ""
    return f"From {start}; drained by {end_said} at the set pace{queue}"


def drip_picker() -> tuple[Drip | None, str | None]:
    """All at once, or so many a day; and what is wrong with that."""
    key = current().key
    if not st.toggle(
        "Spread over days", key=key("drip"), help="Reviews that come in a burst look bought.", persist_state="session"
    ):
        return None, None
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        per_day = _number("A day", 1, 100_000, 50, key("per-day"))
        opens = _number("From hour", 0, 23, 9, key("opens"))
        closes = _number("To hour", 1, 24, 18, key("closes"))
    days = st.pills(
        "On", list(_DAYS), default=[1, 2, 3, 4, 5], selection_mode="multi", key=key("days"),
        format_func=_DAYS.__getitem__, persist_state="session",
    )  # fmt: skip
    drip = Drip(per_day or 1, tuple(days), opens or 0, closes or 24)
    beside(drip.trouble)
    return drip, drip.trouble


def _number(label: str, least: int, most: int, value: int, key: str) -> int | None:
    return st.number_input(label, least, most, value, key=key, width=110, persist_state="session")
