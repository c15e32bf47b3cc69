"""Writes news of messages down: the fact always, once; the status only where the lifecycle allows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from data import played, provider_messages
from data.folding import FIRSTS, Part, fold
from data.happenings import Happening, keep
from data.lifecycle import IN_QUEUE, PROOF_OF_DELIVERY, Status, after, heard_as
from data.statements import span
from data.stops import Halt
from data.store import Row, Writing

WITHDRAWN = "Cancelled while it was being sent; it had not left"
_EXPLAINED = (Status.SENT, Status.UNDELIVERED, Status.FAILED, Status.UNSURE, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class News:
    """One event of one message. `key` tells repeats from new events; `token`, if given, must be the message's own."""

    message_id: int
    event: str
    happened_at: datetime
    key: str = ""
    token: str | None = None
    actor: str | None = None
    code: str | None = None
    reason: str | None = None
    provider_id: str | None = None
    due_at: datetime | None = None
    suppress: bool = False
    alert: bool = False
    halt: Halt | None = None  # other messages would fare the same
    never_arrived: bool = False
    tried: bool = False
    """Whether it counts as an attempt of handing the message over."""
    claimed_at: datetime | None = None
    """The claim it speaks of, where only who holds the message by that claim may say so."""

    @property
    def dedupe_key(self) -> str:
        return self.key or self.event


@dataclass(frozen=True, slots=True)
class Change:
    """What news did to one message: the events heard for the first time, in order."""

    message_id: int
    request_id: int
    number: int
    before: Status
    after: Status
    fresh: tuple[News, ...]
    steps_left: int = 0
    sent: bool = False
    """Whether it had left, or may have, before these news."""
    played: bool = False
    """Whether the sandbox has this follow-up of a request that a provider began: what it tells is no fact of that."""


@dataclass(frozen=True, slots=True)
class Applied:
    """`unknown` are ids of messages that do not exist, or whose token differs."""

    unknown: set[int]
    changes: list[Change]


@dataclass(slots=True)
class _Message:
    """A message's state as found, and as the news leave it."""

    row: Row
    status: Status
    heard: set[str]
    sent_at: datetime | None = None
    firsts: dict[str, datetime] = field(default_factory=dict[str, datetime])
    fresh: list[News] = field(default_factory=list[News])
    trouble: News | None = None
    provider: str | None = None
    provider_id: str | None = None
    due_at: datetime | None = None
    attempts: int = 0
    played: bool = False

    @property
    def is_sandboxs(self) -> bool:
        """What is lost may be that of a dead engine."""
        return played.SANDBOX in (self.row["provider"], *(one.actor for one in self.fresh if one.event != "lost"))

    @property
    def shown(self) -> bool:
        """Whether the request shows this message: it has left the queue (a follow-up that was cancelled never did)."""
        cancelled_follow_up = self.status is Status.CANCELLED and self.row["number"] > 0
        return self.status not in IN_QUEUE and not cancelled_follow_up

    @property
    def has_moved(self) -> bool:
        return self.status is not Status(self.row["status"])

    @property
    def is_changed(self) -> bool:
        """Whether more than its story is: an answer, say, changes nothing about it."""
        return self.has_moved or bool(self.attempts or self.sent_at or self.due_at or self.firsts or self.provider)

    @property
    def change(self) -> Change:
        row = self.row
        before, fresh = Status(row["status"]), tuple(self.fresh)
        left = row["steps_left"] or 0
        return Change(
            row["id"], row["request_id"], row["number"], before, self.status, fresh, left, row["sent"], self.played
        )

    @property
    def part(self) -> Part:
        row, trouble = self.row, self.trouble
        return Part(
            row["request_id"], row["number"], row["channel"], self.shown and self.has_moved, self.status,
            trouble and trouble.code, trouble and trouble.reason, self.sent_at, self.firsts,
        )  # fmt: skip

    def hear(self, news: News) -> None:
        news = self._as_heard(news)
        if news.dedupe_key in self.heard:
            return
        self.heard.add(news.dedupe_key)
        self.fresh.append(news)
        self.attempts += news.tried
        moved = after(self.status, news.event, left=self.left)
        if moved is not self.status and moved in _EXPLAINED:
            self.trouble = news
        if moved is Status.QUEUED:
            self.due_at = news.due_at
        elif self._tells_when_sent(news, moved):
            self.sent_at = min(news.happened_at, self.sent_at or news.happened_at)
        self.status = moved
        refused = news.actor == played.SANDBOX and moved in (Status.UNDELIVERED, Status.FAILED)  # it had it alone
        if news.event == "accepted" or news.provider_id or refused:  # a hook may overtake the answer
            self.provider, self.provider_id = self.provider or news.actor, self.provider_id or news.provider_id
        for event in {news.event} | ({"delivered"} if news.event in PROOF_OF_DELIVERY else set()):
            if event in FIRSTS:
                self.firsts[event] = min(news.happened_at, self.firsts.get(event, news.happened_at))

    @property
    def left(self) -> bool:
        """Whether it has left before, or may have."""
        return bool(self.row["sent"] or self.sent_at)

    def _as_heard(self, news: News) -> News:
        if news.event == "put_off" and self._is_called_off:
            return replace(news, event="withdrawn", reason=WITHDRAWN)
        event = heard_as(self.status, news.event, left=self.left)
        if event == news.event:
            return news
        return replace(news, event=event, key=f"{event}: {news.dedupe_key}")  # what they do later is news

    @property
    def _is_called_off(self) -> bool:
        """Whether a person cancelled it while an engine held it, and nobody has sent it again since."""
        return self._last("called_off") > self._last("resend")

    def _last(self, event: str) -> str:
        """When a person last decided so: their keys end in it."""
        return max((key for key in self.heard if key.startswith(f"{event} ")), default="").removeprefix(event)

    def _tells_when_sent(self, news: News, moved: Status) -> bool:
        """The first news of a message that left; or its provider's answer, where a later report overtook that."""
        first = moved not in IN_QUEUE and moved is not Status.CANCELLED and not self.left
        return first or (news.event == "accepted" and self.status is not Status.SENT)


def apply(work: Writing, news: Sequence[News], now: datetime, zone: tzinfo) -> Applied:
    """Applies the news in the order given."""
    found, unknown = _look(work, news) if news else {}, set[int]()
    for item in news:
        message = found.get(item.message_id)
        if message is None or item.token not in (None, message.row["token"]):
            unknown.add(item.message_id)
        else:
            message.hear(item)
    touched = [message for message in found.values() if message.fresh]
    _tell_apart(work, touched)
    if changed := [message for message in touched if message.is_changed]:
        _write_messages(work, changed)
        fold(work, [m.part for m in changed if (m.shown or m.firsts) and not m.played], zone)
    if touched:
        named = [m for m in touched if not m.row["provider"] and m.provider_id]
        provider_messages.tell(work, [(m.row["id"], m.provider, m.provider_id) for m in named], now)
        keep(work, [_happening(message, item, now) for message in touched for item in message.fresh])
    return Applied(unknown, [message.change for message in touched])


def _look(work: Writing, news: Sequence[News]) -> dict[int, _Message]:
    ids = span(item.message_id for item in news)
    messages = work.locked(  # in order of id: two engines that wait for each other would wait for ever
        "SELECT id, request_id, number, channel, status, token, sent_at IS NOT NULL AS sent, steps_left,"
        " provider FROM message WHERE id BETWEEN $low AND $high AND id = ANY($ids) ORDER BY id",
        **ids,
    )
    heard: dict[int, set[str]] = {}
    for row in work.rows(
        "SELECT message_id, dedupe_key FROM happening"
        " WHERE message_id BETWEEN $low AND $high AND message_id = ANY($ids)",
        **ids,
    ):
        heard.setdefault(row["message_id"], set()).add(row["dedupe_key"])
    return {row["id"]: _Message(row, Status(row["status"]), heard.get(row["id"], set())) for row in messages}


def _tell_apart(work: Writing, touched: Sequence[_Message]) -> None:
    follow_ups = [message for message in touched if message.row["number"] and message.is_sandboxs]
    begun = played.begun_by_a_provider(work, {message.row["request_id"] for message in follow_ups})
    for message in follow_ups:
        message.played = message.row["request_id"] in begun


def _write_messages(work: Writing, messages: Sequence[_Message]) -> None:
    work.change(
        """
        UPDATE message SET status = v.status, sent_at = least(message.sent_at, v.sent_at),
            due_at = coalesce(v.due_at, message.due_at), attempts = coalesce(message.attempts, 0) + v.attempts,
            provider = coalesce(message.provider, v.provider),
            code = coalesce(v.code, message.code), reason = coalesce(v.reason, message.reason)
        FROM incoming AS v WHERE message.id = v.id AND message.id BETWEEN $low AND $high
        """,
        {
            "id bigint": [m.row["id"] for m in messages],
            "status status": [m.status.value for m in messages],
            "sent_at timestamptz": [m.sent_at for m in messages],
            "due_at timestamptz": [m.due_at for m in messages],
            "attempts smallint": [m.attempts for m in messages],
            "provider text": [m.provider for m in messages],
            "code text": [m.trouble.code if m.trouble else None for m in messages],
            "reason text": [m.trouble.reason if m.trouble else None for m in messages],
        },
        low=min(m.row["id"] for m in messages),
        high=max(m.row["id"] for m in messages),
    )


def _happening(message: _Message, news: News, now: datetime) -> Happening:
    return Happening(
        message.row["request_id"], news.message_id, news.event, news.dedupe_key, news.happened_at, now,
        news.actor, news.code, news.reason,
    )  # fmt: skip
