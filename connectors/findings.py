"""What a look at a provider's set-up says."""

from dataclasses import dataclass
from enum import StrEnum


class CheckStatus(StrEnum):
    """What a look at a provider's set-up ends with."""

    OK = "ok"
    TROUBLE = "trouble"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in a sentence without secrets, and what to do about it."""

    status: CheckStatus
    sentence: str
    remedy: str = ""
