"""What follows an ask that gets no response: for every template of the workspace, or for one of them its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st

from data import sequences
from data.lifecycle import Channel
from data.sequences import MOST_STEPS, Step, step_trouble, troubles
from data.store import Row
from pages.asking import beside, unfit
from pages.asking import templates as templates_in_use
from pages.asking_rules import in_words
from pages.literal import literal
from pages.meanwhile import somebody_else_changed
from pages.wording import ACTOR, CHANNEL_ICONS
from pages.workspace import now, store

_UNITS = {"hours": 1, "days": 24}
_SAME = 0  # in place of a template's id: the text of the message before
_FIRST = Step(72, None, None)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose sequence it is: the workspace's, or a template's own."""

    template: Row | None
    rows: list[Row] = field(default_factory=list[Row])
    unfit: Mapping[int, str] = field(default_factory=dict[int, str])
    """Why some of the templates cannot be sent."""

    @property
    def id(self) -> int:
        return self.template["id"] if self.template else 0

    @property
    def channel(self) -> str | None:
        return self.template["channel"] if self.template else None

    @property
    def channels(self) -> dict[int, str]:
        """Of every template in use."""
        return {row["id"]: row["channel"] for row in self.rows}


@dataclass(frozen=True, slots=True)
class _Form:
    """What a scope's fields were begun with: the steps of its own, and those shown; another number: new fields."""

    own: tuple[Step, ...] | None
    shown: tuple[Step, ...]
    number: int = 0


def _form(scope: Whose, kept: Mapping[int, tuple[Step, ...]]) -> _Form:
    forms: dict[int, _Form] = st.session_state.setdefault("sequence-forms", {})
    return forms.setdefault(scope.id, _of(scope, kept, 0))


def _of(scope: Whose, kept: Mapping[int, tuple[Step, ...]], number: int) -> _Form:
    return _Form(sequences.own(kept, scope.id), sequences.in_force(kept, scope.id), number)


def _begin(scope: Whose, kept: Mapping[int, tuple[Step, ...]]) -> NoReturn:
    """The fields anew, with what holds now."""
    forms: dict[int, _Form] = st.session_state["sequence-forms"]
    forms[scope.id] = _of(scope, kept, forms[scope.id].number + 1)
    st.session_state.pop("steps-clash", None)
    st.rerun()


def scope_picker(rows: list[Row], kept: dict[int, tuple[Step, ...]]) -> Whose:
    """Which sequence is shown; the templates with one of their own say so."""
    names = {row["id"]: f"{Channel(row['channel']).label}: {row['name']}" for row in rows}
    chosen = st.selectbox(
        "For", [0, *names], key="sequence-for", persist_state="session", width=420,
        format_func=lambda id: "Every template" if not id else f"{names.get(id, '')}{' ·  own' if id in kept else ''}",
    )  # fmt: skip
    return Whose(next((row for row in rows if row["id"] == chosen), None), rows, unfit(rows))


def steps_form(scope: Whose, form: _Form) -> tuple[Step, ...] | None:
    """The steps as they stand; None while one of them cannot be kept."""
    start, key = form.shown, f"{scope.id}-{form.number}"
    many = st.segmented_control(
        "How many", list(range(MOST_STEPS + 1)), default=len(start), key=f"many-{key}", required=True,
        format_func=lambda number: "None" if not number else str(number), persist_state="session",
    )  # fmt: skip
    found: list[Step] = []
    before = scope.channel
    for place in range(many or 0):
        found.append(_step(scope, start[place] if place < len(start) else _FIRST, place, before, key))
        before = found[-1].channel or before
    return None if any(troubles(found, scope.channels, scope.channel, scope.unfit)) else tuple(found)


def _step(scope: Whose, step: Step, place: int, before: str | None, key: str) -> Step:
    """One step; `before` is the channel of the message that it follows."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{place + 1}.** {'After the ask' if not place else 'After the follow-up before it'}")
        columns = st.columns([2, 2, 3, 4])
        days = step.wait_hours % 24 == 0
        unit = columns[1].selectbox(
            "Unit", list(_UNITS), index=int(days), key=f"unit-{place}-{key}", persist_state="session"
        )
        number = columns[0].number_input(
            "Wait",
            1,
            1440,
            value=step.wait_hours // 24 if days else step.wait_hours,
            key=f"wait-{place}-{key}",
            persist_state="session",
        )
        channel = columns[2].selectbox(
            "Channel", ["", *(one.value for one in Channel)], key=f"channel-{place}-{key}", persist_state="session",
            index=0 if step.channel is None else 1 + list(Channel).index(Channel(step.channel)),
            format_func=lambda one: f"{CHANNEL_ICONS[Channel(one)]} {Channel(one).label}" if one else "The same again",
        )  # fmt: skip
        channel = channel or None
        with columns[3]:
            template = _template(scope, step, channel, before, f"{place}-{key}")
        found = Step(int(number or 0) * _UNITS[unit], channel, template)
        beside(step_trouble(found, scope.channels, before, scope.unfit))
    return found


def _template(scope: Whose, step: Step, channel: str | None, before: str | None, key: str) -> int | None:
    """The step's template: one for its channel; the same again where the channel is."""
    by = channel or before
    names = {row["id"]: row["name"] for row in scope.rows if row["channel"] == by}
    same = by == before
    options = [*([_SAME] if same else []), *names]
    start = options.index(step.template_id) if step.template_id in options else (0 if same else None)
    chosen = st.selectbox(
        "Template", options, index=start,
        key=f"template-{by}-{key}", format_func=lambda id: names.get(id, "The same text again"),
        placeholder="Choose a template", disabled=not options, persist_state="session",
    )  # fmt: skip
    return chosen or None


def buttons(scope: Whose, form: _Form, steps: tuple[Step, ...] | None, kept: dict[int, tuple[Step, ...]]) -> None:
    """Saves what is shown, or gives a template's own up."""
    unchanged = steps is not None and steps == form.own
    with st.container(horizontal=True):
        if st.button(
            "Save follow-ups",
            type="primary",
            icon=":material/save:",
            disabled=steps is None or unchanged,
            key="save-steps",
        ):
            _keep(scope, form, steps)
        if (
            scope.id in kept
            and scope.template
            and st.button("Follow the workspace again", icon=":material/undo:", key="own")
        ):
            _keep(scope, form, None)
    if st.session_state.pop("steps-saved", None) == scope.id:
        st.markdown(":green[:material/check_circle:] Saved. Requests that are queued already keep their follow-ups.")
    if st.session_state.get("steps-clash") == scope.id:
        theirs = sequences.own(kept, scope.id)
        said = "It follows the workspace" if theirs is None else _said(scope, theirs) or "Nobody is reminded"
        if somebody_else_changed([said], "steps-again"):
            _begin(scope, kept)


def _keep(scope: Whose, form: _Form, steps: tuple[Step, ...] | None) -> None:
    with store().transaction() as work:
        saved = sequences.change(work, scope.id, form.own, steps, ACTOR, now())
        kept = sequences.kept(work)
    if saved:
        st.session_state["steps-saved"] = scope.id
        _begin(scope, kept)
    st.session_state["steps-clash"] = scope.id


def _said(scope: Whose, steps: tuple[Step, ...]) -> str:
    return in_words(steps, Channel(scope.channel).label if scope.channel else "the same channel")


def in_short(scope: Whose, steps: tuple[Step, ...] | None, kept: dict[int, tuple[Step, ...]]) -> None:
    """The sequence as a sentence."""
    if scope.template and scope.id not in kept:
        st.caption(
            ":material/info: This template has none of its own and follows the workspace; saving gives it its own."
        )
    if not steps:
        st.caption("Nobody is reminded." if steps is not None else "")
        return
    st.caption(f":material/repeat: To whoever neither clicks, replies nor opts out: {literal(_said(scope, steps))}")


def page() -> None:
    with st.container(gap=None):
        st.title("Follow-ups", anchor=False)
        st.caption(
            "A reminder goes to whoever neither follows the link nor replies; quiet hours, caps and stops hold for it"
        )
    rows = templates_in_use()
    kept = sequences.kept(store())
    scope = scope_picker(rows, kept)
    form = _form(scope, kept)
    steps = steps_form(scope, form)
    fresh = _of(scope, kept, form.number)
    if steps == form.shown and (form.own, form.shown) != (fresh.own, fresh.shown):
        _begin(scope, kept)  # nothing was touched here, so what holds by now is shown
    in_short(scope, steps, kept)
    buttons(scope, form, steps, kept)


page()
