"""Follow-up sequences: which messages follow an ask that nobody answers, when, and by which channel."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from data.rules import audit, put
from data.store import Reading, Writing

MOST_STEPS = 3
FURTHEST_HOURS = 60 * 24


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


def trouble(step: Step) -> str | None:
    """What is wrong with a step; None when nothing is."""
    if not 1 <= step.wait_hours <= FURTHEST_HOURS:
        return "Wait between 1 hour and 60 days."
    return None


def keep(work: Writing, template_id: int, steps: Sequence[Step], actor: str, now: datetime) -> None:
    """Sets the sequence of a template, or with 0 the workspace's; for asks that are queued from now on."""
    name = f"sequence.{template_id}" if template_id else "sequence"
    put(work, name, dump(steps[:MOST_STEPS]), now)
    audit(
        work, actor, "follow-ups", f"template {template_id}" if template_id else "workspace", f"{len(steps)} steps", now
    )


def to_text(steps: Sequence[Step]) -> str | None:
    """As a request keeps its plan; None where there is none."""
    return json.dumps(dump(steps)) if steps else None


def from_text(text: str | None) -> tuple[Step, ...]:
    return parse(json.loads(text)) if text else ()
