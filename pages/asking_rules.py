"""What the rules say of an ask that is being written: when it would leave, what follows, or why it may not be."""

from datetime import timedelta

import streamlit as st

from data import planning, queries, rules, sequences, stops
from data.commands import Ask
from data.lifecycle import Channel
from data.planning import Planned, Setting
from data.sequences import Step
from data.verdicts import OVERRIDABLE, Allowed, Blocked, Held, RuleCode
from data.verdicts import in_words as why_not
from pages.asking import beside, to_the_minute
from pages.literal import literal
from pages.stop_words import OVER, stopped
from pages.wording import their_time
from pages.workspace import now, reader_zone, store, workspace


def setting() -> Setting:
    """The rules around every ask of this workspace."""
    with store().reading() as reading:
        return Setting(
            rules.load(reading), workspace().judge, workspace().timezone.key, workspace().region,
            sequences.kept(reading), workspace().business_name,
        )  # fmt: skip


def planned(ask: Ask) -> Planned:
    """The ask as it would be queued now, and the verdict on it."""
    around = setting()
    with store().reading() as reading:
        return planning.plan(reading, [ask], around, now())[0]


def override(one: Planned, key: str) -> str | None:
    """What stands in the way, and the reason for going ahead all the same, where that may be."""
    verdict = one.verdict
    if isinstance(verdict, Blocked):  # what is only held says so with its time
        beside(why_not(verdict))
    if isinstance(verdict, Allowed) or verdict.code not in OVERRIDABLE:
        return None
    if not st.checkbox("Ask all the same", key=f"override-{key}", persist_state="session"):
        return None
    reason = st.text_input(
        "Reason", key=f"override-reason-{key}", max_chars=200, placeholder="Kept with the request",
        persist_state="session",
    )  # fmt: skip
    beside(None if reason.strip() else "Say why; the reason is kept with the request.")
    return reason.strip() or None


def stop_beside(channel: Channel, sender: str, country: str | None = None, *, one: bool = False) -> bool:
    """Says which stop such asks, or this `one`, would wait for; whether there is one."""
    names, in_force = queries.members(store()), stops.active(store(), now())
    member = next((id for id, name in names.items() if name.casefold() == sender.casefold()), 0)
    found = stops.holding(in_force, channel, member, country)
    if found:
        leaves = "It leaves" if one else "They leave"
        st.caption(f":orange[:material/front_hand: {literal(stopped(found, names))}.] {leaves} {OVER}.")
    return found is not None


def outlook(one: Planned, sender: str) -> None:
    """When it would reach the person, on their clock, and what would follow."""
    if one.blocked or (one.ask.hold and one.ask.hold.code == RuleCode.TEXT):  # its template says that already
        return
    where, leaves = one.ask.where, one.ask.leaves_at
    if isinstance(one.verdict, Held):
        st.caption(f":material/schedule: {literal(one.verdict.reason)}")
    theirs = their_time(leaves, ",".join(where.zones), where.source)
    verb = "Due" if stop_beside(one.ask.channel, sender, where.country, one=True) else "Leaves"
    st.caption(f"{verb} {literal(to_the_minute(leaves, reader_zone()))}, their time {literal(theirs)}")
    if one.ask.steps:
        st.caption(f"If they neither click nor reply: {literal(in_words(one.ask.steps, one.ask.channel.label))}")


def in_words(steps: tuple[Step, ...], same: str) -> str:
    """Such as "after 3 days by SMS, then after 4 days by Email"; `same` is what the same channel is called."""
    names = {row["id"]: row["name"] for row in queries.templates(store())}
    said: list[str] = []
    for step in steps:
        same = Channel(step.channel).label if step.channel else same  # as the message before
        what = f" ({names[step.template_id]})" if step.template_id in names else ""
        said.append(f"after {span(step.wait)} by {same}{what}")
    return ", then ".join(said)


def span(wait: timedelta) -> str:
    hours = int(wait.total_seconds() // 3600)
    number, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}{'s' if number != 1 else ''}"
