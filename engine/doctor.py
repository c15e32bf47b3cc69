"""`python -m engine doctor`: looks at every provider's set-up and at the public address, and says what to put right."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from connectors.contract import Connector, NoAnswer, TryLater
from connectors.findings import CheckStatus, Finding
from connectors.http import BAD_CERTIFICATE, ELSEWHERE, NO_NAME, Answer, call, timeouts
from connectors.questions import ok, trouble
from connectors.reach import is_public

# How this console alone answers where hooks, tracked links and unsubscribing arrive: by which status and header.
_ALSO_THERE = (("/hooks/twilio", 405, "Allow"), ("/r/0-0", 404, "X-Robots-Tag"), ("/u/0-0", 404, "X-Robots-Tag"))
_NO_EXPORT = "/export/requests.csv?status=-"  # asks for what does not exist: an answer without a row
_REMEDY = "Let the reverse proxy pass /healthz, /hooks/, /r/ and /u/ on to the console."
_UNHEALTHY = (
    "No console in good health answers there.", "Start it, or look at its own /healthz and the proxy."
)  # fmt: skip
_UNREACHED = {
    NO_NAME: ("No such name is known.", "Correct PUBLIC_URL, or enter its name in your DNS."),
    BAD_CERTIFICATE: ("Its certificate is not valid: providers will not call it.", "Renew the proxy's certificate."),
    ELSEWHERE: ("It leads on to another address, where providers do not follow.", "Set PUBLIC_URL to that address."),
}
_ONLY = "Let the reverse proxy pass /healthz, /hooks/, /r/ and /u/ on, and nothing else without a password."


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the set-up and what was found there."""

    name: str
    findings: list[Finding]

    @property
    def healthy(self) -> bool:
        return all(finding.status is not CheckStatus.TROUBLE for finding in self.findings)


async def examine(
    connectors: Mapping[str, Connector],
    serving: Mapping[str, str],
    public_url: str,
    session: aiohttp.ClientSession,
    clock: Callable[[], datetime],
) -> list[Part]:
    """Looks at the `connectors` outside, by name, and at what they call; `serving` is who serves each channel."""
    if not connectors:
        return [Part("sandbox", [ok("Every channel goes to the sandbox: nothing leaves this machine.")])]
    parts = [Part(_title(name, serving), await one.check(public_url)) for name, one in connectors.items()]
    if played := _served("sandbox", serving):
        parts.append(Part(_title("sandbox", serving), [ok(f"It only plays: nobody gets what goes by {played}.")]))
    return [*parts, Part(f"PUBLIC_URL {public_url}", await _public_address(public_url, session, clock))]


def report(parts: list[Part]) -> str:
    """The parts in words, one finding a line, and under trouble what to do."""
    lines: list[str] = []
    for part in parts:
        lines += ["", part.name]
        for finding in part.findings:
            lines.append(f"  {finding.status.value:<10}{finding.sentence}")
            lines += [f"{'':12}-> {finding.remedy}"] if finding.remedy else []
    return "\n".join(lines[1:])


def _title(name: str, serving: Mapping[str, str]) -> str:
    return f"{name} ({_served(name, serving) or 'serves no channel'})"


def _served(name: str, serving: Mapping[str, str]) -> str:
    return ", ".join(channel for channel, provider in serving.items() if provider == name)


async def _public_address(
    public_url: str, session: aiohttp.ClientSession, clock: Callable[[], datetime]
) -> list[Finding]:
    found: list[Finding] = []
    if not public_url.startswith("https://"):
        found.append(trouble("It is not https.", "Put a reverse proxy with a certificate before the console."))
    if not is_public(public_url):
        said = "Only this machine or network can reach it: no hook can come, and links in messages and emails'"
        remedy = "Set PUBLIC_URL to the address under which the world reaches this console."
        found.append(trouble(f"{said} Unsubscribe lead nowhere.", remedy))
    return [*found, await _console(public_url, session, clock)]


async def _console(public_url: str, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Finding:
    async def get(path: str) -> Answer | TryLater | NoAnswer:
        return await call(session, "GET", public_url + path, clock, timeouts())

    remedy = _REMEDY
    if path := urlsplit(public_url).path:
        remedy = f"{_REMEDY} It must take {path} off what it passes on."
    health = await get("/healthz")
    if not isinstance(health, Answer):
        return trouble(*_UNREACHED.get(health.reason, _UNHEALTHY))
    if not health.good or health.data.get("store") != "ok":
        return trouble(f"Something answers there ({health.status}), but it is not this console.", remedy)
    if await _is_open(get):
        return trouble("Whoever calls that address reads and changes everything: the whole console is there.", _ONLY)
    closed = [
        path[: path.rindex("/") + 1] for path, status, header in _ALSO_THERE if not _is(await get(path), status, header)
    ]
    if closed:
        return trouble(f"The console answers there, but not at {', '.join(closed)}.", remedy)
    return ok("The console answers there.")


async def _is_open(get: Callable[[str], Awaitable[Answer | TryLater | NoAnswer]]) -> bool:
    """Whether pages or the export can be had, which nobody is asked a password for."""
    pages = await get("/_stcore/host-config")
    return (isinstance(pages, Answer) and "allowedOrigins" in pages.data) or _is(
        await get(_NO_EXPORT), 400, "X-Frame-Options"
    )


def _is(answer: Answer | TryLater | NoAnswer, status: int, header: str) -> bool:
    return isinstance(answer, Answer) and answer.status == status and header in answer.headers
