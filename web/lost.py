"""Addresses of a browser where nothing is. Streamlit answers `GET /a/b` with a page that stays blank, and `GET /a` with
the list below a box that says little."""

from collections.abc import Collection, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

from web.page import page

_STREAMLIT = ("/_stcore/", "/media/", "/component/", "/static/", "/app/")


class _ForReaders(Route):
    """A route for whoever types or follows an address, not for what a page loads."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        headers = dict(scope.get("headers", ()))
        if headers.get(b"sec-fetch-mode") != b"navigate" or scope["path"].startswith(_STREAMLIT):
            return Match.NONE, {}
        return super().matches(scope)


class _OfNoPage(_ForReaders):
    """And not for the pages that there are, nor for files."""

    def __init__(self, pages: Collection[str], *route: Any, **how: Any) -> None:
        super().__init__(*route, **how)
        self._pages = pages

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        name = scope["path"].rpartition("/")[2]
        return (Match.NONE, {}) if name in self._pages or "." in name else super().matches(scope)


def lost_routes(pages: Collection[str]) -> list[Route]:
    """The routes, to be the last: below a page up to the page's own address; where no page is, a sentence and a way to
    the list. `pages` are the addresses of those that there are."""

    async def below(request: Request) -> RedirectResponse:
        depth = request.path_params["rest"].count("/") + 1
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse("../" * depth + request.path_params["page"] + query, 307)

    async def nowhere(_: Request) -> Response:
        text = "There is no page at this address. It may have been cut off, or the page has another one now."
        return page("No such page", text, 404, link=("./", "Go to Requests"))

    return [
        _ForReaders("/{page}/{rest:path}", below, methods=["GET"]),
        _OfNoPage(pages, "/{page}", nowhere, methods=["GET"]),
    ]
