"""What would become of an import's rows: how many leave, wait or may not be asked, and at what cost."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data import imports, planning, segments
from data.checks import first_name
from data.commands import Ask
from data.csvrows import Verdict
from data.imports import Wording
from data.lifecycle import Channel
from data.planning import Setting
from data.queries import template_texts
from data.rules import Rules
from data.store import Reading, Row
from data.templates import fields_in
from data.texts import Text, link, write
from data.verdicts import Blocked, Held


@dataclass(slots=True)
class Outlook:
    """What the rules say of the rows that are ready: how many leave, wait or may not be asked, and at what cost."""

    held: Counter[str] = field(default_factory=Counter[str])
    blocked: dict[int, Blocked] = field(default_factory=dict[int, Blocked])
    segments: Counter[Channel] = field(default_factory=Counter[Channel])
    cost: float = 0.0
    follow_ups: float = 0.0
    """What all follow-ups that are planned would cost, if nobody answered before."""
    unpriced: set[Channel] = field(default_factory=set[Channel])
    seen: int = 0
    parts: dict[tuple[int, int, str], int] = field(default_factory=dict[tuple[int, int, str], int])
    """Segments of a text by template, its version, and the name in it."""

    @property
    def leaves(self) -> int:
        return self.seen - len(self.blocked) - self.held.total()


def look_ahead(
    outlook: Outlook,
    reading: Reading,
    rows: Sequence[Verdict],
    wording: Wording,
    setting: Setting,
    due_at: Sequence[datetime],
    now: datetime,
) -> None:
    """Adds these rows, each due at its own time, to the outlook; `blocked` is by a row's line."""
    newest = {id: row for (id, _), row in sorted(template_texts(reading).items())}
    asks = [imports.ask_of(verdict, wording, 0, due) for verdict, due in zip(rows, due_at, strict=True)]
    for verdict, one in zip(rows, planning.plan(reading, asks, setting, now), strict=True):
        outlook.seen += 1
        if one.blocked:
            outlook.blocked[verdict.line] = one.blocked
            continue
        if isinstance(one.verdict, Held):
            outlook.held[one.verdict.code] += 1
        _add_cost(outlook, verdict, one.ask, wording, setting.rules, newest)


def _add_cost(
    outlook: Outlook, verdict: Verdict, ask: Ask, wording: Wording, rules: Rules, newest: Mapping[int, Row]
) -> None:
    template = wording.template(verdict)
    parts = _parts(outlook, verdict, ask.channel, template, wording)
    outlook.segments[ask.channel] += parts
    outlook.cost += _price(outlook, ask, ask.channel, rules) * parts
    for channel, following in _follow_ups(ask, template, newest):
        parts = _parts(outlook, verdict, channel, following, wording)
        outlook.follow_ups += _price(outlook, ask, channel, rules) * parts


def _price(outlook: Outlook, ask: Ask, channel: Channel, rules: Rules) -> float:
    """By the owner's table: a price for the channel in the recipient's country, else for the channel."""
    price = rules.prices.get(f"{channel} {ask.where.country}", rules.prices.get(channel))
    if price is None:
        outlook.unpriced.add(channel)
    return price or 0.0


def _follow_ups(ask: Ask, template: Row | None, newest: Mapping[int, Row]) -> Iterator[tuple[Channel, Row]]:
    """Those for which there is an address and a template, as following.next_step chooses them."""
    before = ask.channel
    for step in ask.steps:
        channel = Channel(step.channel) if step.channel else before
        same = template if channel is before else None
        following = same if step.template_id is None else newest.get(step.template_id)
        address = ask.email if channel is Channel.EMAIL else ask.phone
        if following and following["channel"] == channel and (address or channel is ask.channel):
            before, template = channel, following
            yield channel, following


def _parts(outlook: Outlook, verdict: Verdict, channel: Channel, template: Row | None, wording: Wording) -> int:
    """Segments of a text; any other message is one."""
    if not template or channel is not Channel.SMS:
        return 1
    # Most people share their first name with others.
    used = verdict.name if "name" in fields_in(template["body"]) else first_name(verdict.name)
    key = (template["id"], template["version"], used)
    if key not in outlook.parts:
        text = write(template, verdict.name, wording.sender, wording.business, link(wording.public_url, "preview_"))
        outlook.parts[key] = segments.count(text.body).segments if isinstance(text, Text) else 1
    return outlook.parts[key]
