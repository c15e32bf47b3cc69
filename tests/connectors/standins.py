"""Stand-ins of the providers, over real HTTP, with real signatures; each remembers what it accepted.

A stand-in answers as its provider does, unless `next_answers` holds something else to do first.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from connectors.contract import Hook, Message, Report, Scope, TryLater

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Accept = Callable[[], web.Response]
Trick = Callable[[web.Request, Accept], Awaitable[web.StreamResponse]]


def answers(status: int, data: object = None, text: str | None = None, **headers: str) -> Trick:
    """Accepts nothing and says so."""

    async def trick(request: web.Request, accept: Accept) -> web.StreamResponse:
        body = text if text is not None else json.dumps({} if data is None else data)
        return web.Response(status=status, text=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return trick


def accepts_but_says(status: int, text: str = "<html>") -> Trick:
    async def trick(request: web.Request, accept: Accept) -> web.StreamResponse:
        accept()
        return web.Response(status=status, text=text)

    return trick


def accepts_and_is_late(seconds: float) -> Trick:
    async def trick(request: web.Request, accept: Accept) -> web.StreamResponse:
        answer = accept()
        await asyncio.sleep(seconds)
        return answer

    return trick


async def accepts_and_cuts(request: web.Request, accept: Accept) -> web.StreamResponse:
    accept()
    request.transport.abort()
    return web.Response()


async def accepts_and_cuts_within_the_answer(request: web.Request, accept: Accept) -> web.StreamResponse:
    answer = accept()
    response = web.StreamResponse(status=answer.status, headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'{"sid": "SM')
    request.transport.abort()
    return response


class StandIn:
    """One provider on a port of its own."""

    def __init__(self) -> None:
        self.accepted: list[dict] = []
        self.seen: list[web.Request] = []
        self.next_answers: list[Trick] = []
        self.url = ""
        self.clock: Callable[[], datetime] = lambda: NOW

    async def __aenter__(self):
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        body = await request.read()
        if self.next_answers:
            answer = await self.next_answers.pop(0)(request, lambda: self.answer(request, body))
        else:
            answer = self.answer(request, body)
        answer.headers["Date"] = format_datetime(self.clock(), usegmt=True)
        return answer

    def answer(self, request: web.Request, body: bytes) -> web.Response:
        raise NotImplementedError

    def hooks(self) -> list[Hook]:
        """What this provider reports of all it accepted."""
        return [hook for one in self.accepted for hook in self.hooks_of(one)]

    def hooks_of(self, accepted: dict) -> list[Hook]:
        raise NotImplementedError


def example(reference: str = "1-abcdefgh", channel: str = "sms") -> Message:
    """A message as the engine composes it: its text holds the link's token, the second half of its reference."""
    address = "ann@example.com" if channel == "email" else "+12024000001"
    body = f"Hi Ann, how was it? https://ask.example.com/r/{reference.partition('-')[2]}"
    return Message(reference, channel, address, body, "How was it?" if channel == "email" else None)


def held(reason: str) -> TryLater:
    """What a template that the provider rejects leads to."""
    return TryLater(timedelta(0), Scope.TEMPLATE, reason, needs_person=True)


def new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def can_be_kept(report: Report) -> bool:
    """Whether any store takes it: no signs that are none, no endless text, a time of our days."""
    texts = [report.event, report.key, report.code or "", report.reason or "", report.provider_id or ""]
    lively = all(text.isprintable() and len(text) < 1000 for text in texts)
    return (
        lively and bool(report.key) and report.happened_at.tzinfo is not None and 1999 < report.happened_at.year < 2101
    )
