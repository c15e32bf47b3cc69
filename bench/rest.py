"""What the other pages and the rarer looks of the engine ask of a DuckDB store with 10 million requests.

`python -m bench.rest [FOLDER]`: a folder keeps the filled store for the next time.
"""

import random
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

from bench.lived import lived_in
from bench.table import percentile, show
from data import (
    cases,
    claims,
    erasure,
    exports,
    follow_up_store,
    merging,
    moves,
    people,
    person_copy,
    queries,
    replies,
    rules,
    stops,
    why,
)
from data.checks.searching import search_query
from data.contacts import email_key
from data.filters import Filters
from data.moves import News
from data.opt_outs import stop_person
from data.replies import Inbound
from data.rules import Rules
from data.store import Reading, Store, Writing, open_store
from data.store.migrations import prepare
from data.template_store import in_use
from data.verdicts import Basis
from data.versions import Around
from engine import consequences, guardrails

REQUESTS = 10_000_000
ROUNDS = 9
NOW = datetime(2026, 11, 1, tzinfo=UTC)
RULES = Rules(opens=0, closes=24 * 60)
SENDER_STOPPED = {"scope": "sender", "subject": "3", "channel": None, "until": None}
PAGE, TURN, RARELY = 60, 20, 1000  # milliseconds: on a page, in a turn of the engine, once in a while
Asked = TypeVar("Asked", Reading, Writing)
Questions = dict[str, tuple[Callable[[Asked], object], int]]


class _Undone(Exception):
    """Ends a transaction without a trace, so that each round finds the same store."""


@contextmanager
def _undone(store: Store) -> Generator[Writing]:
    try:
        with store.transaction() as work:
            yield work
            raise _Undone
    except _Undone:
        return


class _Within:
    """A store of one transaction that goes on, for what opens its own."""

    def __init__(self, work: Writing) -> None:
        self._work = work

    def transaction(self, *, alone: bool = False) -> Any:
        return nullcontext(self._work)


def on_pages(store: Store, lot: random.Random) -> Questions[Reading]:
    """What pages ask, each with its bar."""
    phones = _phones(store)
    email = _email(store)

    def listed(filters: Filters) -> Callable[[Any], object]:
        return lambda store: queries.page(store, filters, queries.Sort(), 1, 50)

    def searched(text: str) -> Callable[[Any], object]:
        return lambda store: people.search(store, text, "US", 1, 50)

    def someone() -> int:
        return lot.randrange(1, REQUESTS)

    return {
        "every page: stops in force": (lambda store: stops.active(store, NOW), PAGE),
        "every page: replies that wait": (replies.count_waiting, PAGE),
        "Not sent: counts by rule": (lambda store: why.reasons(store, Filters()), PAGE),
        "Not sent: behind a stop": (lambda store: why.waiting_behind(store, SENDER_STOPPED, NOW), PAGE),
        "Requests held by a rule": (listed(Filters(why=("quiet_hours",))), PAGE),
        "Requests blocked by a rule": (listed(Filters(why=("cooldown",))), PAGE),
        "Requests kept by a rule, none": (listed(Filters(why=("expired",))), PAGE),
        "Replies": (replies.waiting, PAGE),
        "Templates": (lambda store: in_use(store, NOW), PAGE),
        "Contacts: newest": (searched(""), PAGE),
        "Contacts: search by name": (searched("chloe dub"), PAGE),
        "Contacts: search that finds nothing": (searched("zzyzx"), PAGE),
        "Contacts: two words that find nothing": (searched("chloe zzyzx"), PAGE),
        "Contacts: search by email": (searched(email), PAGE),
        "Contacts: search by phone": (lambda store: people.search(store, lot.choice(phones), "US", 1, 50), PAGE),
        "Contacts: a person's drawer": (lambda store: people.person(store, someone(), "UTC"), PAGE),
        "Contacts: duplicates of a person": (lambda store: merging.duplicates_of(store, someone()), PAGE),
        "Contacts: all possible duplicates": (merging.duplicates, RARELY),
        "Contacts: copy of a person": (lambda store: person_copy.export_person(store, someone()), RARELY),
        "a link followed: whose it is": (lambda store: queries.token_of(store, someone()), TURN),
        "export: 10,000 rows of it": (lambda store: exports.chunk(store, Filters(), 500_001, 510_000), RARELY),
    }


def in_turns(store: Store, lot: random.Random) -> Questions[Writing]:
    """What is asked while the store is held for writing, each with its bar."""
    phones = _phones(store)

    def hear(text: str, keyword: str | None, work: Writing) -> object:
        said = Inbound("sms", lot.choice(phones), text, NOW, f"key {lot.random()}", keyword)
        return replies.receive(work, [said], RULES, NOW, UTC)

    def never(work: Writing) -> object:
        return stop_person(
            work, lot.choice(phones), Basis.NEVER_ASK, source="reply", evidence=None, actor="console", now=NOW,
            zone=UTC, whole_person=True,
        )  # fmt: skip

    def erased(work: Writing) -> object:
        return erasure.erase(cast("Store", _Within(work)), lot.randrange(1, REQUESTS), "console", NOW, UTC)

    def followed(work: Writing) -> None:
        hits = lot.sample(range(REQUESTS - 500_000, REQUESTS - 300_000), 500)
        heard = [News(id, event, NOW) for id in hits for event in ("clicked", "responded")]
        consequences.of_changes(work, moves.apply(work, heard, NOW, UTC).changes, RULES, NOW, UTC, lambda: "t")

    due = _due(store)
    left = range(REQUESTS - 400_000, REQUESTS - 399_500)
    return {
        "turn: rules": (rules.load, TURN),
        "turn: what the rules look at, 500 messages": (
            lambda work: cases.facts(work, due, RULES, NOW, Around("The Shop")),
            TURN,
        ),
        "turn: guardrails' watch": (lambda work: guardrails.watch(work, RULES, NOW, far=False), TURN),
        "turn: guardrails' look far back": (lambda work: guardrails.watch(work, RULES, NOW), RARELY),
        "turn: follow-ups of 500 that left": (lambda work: follow_up_store.planned(work, left), TURN),
        "turn: orphans looked for": (lambda work: claims.orphans(work, "bench", [], NOW), TURN),
        "turn: old reaches forgotten": (lambda work: cases.forget(work, RULES, NOW), TURN),
        "turn: STOP": (partial(hear, "STOP", "stop"), 2 * TURN),
        "turn: START": (partial(hear, "START", "start"), 2 * TURN),
        "turn: words that look like a refusal": (partial(hear, "leave me alone", None), 2 * TURN),
        "turn: 500 links followed, folded": (followed, 10 * TURN),
        "a person decides: never again": (never, PAGE),
        "a person erased": (erased, RARELY),
    }


def _phones(store: Store) -> list[str]:
    rows = store.rows("SELECT address FROM request WHERE id BETWEEN 5000000 AND 5000040 AND channel = 'sms'")
    return [row["address"] for row in rows if search_query(row["address"]).number]  # one in five is no real number


def _email(store: Store) -> str:
    """Somebody's; the keys of filled stores are not the product's, so theirs is put right."""
    with store.transaction() as work:
        row = work.rows("SELECT id, email FROM contact WHERE email IS NOT NULL AND id > 70000 LIMIT 1")[0]
        work.rows("UPDATE contact SET email_key = $key WHERE id = $id", key=email_key(row["email"]), id=row["id"])
    return row["email"]


def _due(store: Store) -> list[claims.Claimed]:
    with _undone(store) as work:
        return claims.due(work, NOW + timedelta(days=9), 500)
    return []


def measured(store: Store, questions: Questions[Any], *, writing: bool) -> list[list[object]]:
    """Milliseconds: the first time, median and longest of the others, and the bar."""
    table: list[list[object]] = []
    for name, (ask, bar) in questions.items():
        times: list[float] = []
        for _ in range(ROUNDS + 1):
            with _undone(store) if writing else store.reading() as connection:
                started = time.perf_counter()
                ask(connection)
                times.append((time.perf_counter() - started) * 1000)
        table.append([name, times[0], percentile(times[1:], 0.5), max(times[1:]), bar])
    return table


def main() -> None:
    lot = random.Random(5)
    with TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        path = lived_in(folder / f"lived-{REQUESTS}.duckdb", REQUESTS)
        table: list[list[object]] = []
        console, engine = open_store(str(path), memory_limit="1GB"), open_store(str(path), threads=1)
        prepare(console, NOW)
        table += measured(console, on_pages(console, lot), writing=False)
        table += measured(engine, in_turns(engine, lot), writing=True)
        console.close()
        engine.close()
    show(f"Milliseconds of each question at {REQUESTS:,} requests", ["", "first", "p50", "longest", "bar"], table)


if __name__ == "__main__":
    main()
