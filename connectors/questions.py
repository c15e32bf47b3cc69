"""Questions to a provider about its set-up. What it says in its own words is not repeated: it may hold a key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp

from connectors.findings import CheckStatus, Finding
from connectors.http import Answer, Clock, call, date_of

_APART = timedelta(minutes=2)  # clocks differ a little, and answers take their time


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks with one set of credentials."""

    session: aiohttp.ClientSession
    clock: Clock
    timeout: aiohttp.ClientTimeout
    headers: Mapping[str, str]
    apart: list[timedelta] = field(default_factory=list[timedelta])
    """How far our clock was ahead of theirs, at each answer that told the time."""

    async def get(self, url: str, **params: str) -> Answer | Finding:
        """The answer, or a finding where there is none."""
        answer = await call(
            self.session, "GET", url, self.clock, self.timeout, params=params, headers=dict(self.headers)
        )
        if isinstance(answer, Answer):
            if theirs := date_of(answer.headers):
                self.apart.append(self.clock() - theirs)
            return answer
        return trouble(answer.reason + ".", "Check the network and the provider's status page, then look again.")

    def clocks(self) -> list[Finding]:
        """What is wrong with our clock: by one that is, hooks that are signed with a time count as forged."""
        apart = min(self.apart, key=abs, default=timedelta(0))
        if abs(apart) < _APART:
            return []
        minutes, where = round(abs(apart) / timedelta(minutes=1)), "ahead" if apart > timedelta(0) else "behind"
        sentence = f"The clock of this machine is {minutes} minutes {where}: hooks would be refused."
        return [trouble(sentence, "Let it be set over the network (NTP), then look again.")]


def ok(sentence: str) -> Finding:
    return Finding(CheckStatus.OK, sentence)


def trouble(sentence: str, remedy: str) -> Finding:
    return Finding(CheckStatus.TROUBLE, sentence, remedy)


def unknown(sentence: str, remedy: str) -> Finding:
    return Finding(CheckStatus.UNKNOWN, sentence, remedy)


def failing(provider: str, answer: Answer) -> Finding:
    """An error that says nothing about the set-up."""
    return trouble(f"{provider} answers with an error (HTTP {answer.status}).", "See its status page, then look again.")


def stranger(provider: str, setting: str) -> Finding:
    return trouble(f"What answers at {setting} is not {provider}.", f"Correct {setting}, or leave it empty.")


def listed(answer: Answer, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list in the answer."""
    found = answer.data.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
