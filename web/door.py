"""Who is let in to the console: it asks for no password, so neither other names nor other sites may lead to it.

A page of `evil.example` whose name is made to mean 127.0.0.1 (DNS rebinding) is one site with the console to a browser:
only the name that it asks for gives it away.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.page import page

# What the world may call, by any name; all else is the console.
_FOLDERS, _HEALTH = ("/hooks/", "/r/", "/u/"), "/healthz"
_UNFRAMED = [(b"content-security-policy", b"frame-ancestors 'self'"), (b"x-frame-options", b"SAMEORIGIN")]


class Door:
    """Middleware around the whole server: `others` are names of the console beside localhost, numbers and ours.

    `world` answers what the world may call, past all that the console does for each of its pages.
    """

    def __init__(self, app: ASGIApp, world: ASGIApp, public_url: str, others: Iterable[str]) -> None:
        self._app, self._world = app, world
        self._names = {"localhost", urlsplit(public_url).hostname, *others}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._inside(scope)(scope, receive, _unframed(send))
            case "websocket" if not self._may_talk(_headers(scope)):
                await send({"type": "websocket.close", "code": 1008})
            case _:
                await self._app(scope, receive, send)

    def _inside(self, scope: Scope) -> ASGIApp:
        path: str = scope["path"]
        if path.startswith(_FOLDERS) or path == _HEALTH:
            return self._world
        return self._refusal(path, scope) or self._app

    def _refusal(self, path: str, scope: Scope) -> Response | None:
        headers = _headers(scope)
        name = _name(headers.get(b"host", b""))
        if not self._is_ours(name):
            return page(
                "Not by this name",
                f"The console does not answer to the name “{name}”. Open it as localhost or 127.0.0.1. Where a proxy "
                "of your own leads here, and asks for a password, set CONSOLE_HOSTS to that name and start it anew.",
                403,
            )
        if path.startswith("/export/") and headers.get(b"sec-fetch-site") == b"cross-site":
            return page("Not from another site", "Paste the address into the address bar to have the export.", 403)
        return None

    def _may_talk(self, headers: Mapping[bytes, bytes]) -> bool:
        """A page sends its origin along: ours, or one with the very address that it asks for."""
        name, origin = _name(headers.get(b"host", b"")), headers.get(b"origin")
        if not self._is_ours(name):
            return False
        return origin is None or (site := _name(origin.partition(b"://")[2])) == name or site in self._names

    def _is_ours(self, name: str) -> bool:
        try:
            return name in self._names or bool(ipaddress.ip_address(name))
        except ValueError:
            return False


def _unframed(send: Send) -> Send:
    async def unframed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_UNFRAMED]
        await send(message)

    return unframed


def _headers(scope: Scope) -> Mapping[bytes, bytes]:
    return dict(scope["headers"])


def _name(host: bytes) -> str:
    """The host without its port."""
    text = host.decode("latin-1").lower()
    return text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0].rstrip(".")
