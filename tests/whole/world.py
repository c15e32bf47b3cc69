"""The world around an engine: a provider over real HTTP that reports to a real web server, both in a thread."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import aiohttp
import uvicorn
from aiohttp import web
from starlette.applications import Starlette

import settings as configuration
from connectors import meta, sendgrid, twilio
from connectors.contract import Hook
from connectors.http import open_session
from data.store import Store
from providers import remote
from tests.connectors import meta_standin, sendgrid_standin, twilio_standin
from tests.connectors.standins import StandIn
from web.hooks import hook_routes

PUBLIC = "https://ask.example.com"
STANDINS: dict[str, type[StandIn]] = {
    "twilio": twilio_standin.TwilioStandIn,
    "sendgrid": sendgrid_standin.SendGridStandIn,
    "meta": meta_standin.MetaStandIn,
}


class Provider:
    """A stand-in that takes its time before and after it accepts, and reports in any order, often twice.

    What is cut off before it was accepted gets through half of the time. Of the share `silent` it never reports
    anything; those are `untold`.
    """

    def __init__(self, name: str, lot: random.Random, delay: float, silent: float) -> None:
        self.standin = STANDINS[name]()
        self.standin.clock = now
        self.standin._answer = self._answer
        self.hooks_to, self.untold = "", set[str]()
        self._lot, self._delay, self._silent = lot, delay, silent
        self._reports: set[asyncio.Task[None]] = set()

    @property
    def accepted(self) -> Counter[str]:
        """How often each reference was accepted."""
        return Counter(map(reference, list(self.standin.accepted)))

    async def _answer(self, request: web.Request) -> web.Response:
        self.standin.seen.append(request)
        body = await request.read()
        await asyncio.sleep(self._lot.uniform(0, self._delay))
        if (request.transport is None or request.transport.is_closing()) and self._lot.random() < 0.5:
            return web.Response(status=499)
        before = len(self.standin.accepted)
        answer = self.standin.answer(request, body)
        for accepted in self.standin.accepted[before:]:
            self._tell(accepted)
        await asyncio.sleep(self._lot.uniform(0, self._delay))
        return answer

    def _tell(self, accepted: dict) -> None:
        if self._lot.random() < self._silent:
            self.untold.add(reference(accepted))
            return
        hooks = self.standin.hooks_of(accepted)
        hooks.append(self._lot.choice(hooks))
        self._lot.shuffle(hooks)
        for hook in hooks:
            task = asyncio.create_task(self._deliver(hook))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def _deliver(self, hook: Hook) -> None:
        """Until it is taken, as providers do."""
        target = self.hooks_to + hook.url.removeprefix(PUBLIC)
        await asyncio.sleep(self._lot.uniform(0, 0.5))
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.post(target, data=hook.body.encode(), headers=hook.headers) as answer:
                    if answer.ok:
                        return
                await asyncio.sleep(0.1)

    async def all_told(self) -> None:
        while self._reports:
            await asyncio.wait(self._reports)


def reference(accepted: dict) -> str:
    """Ours, as it came with a message that a stand-in accepted."""
    if "StatusCallback" in accepted:
        return parse_qs(urlsplit(accepted["StatusCallback"]).query)[twilio.REFERENCE][0]
    if "personalizations" in accepted:
        return accepted["personalizations"][0]["custom_args"][sendgrid.REFERENCE]
    return accepted[meta.REFERENCE]


class World:
    """`given` are an engine's settings; `wait` runs a coroutine where the provider lives."""

    def __init__(self, provider: Provider, given: dict[str, str], loop: asyncio.AbstractEventLoop) -> None:
        self.provider, self.given, self._loop = provider, given, loop

    def wait(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(120)


@contextmanager
def world(
    store: Store, address: str, name: str, lot: random.Random, *, delay: float = 0.1, silent: float = 0.3
) -> Iterator[World]:
    """One provider serves all channels it can; `delay` in seconds, at most, before and again after it accepts."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(30)

    provider = Provider(name, lot, delay, silent)
    run(provider.standin.__aenter__())
    given = settings_for(name, address, provider.standin.url)
    stop, provider.hooks_to = run(_serve(store, given))
    try:
        yield World(provider, given, loop)
    finally:
        run(stop())
        run(provider.standin.__aexit__())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(store: Store, given: dict[str, str]) -> tuple[Callable, str]:
    """The web's hooks at an address of their own, and what ends them."""
    session = open_session()
    connectors = remote(configuration.load(given), session, now)
    application = Starlette(routes=hook_routes(lambda: store, connectors, PUBLIC, "word", now))
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)

    async def stop() -> None:
        server.should_exit = True
        await serving
        await session.close()

    port = server.servers[0].sockets[0].getsockname()[1]
    return stop, f"http://127.0.0.1:{port}"


def settings_for(name: str, address: str, url: str) -> dict[str, str]:
    given = {
        "twilio": {
            "SMS_PROVIDER": name, "WHATSAPP_PROVIDER": name, "TWILIO_BASE_URL": url,
            "TWILIO_ACCOUNT_SID": twilio_standin.SID, "TWILIO_AUTH_TOKEN": twilio_standin.TOKEN,
            "TWILIO_SMS_FROM": twilio_standin.SENDER, "TWILIO_WHATSAPP_FROM": twilio_standin.SENDER,
        },
        "sendgrid": {
            "EMAIL_PROVIDER": name, "SENDGRID_BASE_URL": url, "SENDGRID_API_KEY": sendgrid_standin.KEY,
            "SENDGRID_FROM": sendgrid_standin.SENDER, "SENDGRID_WEBHOOK_PUBLIC_KEY": sendgrid_standin.HOOK_KEY,
        },
        "meta": {
            "WHATSAPP_PROVIDER": name, "META_BASE_URL": url, "META_ACCESS_TOKEN": meta_standin.TOKEN,
            "META_PHONE_NUMBER_ID": meta_standin.NUMBER_ID, "META_APP_SECRET": meta_standin.SECRET,
            "META_VERIFY_TOKEN": "word",
        },
    }[name]  # fmt: skip
    fast = {"SMS_PER_SECOND": "10000", "WHATSAPP_PER_SECOND": "10000", "EMAIL_PER_SECOND": "10000"}
    own = {
        "BUSINESS_NAME": "The Shop", "BUSINESS_ADDRESS": "1 Main Street", "REVIEW_URL": "https://reviews.example.com/shop",
    }  # fmt: skip
    return {"DATABASE": address, "PUBLIC_URL": PUBLIC, **own, **fast, **given}


now = partial(datetime.now, UTC)
