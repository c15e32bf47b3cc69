"""The same durable work by what teams usually write: a loop, Celery with Redis, Huey with SQLite, and by the engine.

Each reads a row, posts it to the same stand-in and writes the status so that it survives. Needs `redis-server`, and the
peers in an environment of their own, whose Python PEERS_PYTHON names: `make bench-peers` sees to both.
"""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench import providers
from bench.fill import filled
from bench.standin import standin
from bench.table import show

MESSAGES = 3000
OURS = 20_000  # takes about as long
AIM = 5
PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)
TABLE = (
    "CREATE TABLE message (id integer PRIMARY KEY, name text, address text, token text, status text, sid text,"
    " sent_at double precision)"
)
ROWS = [(n, "Ann", f"+1202400{n:04}", f"token{n:04}", "queued", None, None) for n in range(1, MESSAGES + 1)]
Start = Callable[[dict[str, str]], list[list[str]]]


def in_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(TABLE)
        connection.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
    connection.close()


def in_duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLE)
        connection.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)


def sent(path: Path) -> tuple[int, float]:
    """How many rows say so, and the seconds from the first to the last."""
    sql = "SELECT count(*), max(sent_at) - min(sent_at) FROM message WHERE status = 'sent'"
    with sqlite3.connect(path, timeout=30) as connection:
        count, seconds = connection.execute(sql).fetchone()
    connection.close()
    return count, seconds


def naive(folder: Path, given: dict[str, str]) -> float:
    path = folder / "naive.duckdb"
    in_duckdb(path)
    subprocess.run([PYTHON, "-m", "bench.peer_naive"], env={**given, "PEER_ROWS": str(path)}, check=True)
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "SELECT count(*), max(sent_at) - min(sent_at) FROM message WHERE status = 'sent'"
        count, seconds = connection.execute(sql).fetchone() or (0, 1.0)
    assert count == MESSAGES
    return MESSAGES / seconds


def queue(name: str, worker: list[str], folder: Path, given: dict[str, str]) -> float:
    """Everything is in the queue before the workers start; counted from the first row written to the last."""
    path = folder / f"{name}.sqlite"
    in_sqlite(path)
    given = {**given, "PEER_ROWS": str(path)}
    subprocess.run([PYTHON, "-m", f"bench.peer_{name}", str(MESSAGES)], env=given, check=True)
    with stopped_in_the_end([PYTHON, "-m", *worker], given):
        end = time.monotonic() + 120
        while sent(path)[0] < MESSAGES:
            assert time.monotonic() < end, "it did not finish"
            time.sleep(0.5)
    return MESSAGES / sent(path)[1]


@contextmanager
def stopped_in_the_end(command: list[str], given: dict[str, str]) -> Generator[None]:
    process = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def redis(folder: Path) -> Generator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--dir", str(folder), "--appendonly", "yes", "--save", ""]
    with stopped_in_the_end(command, dict(os.environ)):
        time.sleep(1)
        yield f"redis://127.0.0.1:{port}/0"


def ours(folder: Path, url: str) -> float:
    path = filled(folder / "ours.duckdb", OURS, queued=OURS)
    return asyncio.run(providers.engine(path, url, 512, OURS))


def main() -> None:
    with TemporaryDirectory() as name, standin() as url, redis(Path(name)) as broker:
        folder = Path(name)
        given = {**os.environ, "PEER_URL": url, "PEER_REDIS": broker, "PEER_QUEUE": str(folder / "queue.huey")}
        celery = ["celery", "-A", "bench.peer_celery", "worker", "--concurrency", "2", "--loglevel", "error"]
        huey = ["huey.bin.huey_consumer", "bench.peer_huey.huey", "--workers", "8", "--quiet"]
        rates = {
            "loop over DuckDB, Twilio's client": naive(folder, given),
            "Celery and Redis, 2 processes, rows in SQLite": queue("celery", celery, folder, given),
            "Huey and SQLite, 8 threads": queue("huey", huey, folder, given),
        }
        rate = ours(folder, url)
    best = max(rates.values())
    table = [[peer, round(found), f"{rate / found:.1f}x"] for peer, found in rates.items()]
    table.append([f"Askwell on DuckDB, 512 in flight: {rate / best:.1f}x the best", round(rate), f"aim {AIM}x"])
    show("Row to provider to durable status, a stand-in without delay", ["", "messages/s", "Askwell is"], table)


if __name__ == "__main__":
    main()
