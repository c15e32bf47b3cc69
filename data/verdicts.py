"""What the rules look at, and what they may say; engine/policy.py decides, data/cases.py gathers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

TEXT_CODE = "lint"  # a text that the linter refuses

# Every rule that can hold or block a request: its name for people, and what lets the request go.
WHY: dict[str, tuple[str, str]] = {
    "waiting": (
        "Waiting for its time or turn",
        "They leave by themselves. “Send now” sends one at once.",
    ),
    "paused": ("Paused by a person", "Anybody may press Resume on a request to let it go on."),
    "refusal": ("Their reply looks like a refusal", "Somebody has to read it under Replies and decide."),
    "quiet_hours": ("Quiet hours", "They leave by themselves at a decent hour. Nobody can skip this rule."),
    "cap": (
        "Written to often enough",
        "They leave after a rest, if it is not too late then. A lead may ask all the same, with a reason.",
    ),
    "retry": ("The provider asked to try later", "Nothing to do: the provider is asked again by itself."),
    "cooldown": ("Asked recently", "A lead may ask all the same, with a reason."),
    "suppressed": (
        "Must not be written to",
        "A STOP or unsubscribing is lifted by START or a new consent; "
        "a bounce, complaint, wrong person or never ask by the team under Contacts.",
    ),
    "expired": ("Too late to ask", "They will not be sent. A lead may ask again."),
    "called_off": ("They had answered, or followed the link", "Nothing to do: nobody wants this follow-up any more."),
    "marketing": (
        "Marketing does not reach US numbers",
        "Nobody can skip this: use SMS, email or utility templates.",
    ),
    TEXT_CODE: ("Its text must not be sent", "Whoever keeps the templates has to write a new version."),
    "template": ("Its text cannot be written", "Whoever keeps the templates has to correct it."),
    "sandbox": (
        "Only the sandbox played it",
        "Nobody got it. Anybody may ask again, by a channel that reaches people.",
    ),
    "cancelled": ("Cancelled by a person", "They will not be sent. Anybody may ask again."),
}
OVERRIDABLE = frozenset({"cooldown", "cap"})


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
    suppressed: str | None = None
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

    code: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Blocked:
    """It will not leave."""

    code: str
    reason: str


Verdict = Allowed | Held | Blocked


def in_words(blocked: Blocked) -> str:
    """The rule and its reason; a cooldown's reason says both."""
    return blocked.reason if blocked.code == "cooldown" else f"{WHY[blocked.code][0]}: {blocked.reason}"


OF_THE_PERSON = frozenset({"opted_out", "unsubscribed", "complained", "never_ask"})
# A bounce and a wrong person are of one address alone.
SUPPRESSED: Mapping[str, str] = {
    "opted_out": "The recipient said stop",
    "unsubscribed": "The recipient unsubscribed",
    "complained": "The recipient reported an earlier message as spam",
    "bounced": "The address does not exist or refused for good",
    "never_ask": "Somebody decided never to ask this person",
    "wrong_person": "The address is somebody else's",
}
