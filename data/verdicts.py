"""What the rules look at, and what they may say; engine/policy.py decides, data/cases.py gathers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RuleCode(StrEnum):
    """Everything that can hold or block a request, as it is kept and exported; WHY has the words."""

    WAITING = "waiting"
    PAUSED = "paused"
    REFUSAL = "refusal"
    QUIET_HOURS = "quiet_hours"
    CAP = "cap"
    RETRY = "retry"
    COOLDOWN = "cooldown"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CALLED_OFF = "called_off"
    MARKETING = "marketing"
    TEXT = "lint"  # the linter refuses it
    TEMPLATE = "template"
    SANDBOX = "sandbox"  # only played
    CANCELLED = "cancelled"


class Basis(StrEnum):
    """Why an address must not be written to; SUPPRESSED has the words."""

    OPTED_OUT = "opted_out"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    NEVER_ASK = "never_ask"
    WRONG_PERSON = "wrong_person"


# Each rule's name for people, and what lets the request go.
WHY: Mapping[str, tuple[str, str]] = {
    RuleCode.WAITING: (
        "Waiting for its time or turn",
        "They leave by themselves. “Send now” sends one at once.",
    ),
    RuleCode.PAUSED: (
        "Paused by a person",
        "Anybody may press Resume on a request to let it go on.",
    ),
    RuleCode.REFUSAL: (
        "Their reply looks like a refusal",
        "Somebody has to read it under Replies and decide.",
    ),
    RuleCode.QUIET_HOURS: (
        "Quiet hours",
        "They leave by themselves at a decent hour. Nobody can skip this rule.",
    ),
    RuleCode.CAP: (
        "Written to often enough",
        "They leave after a rest, if it is not too late then. A lead may ask all the same, with a reason.",
    ),
    RuleCode.RETRY: ("The provider asked to try later", "Nothing to do: the provider is asked again by itself."),
    RuleCode.COOLDOWN: ("Asked recently", "A lead may ask all the same, with a reason."),
    RuleCode.SUPPRESSED: (
        "Must not be written to",
        "A STOP or unsubscribing is lifted by START or a new consent; "
        "a bounce, complaint, wrong person or never ask by the team under Contacts.",
    ),
    RuleCode.EXPIRED: ("Too late to ask", "They will not be sent. A lead may ask again."),
    RuleCode.CALLED_OFF: (
        "They had replied, or followed the link",
        "Nothing to do: nobody wants this follow-up any more.",
    ),
    RuleCode.MARKETING: (
        "Marketing does not reach US numbers",
        "Nobody can skip this: use SMS, email or utility templates.",
    ),
    RuleCode.TEXT: ("Its text must not be sent", "Whoever keeps the templates has to write a new version."),
    RuleCode.TEMPLATE: ("Its text cannot be written", "Whoever keeps the templates has to correct it."),
    RuleCode.SANDBOX: (
        "Only the sandbox played it",
        "Nobody got it. Anybody may ask again, by a channel that reaches people.",
    ),
    RuleCode.CANCELLED: ("Cancelled by a person", "They will not be sent. Anybody may ask again."),
}
OVERRIDABLE = frozenset({RuleCode.COOLDOWN, RuleCode.CAP})


@dataclass(frozen=True, slots=True)
class Case:
    """One message that wants to leave, with all that the rules need to know of it and its recipient.

    `zones` are IANA names, all of which must be open; `asked_at` is when another request last reached this person, or
    is to where it still `waits`; `reached` is every time any message did in the last 30 days; `refusing` is whether
    what looks like their refusal waits for a person; `refused_text` is why its template must not be sent; `called_off`
    is whether it is a follow-up that is not wanted any more.
    """

    channel: str
    zones: tuple[str, ...] = ()
    zone_source: str = ""
    region: str = ""
    country: str = ""
    category: str = ""
    number: int = 0
    suppressed: Basis | None = None
    asked_at: datetime | None = None
    reached: tuple[datetime, ...] = ()
    expires_at: datetime | None = None
    override: str | None = None
    refusing: bool = False
    refused_text: str = ""
    called_off: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Held:
    """It may leave at `until` at the earliest, and is judged again then."""

    code: RuleCode
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Blocked:
    """It will not leave."""

    code: RuleCode
    reason: str


Verdict = Allowed | Held | Blocked


def in_words(blocked: Blocked) -> str:
    """The rule and its reason; a cooldown's reason says both."""
    return blocked.reason if blocked.code == RuleCode.COOLDOWN else f"{WHY[blocked.code][0]}: {blocked.reason}"


SUPPRESSED: Mapping[str, str] = {
    Basis.OPTED_OUT: "The recipient said stop",
    Basis.UNSUBSCRIBED: "The recipient unsubscribed",
    Basis.COMPLAINED: "The recipient reported an earlier message as spam",
    Basis.BOUNCED: "The address does not exist or refused for good",
    Basis.NEVER_ASK: "Somebody decided never to ask this person",
    Basis.WRONG_PERSON: "The address is somebody else's",
}
# A bounce and a wrong person are of one address alone.
OF_THE_PERSON = frozenset({Basis.OPTED_OUT, Basis.UNSUBSCRIBED, Basis.COMPLAINED, Basis.NEVER_ASK})
# What a person said themselves, only they take back: by START, or a new consent. The rest is the team's to lift.
LIFTED_BY_THEMSELVES = frozenset({Basis.OPTED_OUT, Basis.UNSUBSCRIBED})
