"""From a checked CSV to queued requests: who was asked by it before, who is asked now, and who not and why."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from data import commands, imported, planning
from data.checks import first_name
from data.checks.typed import shortened
from data.commands import Ask
from data.csvfile.rows import CheckedRow
from data.lifecycle import Channel
from data.planning import Setting
from data.store import Reading, Row, Store
from data.texts import PREVIEW, Text, link, write
from data.verdicts import Blocked, in_words

CHUNK = 2000  # rows in a transaction: a fifth of a second of the store's time
LOOK = 5000  # rows checked or judged at a time, which writes nothing
_KEY = "import:"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the text of a row's message is made of: a template for each channel, or the one that the row names.

    `unfit` says of templates, by id, why they cannot be sent.
    """

    by_channel: Mapping[Channel, Row]
    templates: Sequence[Row]
    sender: str
    business: str
    public_url: str
    unfit: Mapping[int, str] = field(default_factory=dict[int, str])

    def template(self, verdict: CheckedRow) -> Row | None:
        if not verdict.template:
            return self.by_channel.get(verdict.channel) if verdict.channel else None
        wanted = verdict.template.casefold()
        named = (row for row in self.templates if row["name"].casefold() == wanted)
        return next((row for row in named if row["channel"] == verdict.channel), None)


@dataclass(frozen=True)
class Plan:
    """Every row of a file in one of three places; each rejected row has its `trouble`."""

    ready: list[CheckedRow] = field(default_factory=list[CheckedRow])
    known: list[CheckedRow] = field(default_factory=list[CheckedRow])
    rejected: list[CheckedRow] = field(default_factory=list[CheckedRow])

    @cached_property
    def by_channel(self) -> tuple[Counter[Channel | None], ...]:
        """How many of each channel are ready, known and rejected; counted once."""
        return tuple(Counter(row.channel for row in rows) for rows in (self.ready, self.known, self.rejected))

    @cached_property
    def firsts(self) -> dict[Channel, CheckedRow]:
        """The first ready row of each channel."""
        found = {row.channel: row for row in reversed(self.ready) if row.channel}
        return {channel: found[channel] for channel in Channel if channel in found}


def imported_before(reading: Reading, verdicts: Iterable[CheckedRow]) -> set[str]:
    """The row keys of those that an earlier import has queued."""
    keys = [_KEY + verdict.row_key for verdict in verdicts if not verdict.trouble]
    return {key.removeprefix(_KEY) for key in commands.known_keys(reading, keys)} if keys else set()


def plan(verdicts: Iterable[CheckedRow], known: Collection[str], wording: Wording) -> Plan:
    """What becomes of each row, before anything is queued."""
    made = Plan()
    troubles: dict[tuple[str, Channel | None, int, int], str | None] = {}
    for verdict in verdicts:
        if verdict.trouble:
            made.rejected.append(verdict)
        elif verdict.row_key in known:
            made.known.append(verdict)
        else:
            # Whether a text can be written depends on which names a person has and how long they are, on nothing else.
            kind = (verdict.template, verdict.channel, len(verdict.name), len(first_name(verdict.name)))
            if kind not in troubles:
                troubles[kind] = _trouble(verdict, wording)
            if trouble := troubles[kind]:
                made.rejected.append(replace(verdict, trouble=trouble))
            else:
                made.ready.append(verdict)
    return made


def _trouble(verdict: CheckedRow, wording: Wording) -> str | None:
    template = wording.template(verdict)
    channel = verdict.channel.label if verdict.channel else "this channel"
    if template is None:
        return f"The template “{verdict.template}” is not one for {channel}." if verdict.template else (
            f"There is no template for {channel}."
        )  # fmt: skip
    if template["id"] in wording.unfit:
        return wording.unfit[template["id"]]
    text = write(template, verdict.name, wording.sender, wording.business, link(wording.public_url, PREVIEW))
    return None if isinstance(text, Text) else text.sentence


def without(made: Plan, blocked: Mapping[int, Blocked]) -> Plan:
    """The plan with the rows that a rule blocks among the rejected ones, each with the rule's reason."""
    if not blocked:
        return made
    refused = [_refused(row, rule) for row in made.ready if (rule := blocked.get(row.line))]
    ready = [row for row in made.ready if row.line not in blocked]
    return Plan(ready, made.known, sorted([*made.rejected, *refused], key=lambda row: row.line))


def _refused(verdict: CheckedRow, rule: Blocked) -> CheckedRow:
    return replace(verdict, trouble=in_words(rule))


def queue(
    store: Store,
    ready: Sequence[CheckedRow],
    wording: Wording,
    sent_by: int,
    due_at: Sequence[datetime],
    now: datetime,
    new_token: Callable[[], str],
    setting: Setting,
    file: str = "",
    digest: str = "",
) -> tuple[int, list[CheckedRow]]:
    """Queues rows of a plan in one transaction; returns how many, and those that a rule blocks by now, with its reason.

    The others were queued by somebody else since the plan. `file` is its name, the source of what the rows say of
    consent; by that and its `digest` they are found again.
    """
    asks = [ask_of(verdict, wording, sent_by, due, file) for verdict, due in zip(ready, due_at, strict=True)]
    with store.reading() as reading:
        planned = planning.plan(reading, asks, setting, now)
    refused = [_refused(row, one.blocked) for row, one in zip(ready, planned, strict=True) if one.blocked]
    with store.transaction() as work:
        queued = commands.ask_within(work, [one.ask for one in planned if not one.blocked], now, new_token)
        if file:
            imported.remember(work, shortened(file), digest, queued, now)
    return len(queued), refused


def ask_of(verdict: CheckedRow, wording: Wording, sent_by: int, due_at: datetime, file: str = "") -> Ask:
    """What a row that is ready asks for."""
    template = wording.template(verdict)
    if template is None or verdict.channel is None:
        raise ValueError(f"Line {verdict.line} is not one that plan() found ready.")
    return Ask(
        name=verdict.name,
        channel=verdict.channel,
        address=verdict.address,
        sent_by=sent_by,
        template=(template["id"], template["version"]),
        due_at=due_at,
        trigger="import",
        email=verdict.email or None,
        phone=verdict.phone or None,
        key=_KEY + verdict.row_key,
        place=verdict.place,
        visited_at=verdict.visited_at,
        agreed=verdict.agreed,
        source=shortened(file) if verdict.agreed and file else None,
        not_by=verdict.not_by,
        reference=verdict.reference,
    )
