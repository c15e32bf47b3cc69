"""How many proven hooks a second the console keeps durably on a DuckDB file, and how soon each is answered.

The real console serves them, a client on the same machine sends them, and a reader turns pages of the same store. In
the end the console is killed: what it answered for must be in the file.
"""

import asyncio
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import aiohttp

from bench.fill import filled
from bench.table import percentile, show
from connectors.contract import Hook
from data import queries
from data.filters import Filters
from data.queries import Sort
from data.store import open_store
from tests.connectors import meta_standin, sendgrid_standin, twilio_standin

HISTORY = 1_000_000  # requests in the store
HOOKS = 12_000
WARM_UP = 200  # of them sent once before
CONNECTIONS = 128
RUNS = ((None, False), (1500, False), (1500, True))  # events a second offered; whether an engine works beside
REST = 0.1  # seconds between the reader's questions
EVENTS = 50  # of one hook of SendGrid
PUBLIC = "https://ask.example.com"


def twilio(number: int) -> Hook:
    accepted = {
        "sid": f"SM{number:032}",
        "To": "+12024000001",
        "StatusCallback": f"{twilio_standin.HOOKS}?{urlencode({'reference': f'{number + 1}-token{number + 1}'})}",
    }
    return twilio_standin.TwilioStandIn().hook(accepted, "delivered")


def meta(number: int) -> Hook:
    return meta_standin.signed(meta_standin.lone("delivered", id=f"wamid.{number}"))


def sendgrid(number: int) -> Hook:
    return sendgrid_standin.signed([sendgrid_standin.lone("delivered") for _ in range(EVENTS)], time.time())


KINDS = {
    "Twilio, 1 event a hook": (twilio, 1),
    "Meta, 1 event a hook": (meta, 1),
    f"SendGrid, {EVENTS} events a hook": (sendgrid, EVENTS),
}


@contextmanager
def console(path: Path) -> Generator[tuple[str, dict[str, str]]]:
    """The console as it is run, at an address of its own, and its settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "DATABASE": str(path), "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": twilio_standin.SID, "TWILIO_AUTH_TOKEN": twilio_standin.TOKEN,
        "SENDGRID_API_KEY": "SG.x", "SENDGRID_FROM": sendgrid_standin.SENDER,
        "SENDGRID_WEBHOOK_PUBLIC_KEY": sendgrid_standin.HOOK_KEY,
        "META_ACCESS_TOKEN": "x", "META_PHONE_NUMBER_ID": meta_standin.NUMBER_ID,
        "META_APP_SECRET": meta_standin.SECRET, "META_VERIFY_TOKEN": "x",
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with killed_in_the_end(command, given):
        wait_for(port)
        yield f"http://127.0.0.1:{port}", given


@contextmanager
def killed_in_the_end(command: list[str], given: dict[str, str]) -> Generator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as attempt:
            if not attempt.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise TimeoutError("the console did not start")


def read(path: str, stop: Event, seen: "multiprocessing.Queue[list[float]]") -> None:
    """A person who turns pages all the time."""
    store = open_store(path, threads=1)
    times: list[float] = []
    while not stop.is_set():
        started = time.perf_counter()
        queries.page(store, Filters(), Sort(), 1, 50)
        queries.summary(store, Filters())
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(REST)
    store.close()
    seen.put(times)


async def send(url: str, hooks: list[Hook], pace: float | None) -> tuple[float, list[float]]:
    """Seconds in all and milliseconds of each answer; `pace` is hooks a second, None as fast as answers come.

    At a pace an answer is counted from when the hook was due, so that a queue does not hide itself.
    """
    times: list[float] = []
    waiting = iter(enumerate(hooks))

    async def one(session: aiohttp.ClientSession) -> None:
        for number, hook in waiting:
            due = started + number / pace if pace else time.perf_counter()
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            target = url + hook.url.removeprefix(PUBLIC)
            async with session.post(target, data=hook.body.encode(), headers=hook.headers) as answer:
                assert answer.status in (200, 204), answer.status
            times.append((time.perf_counter() - due) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
        started = time.perf_counter()
        await asyncio.gather(*(one(session) for _ in range(CONNECTIONS)))
    return time.perf_counter() - started, times


def empty(path: Path) -> None:
    store = open_store(str(path))
    with store.transaction() as work:
        work.rows("DELETE FROM inbox RETURNING id")
    store.close()


def kept(path: Path) -> int:
    store = open_store(str(path))
    count: int = store.rows("SELECT count(*) AS n FROM inbox")[0]["n"]
    store.close()
    return count


def run(path: Path, name: str, pace: int | None, beside: bool) -> list[object]:
    """One line of the table; `beside`: an engine reads the hooks meanwhile."""
    make, events = KINDS[name]
    hooks = [make(number) for number in range(HOOKS // (10 if events > 1 else 1))]
    empty(path)
    stop, seen = multiprocessing.Event(), multiprocessing.Queue()
    with console(path) as (url, given), ExitStack() as others:
        asyncio.run(send(url, hooks[:WARM_UP], None))
        if beside:
            others.enter_context(killed_in_the_end([sys.executable, "-m", "engine"], given))
        reader = multiprocessing.Process(target=read, args=(str(path), stop, seen))
        reader.start()
        time.sleep(1)
        seconds, times = asyncio.run(send(url, hooks, pace / events if pace else None))
    stop.set()
    pages = seen.get()
    reader.join()
    lost = len(hooks[:WARM_UP]) + len(hooks) - kept(path)
    how = f"{pace:,} events/s offered" if pace else f"{CONNECTIONS} at once"
    how += ", engine at work" if beside else ""
    ranks = [percentile(times, share) for share in (0.5, 0.95, 0.99)]
    return [name, how, round(len(hooks) * events / seconds), *ranks, max(times), percentile(pages, 0.5), lost]


def main() -> None:
    with TemporaryDirectory() as folder:
        path = filled(Path(folder) / "store.duckdb", HISTORY)
        table = [run(path, name, pace, beside) for name in KINDS for pace, beside in RUNS]
    header = ["", "sent", "events/s", "p50 ms", "p95 ms", "p99 ms", "longest", "reader p50 ms", "lost by kill -9"]
    show(
        f"Hooks proven, kept and answered (bars: 1,500 events/s, p99 250 ms); {HISTORY:,} requests in the store",
        header,
        table,
    )


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
