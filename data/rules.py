"""What the workspace has decided about asking: hours, pauses between asks, limits. Kept as one setting, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, cast

from data import audit
from data.store import Reading, Writing

_NAME = "rules"
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that may be set; the defaults are the careful ones (docs/operating.md says where each comes from)."""

    opens: int = 8 * 60  # minutes after midnight on the recipient's clock
    closes: int = 21 * 60
    holidays: bool = False  # public holidays of the recipient's country are quiet, too
    cooldown_days: int = 180  # between two asks of one person, over all channels and senders
    cap_7_days: int = 3  # messages to one person, follow-ups included
    cap_30_days: int = 6
    expires_days: int = 30  # an ask that could not leave for so long is not sent any more
    opt_out_limit: float = 0.01  # a channel stops itself above these shares …
    error_limit: float = 0.05
    limits_from: int = 100  # … of at least so many messages in a day, or in 3, 7 or 30
    stop_means_person: bool = True  # STOP on one address means every address of that person
    prices: Mapping[str, float] = field(default_factory=dict[str, float])  # of one segment or message: "sms", "sms US"
    currency: str = "USD"

    @property
    def always_open(self) -> bool:
        return self.opens <= 0 and self.closes >= DAY


_LABELS = {  # as the Rules page has them
    "opens": "From",
    "closes": "Until",
    "holidays": "Quiet on public holidays",
    "cooldown_days": "Days between two asks",
    "cap_7_days": "Messages in 7 days",
    "cap_30_days": "Messages in 30 days",
    "expires_days": "Days until an ask that could not leave expires",
    "opt_out_limit": "Opt-outs",
    "error_limit": "Errors",
    "limits_from": "Of at least",
    "stop_means_person": "STOP means every address",
    "prices": "Prices",
    "currency": "Currency",
}


def _in_words(name: str, value: Any) -> str:
    if name in ("opens", "closes"):
        return f"{value // 60 % 24:02}:{value % 60:02}"
    if name.endswith("_limit"):
        return f"{value * 100:g}%"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        prices = cast("dict[str, float]", value)
        return ", ".join(f"{what} {price}" for what, price in prices.items()) or "none"
    return str(value)


def load(reading: Reading) -> Rules:
    """The workspace's rules; what was never set, or cannot be read, is the default."""
    rows = reading.rows("SELECT value FROM setting WHERE name = $name", name=_NAME)
    return parsed(json.loads(rows[0]["value"])) if rows else Rules()


def parsed(kept: Mapping[str, Any]) -> Rules:
    known = {one.name for one in fields(Rules)}
    return replace(Rules(), **{name: value for name, value in kept.items() if name in known})


def keep(work: Writing, rules: Rules, actor: str, now: datetime) -> None:
    """Sets the rules from now on; what changed is written into the audit."""
    before, after = asdict(load(work)), asdict(rules)
    put(work, _NAME, after, now)
    changed = [f"{said(name, before[name])} -> {_in_words(name, after[name])}" for name in _differ(before, after)]
    if changed:
        audit.record(work, actor, "rules", "", "; ".join(changed), now)


def changes(start: Rules, edited: Rules) -> dict[str, Any]:
    """What a form that was begun with `start` changed, by field."""
    before, after = asdict(start), asdict(edited)
    return {name: after[name] for name in _differ(before, after)}


def _differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name in after if before[name] != after[name]]


def said(name: str, value: Any) -> str:
    """A rule as people know it, such as "From: 08:00"."""
    return f"{_LABELS[name]}: {_in_words(name, value)}"


def put(work: Writing, name: str, value: Any, now: datetime) -> None:
    """Keeps one named value as JSON."""
    work.rows(
        """
        INSERT INTO setting (name, value, changed_at) VALUES ($name, $value, $now)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
        """,
        name=name,
        value=json.dumps(value),
        now=now,
    )
