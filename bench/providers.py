"""What the engine adds to plain HTTP: queue to durable `sent` over a stand-in, beside a bare loop of posts.

And what it takes of memory with a million requests in its queue.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.fill import filled
from bench.standin import standin
from bench.table import show
from connectors.http import open_session
from connectors.twilio import Account, Twilio
from data.lifecycle import Channel
from data.store import open_store
from engine.__main__ import compose_for
from engine.dispatch import Engine
from settings import load
from tests.connectors.sendgrid_standin import HOOK_KEY

MESSAGES = 40_000
QUEUED = 1_000_000
SECONDS = 30  # of sending out of the long queue
SID = "AC" + "1" * 32
RUNS = ((0.0, 256, 0.6), (0.0, 1000, 0.6), (0.05, 256, 0.9))  # seconds until an answer, in flight, bar
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
now = partial(datetime.now, UTC)


async def bare(url: str, in_flight: int, messages: int) -> float:
    """Messages a second of a loop that does nothing but post the same and read the answers."""
    body = (
        b"To=%2B12024000001&StatusCallback=http%3A%2F%2F127.0.0.1%3A8501%2Fhooks%2Ftwilio%3Freference%3D20000-token20000"
        b"&From=%2B12024009999&Body=Hi+Ann%2C+how+was+Our+business%3F+http%3A%2F%2F127.0.0.1%3A8501%2Fr%2Ftoken20000"
    )
    waiting = iter(range(messages))

    async def one() -> None:
        for _ in waiting:
            async with session.post(
                f"{url}/2010-04-01/Accounts/{SID}/Messages.json", data=body, headers=HEADERS
            ) as answer:
                assert (await answer.json())["sid"]

    async with open_session(in_flight) as session:
        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(in_flight)))
        return messages / (time.perf_counter() - started)


async def engine(path: Path, url: str, in_flight: int, messages: int) -> float:
    """Messages a second from queue to durable `sent`."""
    store = open_store(str(path), threads=1)
    async with open_session(in_flight) as session:
        senders = {
            channel.value: "+12024009999" for channel in Channel
        }  # one provider for all, to compare like with like
        twilio = Twilio(session, Account(SID, "t0ken"), senders, "http://127.0.0.1:8501/hooks/twilio", now, api=url)
        one = Engine(
            store, dict.fromkeys(Channel, twilio), partial(compose_for, load({})), name="bench", clock=now, zone=UTC,
            in_flight=in_flight, mail=[],
        )  # fmt: skip
        started = time.perf_counter()
        await one.run(asyncio.Event(), drain=True)
        seconds = time.perf_counter() - started
    done = store.rows("SELECT count(*) AS n FROM message WHERE status = 'sent'")[0]["n"]
    store.close()
    assert done == messages, f"{messages - done:,} are left"
    return messages / seconds


def run(folder: Path, number: int, delay: float, in_flight: int, bar: float) -> list[object]:
    path = filled(folder / f"{number}.duckdb", MESSAGES, queued=MESSAGES)
    with standin(delay) as url:
        before = asyncio.run(bare(url, in_flight, MESSAGES))
        full = asyncio.run(engine(path, url, in_flight, MESSAGES))
        plain = (before + asyncio.run(bare(url, in_flight, MESSAGES))) / 2
    return [f"{delay * 1000:.0f} ms", in_flight, round(plain), round(full), f"{full / plain:.2f}", bar]


def memory(path: Path) -> list[object]:
    """The real engine's largest resident size while it sends out of a long queue."""
    filled(path, QUEUED, queued=QUEUED)
    with standin() as url:
        given = {
            "DATABASE": str(path), "PUBLIC_URL": "https://ask.example.com",
            "BUSINESS_NAME": "The Shop", "REVIEW_URL": "https://reviews.example.com/shop",
            "SMS_PROVIDER": "twilio", "WHATSAPP_PROVIDER": "twilio", "EMAIL_PROVIDER": "sendgrid",
            "SMS_PER_SECOND": "10000", "WHATSAPP_PER_SECOND": "10000",
            "TWILIO_BASE_URL": url, "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "t0ken",
            "TWILIO_SMS_FROM": "+12024009999", "TWILIO_WHATSAPP_FROM": "+12024009999",
            "SENDGRID_BASE_URL": url, "SENDGRID_API_KEY": "SG.x", "SENDGRID_FROM": "asks@example.com",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": HOOK_KEY,
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "engine"], env={**os.environ, **given}, stderr=subprocess.DEVNULL
        )
        time.sleep(SECONDS)
        largest = _largest(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with duckdb.connect(str(path), read_only=True) as connection:
        counted = connection.execute("SELECT count(*) FROM message WHERE status = 'sent'").fetchone()
    return [f"{QUEUED:,} queued", counted[0] if counted else 0, largest, 250]


def _largest(process: int) -> float:
    """Its largest resident size so far in MB, as Linux tells it (what wait() tells includes who started it)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    with TemporaryDirectory() as folder:
        table = [run(Path(folder), number, *how) for number, how in enumerate(RUNS)]
        header = ["provider answers after", "in flight", "bare posts/s", "engine messages/s", "ratio", "bar"]
        show("Queue to durable `sent` on DuckDB, over HTTP to a stand-in, all on the same cores", header, table)
        header = ["engine process", f"sent in {SECONDS} s", "largest resident MB", "bar"]
        show("Memory with a long queue", header, [memory(Path(folder) / "long.duckdb")])


if __name__ == "__main__":
    main()
