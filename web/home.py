"""`GET /requests` leads to the list, which Streamlit serves at `/` as the default page, with its filters."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route


def home_route() -> Route:
    """The route; relative, so that a prefix of a reverse proxy stays."""

    async def home(request: Request) -> RedirectResponse:
        query = request.url.query
        return RedirectResponse(f"./?{query}" if query else "./", 307)

    return Route("/requests", home, methods=["GET"])
