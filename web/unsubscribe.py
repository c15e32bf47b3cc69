"""`/u/…` lets the reader of an email say that they want no more: GET shows a page, only POST acts (RFC 8058)."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.store import Store, StoreUnavailable
from web.hits import Hits
from web.page import page, unknown

_LARGEST = 4096  # bytes of a form that says nothing we need


def unsubscribe_route(store: Callable[[], Store], business: str, clock: Callable[[], datetime]) -> Route:
    """The route; scanners that follow every link change nothing."""
    hits = Hits(store, clock)

    async def leave(request: Request) -> Response:
        try:
            known = await hits.known(request.path_params["code"])
            if known is None:
                return unknown()
            if request.method != "POST":
                return page("No more emails?", f"{business} will stop asking you for reviews.", button="Unsubscribe")
            await hits.note(known, "unsubscribe")
        except StoreUnavailable:
            return page("Please try again", "We could not write that down. Try again in a minute.", 503)
        return page("Done", f"{business} will not write to you again.")

    return Route("/u/{code:path}", leave, methods=["GET", "POST"], max_body_size=_LARGEST)
