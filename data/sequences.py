"""Follow-up sequences: which messages follow an ask that nobody answers, when, and by which channel."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from data import audit, rules
from data.lifecycle import Channel
from data.store import Reading, Writing

MOST_STEPS = 3
LONGEST_WAIT = timedelta(days=60)
_NOTHING: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """One follow-up: `wait_hours` after the message before it; no channel means the same one again."""

    wait_hours: int
    channel: str | None
    template_id: int | None

    @property
    def wait(self) -> timedelta:
        return timedelta(hours=self.wait_hours)


def parse(value: Any) -> tuple[Step, ...]:
    """Steps as they were kept; what is no step is left out."""
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return tuple(
        Step(**one) for one in listed[:MOST_STEPS] if isinstance(one, dict) and set(one) == set(Step.__slots__)
    )


def dump(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


def kept(reading: Reading) -> dict[int, tuple[Step, ...]]:
    """Every sequence by its template's id; 0 is the workspace's, for templates that have none of their own."""
    rows = reading.rows("SELECT name, value FROM setting WHERE name LIKE 'sequence%'")
    return {int(row["name"].partition(".")[2] or 0): parse(json.loads(row["value"])) for row in rows}


def in_force(kept: Mapping[int, tuple[Step, ...]], template_id: int) -> tuple[Step, ...]:
    """Of what is kept, the template's own steps, else the workspace's, else none."""
    return kept.get(template_id, kept.get(0, ()))


def without(steps: Sequence[Step], channels: Collection[str]) -> tuple[Step, ...]:
    """The steps by other channels than these, each at its time."""
    found: list[Step] = []
    waited = 0
    for step in steps:
        waited += step.wait_hours
        if step.channel not in channels:
            found.append(replace(step, wait_hours=waited))
            waited = 0
    return tuple(found)


def own(kept: Mapping[int, tuple[Step, ...]], template_id: int) -> tuple[Step, ...] | None:
    """Of what is kept, the template's own steps, or without one the workspace's; None: a template has none."""
    return kept.get(template_id, None if template_id else ())


def change(
    work: Writing, template_id: int, start: Sequence[Step] | None, steps: Sequence[Step] | None, actor: str,
    now: datetime,
) -> bool:  # fmt: skip
    """`keep` for a form that was begun with `start`; nothing is set, and False, where somebody else did meanwhile."""
    work.one_at_a_time("follow-ups")  # else whoever saves in the same instant is not seen, and undone
    found = own(kept(work), template_id)
    if found not in (start, steps):
        return False
    if found != steps:
        keep(work, template_id or None, steps, actor, now)
    return True


def keep(work: Writing, template_id: int | None, steps: Sequence[Step] | None, actor: str, now: datetime) -> None:
    """Sets a template's steps, or without one the workspace's; None means that a template has none of its own.

    Asks that are queued keep the steps they were queued with.
    """
    name = f"sequence.{template_id}" if template_id else "sequence"
    if steps is None:
        work.rows("DELETE FROM setting WHERE name = $name", name=name)
    else:
        rules.put(work, name, dump(steps), now)
    detail = "as the workspace" if steps is None else json.dumps(dump(steps))
    audit.record(work, actor, "follow-ups", f"template {template_id}" if template_id else "", detail, now)


def troubles(
    steps: Sequence[Step], channels: Mapping[int, str], first: str | None, unfit: Mapping[int, str] = _NOTHING
) -> list[str | None]:
    """What is wrong with each step; `channels` are of the templates in use, `first` is that of the ask, None: any;
    `unfit` is why some of the templates cannot be sent."""
    before = [first]
    for step in steps:
        before.append(step.channel or before[-1])
    return [step_trouble(step, channels, channel, unfit) for step, channel in zip(steps, before, strict=False)]


def step_trouble(
    step: Step, channels: Mapping[int, str], before: str | None, unfit: Mapping[int, str] = _NOTHING
) -> str | None:
    """What is wrong with a step after a message by channel `before`, which is what "the same" means to the engine."""
    channel = step.channel or before
    if not timedelta(hours=1) <= step.wait <= LONGEST_WAIT:
        return "Wait an hour at least, and 60 days at most."
    if step.template_id is None:
        other = step.channel and step.channel != before
        return f"Choose a template for {Channel(step.channel).label}." if other and step.channel else None
    written_for = channels.get(step.template_id)
    if written_for is None:
        return "This template is no longer in use; choose another."
    if channel is None:
        return f"Choose a channel too: this template is for {Channel(written_for).label} only."
    if written_for != channel:
        return f"This template is for {Channel(written_for).label}; choose one for {Channel(channel).label}."
    return unfit.get(step.template_id)


def to_text(steps: Sequence[Step]) -> str | None:
    """As a request keeps its plan; None where there is none."""
    return json.dumps(dump(steps)) if steps else None


def from_text(text: str | None) -> tuple[Step, ...]:
    return parse(json.loads(text)) if text else ()
