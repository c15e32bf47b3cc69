"""Follow-ups: what happens when nobody clicks or answers, for the workspace and for single templates."""

from dataclasses import replace

import streamlit as st

from data import queries, sequences
from data.lifecycle import Channel
from data.sequences import FURTHEST_HOURS, MOST_STEPS, Step
from data.store import Row
from pages import asking
from pages.asking import beside
from pages.asking_rules import in_words
from pages.literal import literal
from pages.wording import ACTOR
from pages.workspace import now, store

_SAME = "Same channel"
_UNITS = {"days": 24, "hours": 1}


def whose(templates: list[Row]) -> tuple[int, Channel | None]:
    """Whose sequence is shown: of every template without its own, or of one."""
    by_id = {row["id"]: row for row in templates}
    chosen = st.selectbox(
        "Sequence of", [0, *by_id], key="sequence-of",
        format_func=lambda id: f"{Channel(by_id[id]['channel']).label} · {by_id[id]['name']}" if id in by_id
        else "All templates that have none of their own",
    )  # fmt: skip
    return chosen, Channel(by_id[chosen]["channel"]) if chosen in by_id else None


def step_form(place: int, step: Step, templates: list[Row], key: str) -> tuple[Step, str | None]:
    """One follow-up; and what is wrong with it."""
    in_days = step.wait_hours % 24 == 0
    with st.container(border=True):
        st.markdown(f"**Follow-up {place}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = st.number_input(
                "Wait", min_value=1, max_value=FURTHEST_HOURS, value=step.wait_hours // (24 if in_days else 1),
                key=f"wait-{key}", width=110,
            )  # fmt: skip
            unit = st.selectbox("Unit", list(_UNITS), index=0 if in_days else 1, key=f"unit-{key}", width=110,
                                label_visibility="hidden")  # fmt: skip
            ways = [_SAME, *(channel.label for channel in Channel)]
            now_at = ways.index(Channel(step.channel).label) if step.channel else 0
            way = st.selectbox("By", ways, index=now_at, key=f"way-{key}", width=170)
            channel = next((one for one in Channel if one.label == way), None)
            own = {row["id"]: row["name"] for row in templates if channel is None or row["channel"] == channel}
            ids: list[int | None] = [*([None] if channel is None else []), *own]
            picked = st.selectbox(
                "Template", ids, index=ids.index(step.template_id) if step.template_id in ids else 0,
                key=f"text-{key}-{way}", format_func=lambda id: own.get(id, "The same text again"), width=260,
            ) if ids else None  # fmt: skip
        changed = Step(int(number or 1) * _UNITS[unit], channel.value if channel else None, picked)
        trouble = sequences.trouble(changed)
        if channel and picked is None:
            trouble = f"There is no template for {channel.label} yet; make one under Templates."
        beside(trouble)
    return changed, trouble


def editor(of: int, channel: Channel | None, templates: list[Row]) -> None:
    """The steps of one sequence, and Save."""
    kept = sequences.kept(store()).get(of, ())
    many = st.segmented_control(
        "How many", list(range(MOST_STEPS + 1)), default=len(kept), key=f"many-{of}", required=True,
        format_func=lambda n: "None" if not n else str(n),
    )  # fmt: skip
    many = int(many or 0)
    if many > 2:
        st.caption(":material/warning: Three reminders are a lot; the caps under Rules may hold the last one.")
    steps: list[Step] = []
    wrong = False
    for place in range(many):
        start = kept[place] if place < len(kept) else Step(72, None, None)
        step, trouble = step_form(place + 1, replace(start), templates, f"{of}-{place}")
        steps.append(step)
        wrong = wrong or bool(trouble)
    if steps:
        st.caption(f"If they neither click nor answer: {literal(in_words(tuple(steps), channel or Channel.SMS))}")
    st.caption(
        "They end when a person clicks, answers, opts out or complains, when a message cannot be delivered, and when"
        " somebody stops them. A program that opens the link ends nothing. What is queued keeps its plan."
    )
    if st.button("Save", type="primary", key=f"save-{of}", disabled=wrong or tuple(steps) == kept):
        with store().transaction() as work:
            sequences.keep(work, of, steps, ACTOR, now())
        st.toast("Saved. It applies to requests queued from now on.")
        st.rerun()


def page() -> None:
    with st.container(gap=None):
        st.title("Follow-ups", anchor=False)
        st.caption("Up to three reminders, each at its own time and by its own channel")
    asking.templates()
    templates = queries.templates(store())
    of, channel = whose(templates)
    editor(of, channel, templates)


page()
