"""`GET /export/requests.csv`: exactly the filtered set, streamed, so that a million rows cost no memory."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from data import exports
from data.csvcells import safe_cell
from data.filters import Filters, parse
from data.queries import members
from data.store import Store, StoreUnavailable

CHUNK = 5_000  # rows held at a time; each chunk is a short read of its own, so nobody waits for a slow client


def export_route(store: Callable[[], Store], zone: tzinfo, region: str) -> Route:
    """The route; times are written in `zone` with their offset, `region` is that of bare phone numbers."""

    async def export(request: Request) -> Response:
        try:
            names, last = await to_thread.run_sync(lambda: (members(store()), exports.last_id(store())))
        except StoreUnavailable as trouble:
            return PlainTextResponse(str(trouble), status_code=503)
        wanted = parse(request.query_params.multi_items(), names, region)
        if isinstance(wanted, str):
            return PlainTextResponse(wanted, status_code=400)
        name = f"askwell-requests-{datetime.now(zone):%Y-%m-%d-%H%M}.csv"
        return StreamingResponse(
            lines(store(), wanted, last, zone),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    return Route("/export/requests.csv", export, methods=["GET"])


def lines(store: Store, filters: Filters, last: int, zone: tzinfo) -> Iterator[str]:
    """The file in pieces: a header, then rows from the newest to the oldest; later requests are left out."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(exports.HEADER)
    below = last + 1
    while rows := exports.chunk(store, filters, below, CHUNK):
        below = rows[-1][0]
        writer.writerows([[_cell(cell, zone) for cell in row] for row in rows])
        yield _taken(buffer)
    yield _taken(buffer)


def _cell(cell: Any, zone: tzinfo) -> Any:
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    return cell


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
