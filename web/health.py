"""`GET /healthz`: whether the store answers and when an engine was last seen."""

import logging
from collections.abc import Callable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data.claims import last_beat
from data.store import Store, StoreUnavailable

_log = logging.getLogger("askwell")


def health_route(store: Callable[[], Store]) -> Route:
    def look() -> JSONResponse:
        try:
            beat = last_beat(store(), store().now())
        except StoreUnavailable as trouble:
            _log.warning("healthz: %s", trouble)  # it names paths and processes, and the world may call this
            return JSONResponse({"store": "unavailable"}, status_code=503)
        return JSONResponse({"store": "ok", "engine_seen_at": beat and beat["seen_at"].isoformat()})

    async def health(_: Request) -> JSONResponse:
        return await to_thread.run_sync(look)

    return Route("/healthz", health, methods=["GET"])
