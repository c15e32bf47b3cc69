"""How fast the engine empties its queue: sandbox at zero delay, durable, on one core."""

import asyncio
import gc
import os
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fill import filled
from bench.table import show
from connectors.sandbox import Sandbox
from data.inbox import Received
from data.lifecycle import Channel
from data.store import open_store
from engine.__main__ import collect_seldom, compose_for, post
from engine.dispatch import Engine
from settings import load


def run(path: Path, queued: int, in_flight: int) -> list[object]:
    store = open_store(str(path), threads=1)
    mail: list[Received] = []
    now = partial(datetime.now, UTC)
    sandbox = Sandbox("bench", partial(post, mail, now), path.with_suffix(".sandbox"), now, pace=0)
    settings = load({})
    engine = Engine(
        store, dict.fromkeys(Channel, sandbox), partial(compose_for, settings), name="bench", clock=now, zone=UTC,
        in_flight=in_flight, mail=mail,
    )  # fmt: skip
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(engine.run(asyncio.Event(), drain=True))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    left = store.rows("SELECT count(*) AS n FROM message WHERE status IN ('queued', 'sending')")[0]["n"]
    events = store.rows(
        "SELECT count(*) AS n FROM happening WHERE recorded_at > $since", since=datetime(2026, 11, 5, tzinfo=UTC)
    )
    store.close()
    sandbox.close()
    return [in_flight, queued, left, round(queued / wall), events[0]["n"], wall, cpu / queued * 1e6]


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    queued = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    table: list[list[object]] = []
    collect_seldom()
    with TemporaryDirectory() as folder:
        for history in (0, 1_000_000):
            for in_flight in (512, 1000):
                path = filled(Path(folder) / f"{history}-{in_flight}.duckdb", history + queued, queued=queued)
                table.append([f"{history:,} requests of history", *run(path, queued, in_flight)])
    header = ["store", "in flight", "queued", "left", "messages/s", "events kept", "seconds", "CPU us/message"]
    gc.unfreeze()  # or DuckDB complains at exit
    show("Queue to durable `sent`, with every report folded too; sandbox at zero delay, one core", header, table)


if __name__ == "__main__":
    main()
