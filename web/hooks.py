"""`/hooks/…`: what providers report. Proven first, then kept durably, then answered; the engine reads them later."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors import meta, sendgrid, twilio
from connectors.contract import Connector, Forged, Hook
from data.inbox import Received
from data.store import Store, StoreUnavailable
from web.inbox import Inbox

LARGEST = {"twilio": 2**20, "sendgrid": 2**20, "meta": 2**22}  # bytes of a body; Meta's may have 3 MB
ADDRESSES = {
    twilio.PATH: "twilio",
    twilio.PATH + twilio.INBOUND: "twilio",
    sendgrid.PATH: "sendgrid",
    meta.PATH: "meta",
}
_RETRY = {"Retry-After": "5"}
_UNREAD = {"Connection": "close"}  # the body is not wanted
_log = logging.getLogger("askwell.hooks")


def hook_routes(
    store: Callable[[], Store],
    connectors: Mapping[str, Connector],
    public_url: str,
    verify_token: str,
    clock: Callable[[], datetime],
) -> list[Route]:
    """The routes; `connectors` by name may be filled until the first hook comes, who is not in it has no address here.

    `public_url` is what providers call and sign: never what a proxy says was called. `verify_token` is Meta's.
    """
    inbox = Inbox(store)

    async def hear(provider: str, request: Request) -> Response:
        connector = connectors.get(provider)
        if connector is None:
            return Response(status_code=404)
        now = clock()
        hook = await _proven(request, connector, public_url, now)
        if isinstance(hook, Response):
            return hook
        try:
            await inbox.keep(Received(connector.name, hook.url, hook.headers, hook.body, now, now))
        except StoreUnavailable:
            return Response(status_code=503, headers=_RETRY)
        return Response(status_code=200 if connector.name == "meta" else 204)

    async def confirm(request: Request) -> Response:
        if "meta" not in connectors:
            return Response(status_code=404)
        answer = meta.challenge(request.query_params, verify_token)
        if answer is None:
            return Response(status_code=403)
        return PlainTextResponse(answer, headers={"X-Content-Type-Options": "nosniff"})

    heard = [
        Route(path, partial(hear, provider), methods=["POST"], max_body_size=LARGEST[provider])
        for path, provider in ADDRESSES.items()
    ]
    others = [Route(path, _not_by_get, methods=["GET"]) for path in ADDRESSES if path != meta.PATH]
    return [*heard, Route(meta.PATH, confirm, methods=["GET"]), *others]


async def _not_by_get(_: Request) -> Response:
    """Or the console's page would answer 200, and nobody would see that a STOP came the wrong way."""
    return Response(status_code=405, headers={"Allow": "POST"})


async def _proven(request: Request, connector: Connector, public_url: str, now: datetime) -> Hook | Response:
    """The hook, or the answer to what is none. What carries no signature is not even read."""
    given = {name: request.headers[name] for name in connector.signature_headers if name in request.headers}
    missing = [name for name in connector.signature_headers if name not in given]
    if missing:
        _log.warning("hook refused provider=%s: no %s", connector.name, " and no ".join(missing))
        return Response(status_code=403, headers=_UNREAD)
    body = await _body(request)
    if isinstance(body, Response):
        return body
    hook = Hook(public_url + _target(request.scope), given, body, now)
    try:
        connector.verify(hook)
    except Forged as trouble:
        _log.warning("hook refused provider=%s: %s", connector.name, str(trouble) or "the signature does not match")
        return Response(status_code=403)
    return hook


async def _body(request: Request) -> str | Response:
    """The body as text; providers send nothing else."""
    try:
        text = (await request.body()).decode()
    except (UnicodeDecodeError, ClientDisconnect):
        return Response(status_code=400)
    return Response(status_code=400) if "\0" in text else text  # which no store takes


def _target(scope: Mapping[str, Any]) -> str:
    """Path and query as they came in, letter by letter."""
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
