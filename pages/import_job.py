"""An import on its way from file to queue, kept for the session: any rerun goes on where the last one stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from itertools import islice
from typing import Any

import streamlit as st

from data import imports
from data.csvfile import CsvFile
from data.csvfile.columns import Mapping, guess_columns
from data.csvfile.consent import about_consent, yes_or_no
from data.csvfile.rows import CheckedRow, check_rows
from data.csvfile.typed import refusing_addresses
from data.imports import CHUNK, LOOK, Plan, Wording
from data.lifecycle import Channel
from data.outlook import Outlook, look_ahead
from data.planning import Setting
from data.store import Reading


@dataclass
class Dropped:
    """A file that could be read, with its bytes in case another encoding is wanted."""

    name: str
    raw: bytes
    file: CsvFile
    encoding: str | None = None
    _refusing: dict[Any, dict[tuple[Channel, str], int]] = field(default_factory=dict[Any, Any], repr=False)

    def refusing(self, mapping: Mapping, region: str) -> dict[tuple[Channel, str], int]:
        """Who said no in the file, by channel and address, and on which line; looked through once."""
        question = (mapping, region)
        if question not in self._refusing:
            self._refusing = {question: refusing_addresses(self.file, mapping, region)}
        return self._refusing[question]

    @property
    def key(self) -> str:
        """The same for the same file read in the same way."""
        return f"{self.file.digest[:16]}-{self.encoding}"

    @cached_property
    def about_consent(self) -> tuple[int, ...]:
        """The columns that seem to be about consent."""
        return about_consent(self.file.headers, self.file.rows)

    @cached_property
    def yes_or_no(self) -> tuple[int, ...]:
        """The columns that hold nothing but yes and no."""
        return yes_or_no(self.file.headers, self.file.rows)

    @cached_property
    def guess(self) -> Mapping:
        """Which column seems to be what."""
        return guess_columns(self.file.headers, self.file.sample())


@dataclass
class Checking:
    """The verdict on every row, made chunk by chunk; a chunk is never half taken over."""

    question: tuple[Any, ...]
    total: int
    chunks: Iterator[list[CheckedRow]]
    verdicts: list[CheckedRow] = field(default_factory=list[CheckedRow])
    known: set[str] = field(default_factory=set[str])
    channels: set[Channel] = field(default_factory=set[Channel])
    """Those that need a template to be chosen."""
    _taken: list[CheckedRow] = field(default_factory=list[CheckedRow])

    @classmethod
    def of(
        cls, dropped: Dropped, mapping: Mapping, region: str, channel: str, templates: tuple[str, ...], zone: tzinfo
    ) -> "Checking":
        chunks = check_rows(dropped.file, mapping, region, channel, templates=templates, chunk=LOOK, zone=zone)
        return cls((dropped.key, mapping, region, channel, templates), len(dropped.file.rows), chunks)

    @property
    def is_done(self) -> bool:
        return len(self.verdicts) == self.total

    def step(self, reading: Reading) -> None:
        """Checks the next rows; what the store refuses to look up is asked again at the next step."""
        self._taken = self._taken or next(self.chunks)
        known = imports.imported_before(reading, self._taken)
        self.known |= known
        self.channels |= {one.channel for one in self._taken if one.channel and not one.trouble and not one.template}
        self.verdicts += self._taken
        self._taken = []


@dataclass
class Queueing:
    """A plan on its way into the queue; `position` counts the rows behind us."""

    ready: list[CheckedRow]
    rejected: list[CheckedRow]
    wording: Wording
    sent_by: int
    due_at: Iterator[datetime]
    setting: Setting
    position: int = 0
    queued: int = 0
    blocked: list[CheckedRow] = field(default_factory=list[CheckedRow])
    """Those that a rule blocks by now, though the outlook let them go."""
    _times: list[datetime] = field(default_factory=list[datetime])

    @property
    def is_done(self) -> bool:
        return self.position >= len(self.ready)

    def next_rows(self) -> list[CheckedRow]:
        return self.ready[self.position : self.position + CHUNK]

    def next_times(self) -> list[datetime]:
        """When each of the next rows is due; a store that failed is asked again with the same ones."""
        self._times = self._times or list(islice(self.due_at, len(self.next_rows())))
        return self._times

    def took(self, queued: int, blocked: Sequence[CheckedRow]) -> None:
        self.position = min(self.position + CHUNK, len(self.ready))
        self.queued += queued
        self.blocked += blocked
        self._times = []


@dataclass
class Looking:
    """What the rules say of a plan's rows, each at its time, chunk by chunk; `position` counts the rows behind us."""

    question: tuple[Any, ...]
    ready: list[CheckedRow]
    due_at: list[datetime]
    outlook: Outlook
    position: int = 0
    plan: Plan | None = None
    """The plan without the blocked rows, once all are looked at."""

    @property
    def is_done(self) -> bool:
        return self.position >= len(self.ready)

    def step(self, reading: Reading, wording: Wording, setting: Setting, now: datetime) -> None:
        part = slice(self.position, self.position + LOOK)
        look_ahead(self.outlook, reading, self.ready[part], wording, setting, self.due_at[part], now)
        self.position = part.stop


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an import, after its file was let go."""

    name: str
    queued: int
    planned: int
    headers: Sequence[str]
    rejected: Sequence[CheckedRow]
    blocked: Sequence[CheckedRow]
    called: str | None
    """What the file is called among the imported ones; None where nothing came in by it."""


@dataclass
class Import:
    """Everything about the import that this session is at."""

    round: int = 0
    queued: int = 0
    """How many imports were queued before it: the next one is asked anew when and how, another file is not."""
    dropped: Dropped | None = None
    checking: Checking | None = None
    queueing: Queueing | None = None
    planned: tuple[tuple[Any, ...], Plan] | None = None
    looking: dict[bool, Looking] = field(default_factory=dict[bool, Looking])
    """What the rules say at once, and at the turns of a drip."""
    result: Result | None = None
    pressed: bool = False

    def key(self, name: str) -> str:
        """Of a field that says when and how to ask."""
        return f"import-{name}-{self.queued}"

    def plan(self, checking: Checking, wording: Wording) -> Plan:
        """The plan for these choices; made anew only when one of them changed."""
        chosen = tuple((channel, row["id"], row["version"]) for channel, row in wording.by_channel.items())
        question = (checking.question, len(checking.known), chosen, wording.sender, dict(wording.unfit))
        if self.planned is None or self.planned[0] != question:
            self.planned = (question, imports.plan(checking.verdicts, checking.known, wording))
        return self.planned[1]


def current() -> Import:
    return st.session_state.setdefault("import", Import())


def another(result: Result | None = None) -> None:
    """Lets go of the file and of everything made of it."""
    before = current()
    st.session_state["import"] = Import(before.round + 1, before.queued + bool(result), result=result)
