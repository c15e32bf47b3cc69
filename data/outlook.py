"""What would become of an import's rows: how many leave, wait or may not be asked, and at what cost."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data import imports, planning
from data.checks import first_name
from data.commands import Ask
from data.csvfile.rows import CheckedRow
from data.imports import Wording
from data.lifecycle import Channel
from data.planning import Setting
from data.queries import template_texts
from data.rules import Rules
from data.sequences import Step
from data.store import Reading, Row
from data.texts import PREVIEW, Text, link, segments, write
from data.texts.templates import fields_in
from data.verdicts import Blocked, Held

Steps = tuple[Step, ...]
_SOMEBODY = "Samantha"  # whose texts in the queue are as long as most


@dataclass(slots=True)
class Outlook:
    """What the rules say of the rows that are ready: how many leave, wait or may not be asked, and at what cost."""

    held: Counter[str] = field(default_factory=Counter[str])
    blocked: dict[int, Blocked] = field(default_factory=dict[int, Blocked])
    by_line: dict[int, tuple[datetime, str]] = field(default_factory=dict[int, tuple[datetime, str]])
    """When each row leaves, and what holds it until then, if anything."""
    departures: dict[Channel, Counter[datetime]] = field(default_factory=dict[Channel, Counter[datetime]])
    """How many segments leave at each moment."""
    sequences: dict[int, tuple[Channel, Steps]] = field(default_factory=dict[int, tuple[Channel, Steps]])
    """What follows an ask, by its template."""
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

    @property
    def segments(self) -> dict[Channel, int]:
        return {channel: moments.total() for channel, moments in self.departures.items()}

    @property
    def first(self) -> datetime | None:
        return min((at for moments in self.departures.values() for at in moments), default=None)

    @property
    def last(self) -> datetime | None:
        """When the last row leaves, were there no queue and no pace."""
        return max((at for moments in self.departures.values() for at in moments), default=None)


def look_ahead(
    outlook: Outlook,
    reading: Reading,
    rows: Sequence[CheckedRow],
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
        held = one.verdict if isinstance(one.verdict, Held) else None
        if held:
            outlook.held[held.code] += 1
        outlook.by_line[verdict.line] = (one.ask.leaves_at, held.reason if held else "")
        outlook.sequences[one.ask.template[0]] = (one.ask.channel, one.ask.steps)
        _add_cost(outlook, verdict, one.ask, wording, setting.rules, newest)


def _add_cost(
    outlook: Outlook, verdict: CheckedRow, ask: Ask, wording: Wording, rules: Rules, newest: Mapping[int, Row]
) -> None:
    template = wording.template(verdict)
    parts = _parts(outlook, verdict.name, ask.channel, template, wording)
    outlook.departures.setdefault(ask.channel, Counter())[ask.leaves_at] += parts
    outlook.cost += _price(outlook, ask, ask.channel, rules) * parts
    for channel, following in _follow_ups(ask, template, newest):
        parts = _parts(outlook, verdict.name, channel, following, wording)
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


def _parts(outlook: Outlook, name: str, channel: Channel, template: Row | None, wording: Wording) -> int:
    """Segments of a text; any other message is one."""
    if not template or channel is not Channel.SMS:
        return 1
    # Most people share their first name with others.
    used = name if "name" in fields_in(template["body"]) else first_name(name)
    key = (template["id"], template["version"], used)
    if key not in outlook.parts:
        text = write(template, name, wording.sender, wording.business, link(wording.public_url, PREVIEW))
        outlook.parts[key] = segments.count(text.body).segments if isinstance(text, Text) else 1
    return outlook.parts[key]


def queued_before(
    outlook: Outlook, reading: Reading, wording: Wording, until: datetime
) -> dict[Channel, Counter[datetime]]:
    """Segments that wait already and are due by then, by the hour; each at the first moment of its hour."""
    rows = reading.rows(
        """
        SELECT channel, template_id, template_version, min(due_at) AS due_at, count(*) AS messages FROM message
        WHERE status = 'queued' AND NOT paused AND due_at <= $until
        GROUP BY channel, template_id, template_version, date_trunc('hour', due_at)
        """,
        until=until,
    )
    known, found = template_texts(reading), dict[Channel, Counter[datetime]]()
    for row in rows:
        channel = Channel(row["channel"])
        template = known.get((row["template_id"], row["template_version"]))
        parts = _parts(outlook, _SOMEBODY, channel, template, wording)
        found.setdefault(channel, Counter())[row["due_at"]] += parts * row["messages"]
    return found


def drained(
    departures: Mapping[Channel, Counter[datetime]],
    before: Mapping[Channel, Counter[datetime]],
    per_second: Mapping[str, float | None],
    now: datetime,
) -> datetime:
    """When the last segment has left by each channel's pace, behind what waits already; without a pace as it is due."""
    return max((_drained(own, before.get(at), per_second.get(at), now) for at, own in departures.items()), default=now)


def _drained(own: Counter[datetime], before: Counter[datetime] | None, pace: float | None, now: datetime) -> datetime:
    last = max(own)
    if not pace:
        return max(now, last)
    end = now
    for moment, parts in sorted((own + (before or Counter())).items()):
        if moment <= last:
            end = max(end, moment) + timedelta(seconds=parts / pace)
    return end
