"""`GET /a/b` of a browser, where nothing is: Streamlit answers any such address with a page that stays blank."""

from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Match, Route

_STREAMLIT = ("/_stcore/", "/media/", "/component/", "/static/", "/app/")


class _ForReaders(Route):
    """A route for whoever types or follows an address, not for what a page loads."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        headers = dict(scope.get("headers", ()))
        if headers.get(b"sec-fetch-mode") != b"navigate" or scope["path"].startswith(_STREAMLIT):
            return Match.NONE, {}
        return super().matches(scope)


def lost_route() -> Route:
    """The route, to be the last: leads up to the page's own address, which says so if that is unknown, too."""

    async def lost(request: Request) -> RedirectResponse:
        depth = request.path_params["rest"].count("/") + 1
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse("../" * depth + request.path_params["page"] + query, 307)

    return _ForReaders("/{page}/{rest:path}", lost, methods=["GET"])
