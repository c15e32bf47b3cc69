"""What every connector promises: how a message goes out, what the answer was, and what is heard of it later."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.findings import Finding
from connectors.keywords import Keyword


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready for the wire. `reference` is our own opaque id: it travels out and comes back.

    A WhatsApp message may be a template that Meta approved: `content_id` is its name (at Twilio its content SID),
    `variables` fill it in, `language` is its code; `body` is then what the recipient will read.
    `unsubscribe` is the address by which an email's reader says no more (RFC 8058: a POST acts).
    After `until` it must not reach anybody any more, where a provider lets that be said.
    """

    reference: str
    channel: str
    address: str
    body: str
    subject: str | None = None
    content_id: str | None = None
    variables: Mapping[str, str] | None = None
    language: str | None = None
    unsubscribe: str | None = None
    until: datetime | None = None


class Scope(StrEnum):
    """What has to wait."""

    MESSAGE = "message"
    SENDER = "sender"
    CHANNEL = "channel"
    COUNTRY = "country"
    TEMPLATE = "template"


class Fault(StrEnum):
    """Whose trouble a refusal is: the recipient's (undelivered) or the content's (failed)."""

    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it; for some `reason` it may hold it back, and somebody should look where `alert` says so."""

    provider_id: str
    code: str | None = None
    reason: str | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class TryLater:
    """It certainly did not leave; it may be tried again `after` this long.

    `needs_person`: waiting alone will not help (a wrong key): pause `scope`, loudly, until somebody has put it right.
    `tries`: how often at most, where that is less than usual. `untried`: it did not come to a try, so none is counted.
    """

    after: timedelta
    scope: Scope
    reason: str
    needs_person: bool = False
    tries: int | None = None
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not send it; trying again would not help. `suppress`: never send to this address again.

    `alert`: more than this one message may be concerned (an unknown code, a text that a host rejects); `halt`: every
    other message of its scope would fare the same (a template that was rejected, a sender that is not registered).
    `never_arrived`: whoever it was for certainly got nothing, though it had been accepted.
    """

    fault: Fault
    code: str
    reason: str
    suppress: bool = False
    alert: bool = False
    halt: TryLater | None = None
    never_arrived: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It may have left. A machine must never send it again."""

    reason: str


Outcome = Accepted | Refused | TryLater | NoAnswer


@dataclass(frozen=True, slots=True)
class Found:
    """The provider knows the message."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider is certain that it never got the message."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The provider cannot be asked, or its answer proves nothing."""


Lookup = Found | NotFound | CannotTell


@dataclass(frozen=True, slots=True)
class Hook:
    """A request as a provider made it, byte for byte; without `received_at` it counts as received now."""

    url: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime | None = None

    def header(self, name: str) -> str:
        """A header's value whatever its case; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Report:
    """One thing a provider says about one message; `event` is a word of the house's lifecycle.

    `key` tells repeats from news; `suppress`, `alert`, `halt` and `never_arrived` as in Refused. `reference` may be
    empty: the message is then the one with `provider_id`, or, where the provider was asked, the last one to `address`
    before that moment.
    """

    reference: str
    event: str
    happened_at: datetime
    key: str = ""
    code: str | None = None
    reason: str | None = None
    provider_id: str | None = None
    suppress: bool = False
    alert: bool = False
    address: str | None = None
    halt: TryLater | None = None
    never_arrived: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person wrote to us; `address` is their number (E.164), `key` tells repeats from news.

    Of who hides their number it is empty: they are whom we sent the message `about`, as its provider calls it.
    """

    channel: str
    address: str
    text: str
    happened_at: datetime
    key: str
    keyword: Keyword | None = None
    answered: bool = False
    """Whether the provider has answered it by itself."""
    about: str | None = None


class Forged(Exception):
    """A hook whose signature does not prove that the provider sent it, or sent it now; what it says is for the log."""


class Connector(Protocol):
    """One provider. `send`, `lookup` and `check` never raise for trouble of the provider or the network."""

    @property
    def name(self) -> str: ...

    @property
    def channels(self) -> frozenset[str]: ...

    @property
    def signature_headers(self) -> tuple[str, ...]:
        """Headers of a hook without which it cannot be proven."""
        ...

    async def send(self, message: Message) -> Outcome: ...

    def verify(self, hook: Hook) -> None:
        """Raises Forged where the signature does not prove that the provider sent the hook."""
        ...

    def reports(self, hook: Hook) -> list[Report | Reply]:
        """What a hook says that was proven as it came in; raises ValueError and its like for garbage.

        It is not proven again: by now the secret, or our address, may be another.
        """
        ...

    async def lookup(self, message: Message) -> Lookup:
        """Whether the provider got the message, asked after an engine died holding it."""
        ...

    async def check(self, public_url: str) -> list[Finding]:
        """Looks at the set-up on the provider's side; hooks should come to `public_url`. Sends nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what a provider knows, the newest first; `back_to` is how far back it has told all by now."""

    said: list[Report | Reply]
    back_to: datetime


@runtime_checkable
class Polled(Protocol):
    """A provider that can also be asked what became of messages, for where its hooks do not come."""

    def poll(self, since: datetime) -> AsyncIterator[Page | TryLater]:
        """What it knows of messages handed over, and of answers, `since` then; trouble is its last word, never raised.

        Whoever has heard enough for now may go on with it later.
        """
        ...
