"""What a rerun of each page asks of a DuckDB store at 1 and 10 million requests, alone and beside a busy writer.

`python -m bench.store [FOLDER]`: a folder keeps the filled stores (1 and 10 million requests) for the next time.
"""

import itertools
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fill import FIRST, LAST, filled
from bench.table import percentile, show
from data import claims, moves, queries, reports
from data.checks.searching import search_query
from data.filters import Filters
from data.moves import News
from data.queries import Sort
from data.store import Store, open_store

SIZES = (1_000_000, 10_000_000)
ROUNDS = 25
WRITES = 1000  # messages a second: claimed, accepted, delivered
QUEUED = 200_000  # what the writer works on
REST = 0.1  # seconds between questions beside the writer: several people turning pages all the time
QUARTER = Filters(since=date(2026, 8, 1))


def names() -> str:
    return f"{random.choice(FIRST)} {random.choice(LAST)[:3]}".lower()


def phone(store: Store) -> str:
    row = store.rows("SELECT address FROM request WHERE id = $id", id=random.randrange(1, 900_000))[0]["address"]
    return row if row.startswith("+") and search_query(row).number else phone(store)  # some drawn numbers are not real


def questions(store: Store) -> dict[str, tuple[Callable[[], object], int]]:
    """Each with the milliseconds it may take at 10 million rows."""
    numbers = itertools.cycle([phone(store) for _ in range(10)])

    def page(filters: Filters, sort: Sort = Sort(), number: int = 1) -> list[object]:
        return queries.page(store, filters, sort, number, 50)  # type: ignore[return-value]

    def story() -> object:
        with store.reading() as reading:
            return queries.story(reading, random.randrange(1, 900_000))

    return {
        "page of 50, newest first": (lambda: page(Filters()), 60),
        "page of 50, search by name": (lambda: page(Filters(search=names())), 60),
        "page of 50, search by whole phone": (lambda: page(Filters(search=next(numbers))), 60),
        "page of 50, search that finds nothing": (lambda: page(Filters(search="zzyzx")), 60),
        "page of 50, channel and status": (lambda: page(Filters(channels=("sms",), statuses=("failed",))), 60),
        "page of 50, by date sent": (lambda: page(Filters(), Sort("sent_at")), 60),
        "page of 50, by name": (lambda: page(Filters(), Sort("name", descending=False)), 60),
        "page 1,000": (lambda: page(Filters(), number=1000), 60),
        "summary strip": (lambda: queries.summary(store, Filters()), 150),
        "summary strip, one channel": (lambda: queries.summary(store, Filters(channels=("email",))), 150),
        "summary strip, search by name": (lambda: queries.summary(store, Filters(search=names())), 150),
        "Channels page, quarter": (lambda: reports.tally(store, QUARTER, "channel", "week"), 300),
        "Channels page, everything": (lambda: reports.tally(store, Filters(), "channel", "week"), 300),
        "Senders page, quarter": (lambda: reports.tally(store, QUARTER, "sender", "channel"), 300),
        "Senders page, everything": (lambda: reports.tally(store, Filters(), "sender", "channel"), 300),
        "one request's story": (story, 60),
    }


def measured(store: Store, rest: float = 0.0) -> dict[str, tuple[float, float, int]]:
    """Median and 95th percentile in milliseconds, and the bar; `rest` seconds between two questions."""
    found: dict[str, tuple[float, float, int]] = {}
    for name, (ask, bar) in questions(store).items():
        ask()
        times: list[float] = []
        for _ in range(ROUNDS):
            time.sleep(rest)
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)
        found[name] = (percentile(times, 0.5), percentile(times, 0.95), bar)
    return found


def write(path: str, stop: Event, pace: "multiprocessing.Queue[float]") -> None:
    """The engine's turns at WRITES messages a second: one transaction every half second."""
    store = open_store(path, threads=1)
    sent: list[int] = []
    done, held, started = 0, list[int](), time.monotonic()
    while not stop.is_set():
        now = datetime.now(UTC)
        news = [News(id, "accepted", now) for id in held] + [News(id, "delivered", now) for id in sent]
        with store.transaction() as work:
            moves.apply(work, news, now, UTC)
            sent, held = held, [one.id for one in claims.claim(work, "bench", now, WRITES // 2)]
        done += len(held)
        time.sleep(max(0.0, started + done / WRITES - time.monotonic()))
    pace.put(done / (time.monotonic() - started))
    store.close()


def beside_a_writer(path: Path) -> tuple[dict[str, tuple[float, float, int]], float]:
    stop, pace = multiprocessing.Event(), multiprocessing.Queue()
    writer = multiprocessing.Process(target=write, args=(str(path), stop, pace))
    writer.start()
    time.sleep(2)
    store = open_store(str(path), memory_limit="1GB")
    found = measured(store, REST)
    store.close()
    stop.set()
    reached = pace.get()
    writer.join()
    return found, reached


def main() -> None:
    random.seed(3)
    with TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        alone: list[dict[str, tuple[float, float, int]]] = []
        for size in SIZES:
            path = filled(folder / f"{size}.duckdb", size, queued=QUEUED)
            store = open_store(str(path), memory_limit="1GB")
            alone.append(measured(store))
            store.close()
        busy, reached = beside_a_writer(folder / f"{SIZES[-1]}.duckdb")
        rows = [
            [name, *small[:2], *large[:2], f"{large[1] / small[1]:.1f}x", *busy[name][:2], f"<= {large[2]}"]
            for (name, small), large in zip(alone[0].items(), alone[1].values(), strict=True)
        ]
    header = ["", "1M p50", "1M p95", "10M p50", "10M p95", "p95 ratio", "busy p50", "busy p95", "bar (10M p95)"]
    show(
        f"Milliseconds of each question; busy: 10M, {REST} s apart, beside {reached:,.0f} messages a second"
        f" (aim {WRITES:,})",
        header,
        rows,
    )


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
