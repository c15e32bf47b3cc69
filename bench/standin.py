"""A provider that costs almost nothing: answers every POST as Twilio and SendGrid do, after a fixed time; no hooks."""

import asyncio
import itertools
import multiprocessing
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX-Message-Id: %022d\r\nContent-Length: %d\r\n\r\n"
_numbers = itertools.count(1)


class _Connection(asyncio.Protocol):
    def __init__(self, delay: float) -> None:
        self._delay, self._buffer = delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            self._buffer = self._buffer[whole:]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        number = next(_numbers)
        body = b'{"sid": "SM%032d", "status": "queued", "error_code": null, "messages": []}' % number
        self._transport.write(_HEAD % (number, len(body)) + body)


def _serve(delay: float, ports: "multiprocessing.SimpleQueue[int]") -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(delay), "127.0.0.1", 0, backlog=2048
        )
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def standin(delay: float = 0.0) -> Generator[str]:
    """Its address, while it runs in a process of its own, on the last core; `delay` in seconds."""
    context = multiprocessing.get_context("spawn")
    ports = context.SimpleQueue()
    process = context.Process(target=_serve, args=(delay, ports), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ports.get()}"
    finally:
        process.kill()
        process.join()
