"""`GET /export/requests.csv`: exactly the filtered set, streamed, so that a million rows cost no memory."""

import csv
import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from data import exports, imported
from data.filter_address import parse
from data.filters import Filters
from data.queries import members
from data.store import Store, StoreUnavailable

CHUNK = 10_000  # ids; each is a short read of its own, so nobody waits for a slow client
_MARK = "\ufeff"  # spreadsheets take UTF-8 for what it is only with it in front

_log = logging.getLogger("askwell")


def export_route(store: Callable[[], Store], zone: tzinfo, region: str) -> Route:
    """The route; `zone` is that of days and dates the file's name, `region` is that of bare phone numbers."""

    async def export(request: Request) -> Response:
        try:
            names, files, last = await to_thread.run_sync(lambda: _known(store()))
        except StoreUnavailable as trouble:
            return PlainTextResponse(str(trouble), status_code=503)
        wanted = parse(request.query_params.multi_items(), names, region, zone, files)
        if isinstance(wanted, str):
            return PlainTextResponse(wanted, status_code=400)
        name = f"askwell-requests-{datetime.now(zone):%Y-%m-%d-%H%M}.csv"
        return _Export(
            lines(store(), wanted, last),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    return Route("/export/requests.csv", export, methods=["GET"])


def _known(store: Store) -> tuple[dict[int, str], list[str], int]:
    """What an address may speak of, and the newest request."""
    with store.reading() as reading:
        return members(reading), imported.files(reading), exports.last_id(reading)


class _Export(StreamingResponse):
    """Where the store breaks off, the connection does, without the end that would make a part look whole."""

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except StoreUnavailable as trouble:
            _log.error("export broken off: %s", trouble)


def lines(store: Store, filters: Filters, last: int) -> Iterator[str]:
    """The file in pieces: a header, then rows from the newest to the oldest; later requests are left out."""
    buffer = io.StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(exports.HEADER)
    yield _taken(buffer)
    for high in range(last, 0, -CHUNK):
        writer.writerows(exports.chunk(store, filters, high - CHUNK + 1, high))
        if text := _taken(buffer):
            yield text


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
