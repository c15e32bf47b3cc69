"""The one place where trouble on the wire becomes an Outcome: did it certainly not leave, or may it have?

Certain are only: no connection was ever made, the provider answered 429, it answered with an error of ours (4xx), it
pointed elsewhere (3xx, never followed). All else may have left: a late or missing answer, a cut, 5xx, a garbled 2xx.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from yarl import URL

from connectors.contract import NoAnswer, Scope, TryLater
from connectors.incoming import read_json

SOON = timedelta(seconds=30)
LONGEST = timedelta(days=1)
UNTIL_FIXED = timedelta(hours=1)
# Reasons that name what somebody has to put right, where the address is one of ours.
NO_NAME = "The provider's name is not known"
BAD_CERTIFICATE = "The provider's certificate is not valid"
ELSEWHERE = "The provider's address points elsewhere"
_LARGEST = 2**20  # bytes of an answer that are read; no provider's answer comes near
_TIMEOUT = 408  # a 4xx that says nothing about what was read
_SECONDS = re.compile(r"[0-9]+")
_UNIX = 10**9  # a number of seconds above this is a date
_END = 253402300799  # Unix seconds; no date is later

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said. `data` is its JSON object, empty where there is none; a list is its `items`."""

    status: int
    headers: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def good(self) -> bool:
        return self.status < 300


def open_session(limit: int = 100) -> aiohttp.ClientSession:
    """A session for all connectors; close it at the end. It keeps no cookies and idle connections only briefly.

    A provider that closes an idle connection while we write leaves us not knowing what it read: better a new one.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=limit, keepalive_timeout=4), cookie_jar=aiohttp.DummyCookieJar()
    )


def timeouts(connect: float = 10, read: float = 30) -> aiohttp.ClientTimeout:
    """In seconds. Apart: before there is a connection nothing has left, after that a late answer says nothing."""
    return aiohttp.ClientTimeout(total=connect + read, connect=connect)


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    clock: Clock,
    timeout: aiohttp.ClientTimeout,
    *,
    decides: Callable[[Mapping[str, Any]], bool] | None = None,
    **request: Any,
) -> Answer | TryLater | NoAnswer:
    """One request, made once; never raises for trouble of the provider or the network.

    `decides`: whether a provider's JSON object tells what became of the request, whatever the status is.
    """
    try:
        async with session.request(method, url, allow_redirects=False, timeout=timeout, **request) as response:
            trouble = _by_status(response, clock())
            if trouble and decides and (told := await _told(response)) and decides(told.data):
                return told
            return trouble or await _read(response)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as trouble:  # before a byte of ours
        return TryLater(SOON, Scope.CHANNEL, _unreached(trouble))
    except aiohttp.InvalidURL:
        return TryLater(UNTIL_FIXED, Scope.CHANNEL, "The provider's address is not valid", needs_person=True)
    except TimeoutError:
        return NoAnswer("The provider did not answer in time")
    except (aiohttp.ClientError, OSError):
        return NoAnswer("The connection was cut before the provider answered")


def form(fields: Mapping[str, str]) -> dict[str, Any]:
    """What `call` needs to post fields as a form; written by yarl, in a tenth of the time that aiohttp takes for it."""
    body = URL.build(query=fields).raw_query_string.encode()
    return {"data": body, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


def misconfigured(status: int, said: str = "") -> TryLater:
    """What 401, 403, 404 and their like mean where the provider gives no better reason."""
    words = {401: "The provider does not accept the key", 403: "The provider does not permit this to the key"}
    reason = words.get(status, f"The provider does not understand the request ({status})")
    return TryLater(UNTIL_FIXED, Scope.CHANNEL, f"{reason}: {said}" if said else reason, needs_person=True)


def wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the provider asks us to wait: Retry-After or X-RateLimit-Reset, seconds or a date; within reason."""
    for name in ("Retry-After", "X-RateLimit-Reset"):
        if (until := _moment(headers.get(name, "").strip(), now)) is not None:
            return min(max(until - now, timedelta(seconds=1)), LONGEST)
    return SOON


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """The time of whoever answered."""
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        if _SECONDS.fullmatch(text):
            seconds = min(int(text[:20]), _END)
            return datetime.fromtimestamp(seconds, UTC) if seconds > _UNIX else now + timedelta(seconds=seconds)
    except (ValueError, OverflowError, OSError):
        return None
    return date_of({"Date": text})


def _unreached(trouble: Exception) -> str:
    if isinstance(trouble, aiohttp.ClientConnectorDNSError):
        return NO_NAME
    return BAD_CERTIFICATE if isinstance(trouble, aiohttp.ClientSSLError) else "The provider could not be reached"


def _by_status(response: aiohttp.ClientResponse, now: datetime) -> TryLater | NoAnswer | None:
    status = response.status
    if status == 429:
        return TryLater(wait(response.headers, now), Scope.CHANNEL, "The provider asks to send more slowly")
    if 300 <= status < 400:
        return TryLater(UNTIL_FIXED, Scope.CHANNEL, ELSEWHERE, needs_person=True)
    if not 200 <= status < 500 or status == _TIMEOUT:
        return NoAnswer(f"The provider had trouble while answering ({status})")
    return None


async def _told(response: aiohttp.ClientResponse) -> Answer | None:
    """The body, if it comes: what the status says holds without it."""
    try:
        return await _read(response)
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None


async def _read(response: aiohttp.ClientResponse) -> Answer:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LARGEST:
            body = b""
            break
    return Answer(response.status, response.headers, _object(body))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = read_json(body)
    except ValueError:
        return {}
    if isinstance(data, list):
        return {"items": data}
    return data if isinstance(data, dict) else {}
