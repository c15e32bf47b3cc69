"""`GET /r/…` leads a person from a message to the review site, the same one for everybody."""

from collections.abc import Callable
from datetime import datetime

import crawleruseragents
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data.store import Store, StoreUnavailable
from web.hits import Hits
from web.page import HEADERS, unknown

# Scanners of mail and previewers that the library does not know.
_MACHINES = ("barracuda", "proofpoint", "mimecast", "microsoft office", "ms-office", "safelinks", "messagelabs")
_BROWSERS = ("mozilla/", "opera/")  # every browser that a person holds begins with one
_PURPOSE = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_AHEAD = ("prefetch", "prerender", "preview")
_AGENT = 120  # characters of a browser's name that are kept


def link_route(store: Callable[[], Store], review_url: str, clock: Callable[[], datetime]) -> Route:
    """The route; nothing in the address decides where it leads."""
    hits = Hits(store, clock)

    async def follow(request: Request) -> Response:
        if _fetches_ahead(request):  # nobody has followed it yet
            return Response(status_code=503, headers=HEADERS)
        agent = request.headers.get("user-agent", "")[:_AGENT].replace("\0", "")
        try:
            known = await hits.known(request.path_params["code"])
            if known is None:
                return unknown()
            if request.method == "GET":
                await hits.follow(known, _kind(request, agent), agent)
        except StoreUnavailable:
            pass  # nobody stands before a closed door because we cannot count
        return RedirectResponse(review_url, 302, headers=HEADERS)

    return Route("/r/{code:path}", follow, methods=["GET"])


def _fetches_ahead(request: Request) -> bool:
    return any(request.headers.get(name, "").lower().startswith(_AHEAD) for name in _PURPOSE)


def _kind(request: Request, agent: str) -> str:
    """A person has a page before them: what a page or a program loads for itself is no click."""
    opens_page = request.headers.get("sec-fetch-dest", "document") == "document"
    return "person" if opens_page and not is_machine(agent) else "machine"


def is_machine(agent: str) -> bool:
    """Whether a program, not a person, opens the link: previews of messengers, scanners of mail, scripts."""
    lower = agent.lower()
    return (
        not lower.startswith(_BROWSERS)
        or any(name in lower for name in _MACHINES)
        or crawleruseragents.is_crawler(agent)
    )
