"""`python -m engine doctor`: looks at every provider's set-up and at the public address, and says what to put right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.contract import Connector, Finding, Verdict
from connectors.http import Answer, call, timeouts
from connectors.questions import ok, trouble
from connectors.reach import is_public

# How this console alone answers where hooks, tracked links and unsubscribing arrive: by which status and header.
_ALSO_THERE = (("/hooks/twilio", 405, "Allow"), ("/r/0-0", 404, "X-Robots-Tag"), ("/u/0-0", 404, "X-Robots-Tag"))
_REMEDY = "Let the reverse proxy pass /healthz, /hooks/, /r/ and /u/ on to the console."


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the set-up and what was found there."""

    name: str
    findings: list[Finding]

    @property
    def healthy(self) -> bool:
        return all(finding.verdict is not Verdict.TROUBLE for finding in self.findings)


async def examine(
    connectors: Mapping[str, Connector],
    serving: Mapping[str, str],
    public_url: str,
    session: aiohttp.ClientSession,
    clock: Callable[[], datetime],
) -> list[Part]:
    """Looks at the `connectors` outside, by name, and at what they call; `serving` is who serves each channel."""
    parts = [Part(_title(name, serving), await one.check(public_url)) for name, one in connectors.items()]
    if connectors:
        return [*parts, Part(f"PUBLIC_URL {public_url}", await _public_address(public_url, session, clock))]
    return [Part("sandbox", [ok("Every channel goes to the sandbox: nothing leaves this machine.")])]


def report(parts: list[Part]) -> str:
    """The parts in words, one finding a line, and under trouble what to do."""
    lines: list[str] = []
    for part in parts:
        lines += ["", part.name]
        for finding in part.findings:
            lines.append(f"  {finding.verdict.value:<10}{finding.sentence}")
            lines += [f"{'':12}-> {finding.remedy}"] if finding.remedy else []
    return "\n".join(lines[1:])


def _title(name: str, serving: Mapping[str, str]) -> str:
    channels = [channel for channel, provider in serving.items() if provider == name]
    return f"{name} ({', '.join(channels) or 'serves no channel'})"


async def _public_address(
    public_url: str, session: aiohttp.ClientSession, clock: Callable[[], datetime]
) -> list[Finding]:
    found: list[Finding] = []
    if not public_url.startswith("https://"):
        found.append(trouble("It is not https.", "Put a reverse proxy with a certificate before the console."))
    if not is_public(public_url):
        remedy = "Set PUBLIC_URL to the address under which the world reaches this console."
        found.append(trouble("Only this machine or network can reach it: no hook can come.", remedy))
    return [*found, await _console(public_url, session, clock)]


async def _console(public_url: str, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Finding:
    answer = await call(session, "GET", f"{public_url}/healthz", clock, timeouts())
    if not isinstance(answer, Answer):
        remedy = "Start it, or look at its own /healthz and the proxy."
        return trouble("No console in good health answers there.", remedy)
    if not answer.good or answer.data.get("store") != "ok":
        return trouble(f"Something answers there ({answer.status}), but it is not this console.", _REMEDY)
    closed: list[str] = []
    for path, status, header in _ALSO_THERE:
        answer = await call(session, "GET", public_url + path, clock, timeouts())
        if not isinstance(answer, Answer) or answer.status != status or header not in answer.headers:
            closed.append(path[: path.rindex("/") + 1])
    if closed:
        return trouble(f"The console answers there, but not at {', '.join(closed)}.", _REMEDY)
    return ok("The console answers there.")
