"""PostgreSQL: what is said of a message while an engine is claiming it comes too late, and is not said of it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC
from typing import Any

import pytest

from data import commands, decisions, erasure, follow_up_store, merging, people
from data.claims import claim
from data.moves import News
from data.store import Store
from tests.builders import NOW, add_follow_up, ask, hear, messages, row, sent


def beside_a_claim(store: Store, act: Callable[[], Any]) -> Any:
    """What `act` returns, which waits for an engine's turn that claims all there is."""
    with ThreadPoolExecutor(1) as pool:
        with store.transaction(alone=True) as work:
            assert claim(work, "engine-1", NOW, 10)
            acting = pool.submit(act)
            while not acting.done() and not is_awaited(store):
                time.sleep(0.01)
        return acting.result(timeout=30)


def is_awaited(store: Store) -> bool:
    sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(store.rows(sql))


@pytest.mark.parametrize("end", ["merge", "erase"])
def test_what_is_being_queued_for_a_contact_is_merged_or_erased_with_it(postgresql_store: Store, monkeypatch, end):
    """The other command begins where the ask has found its contact, and nothing of it is stored yet."""
    store, find = postgresql_store, commands.find_or_create
    kept, gone = (row(store, one)["contact_id"] for one in ask(store, 2))
    (person,) = store.rows("SELECT email, phone FROM contact WHERE id = $id", id=gone)
    acts = {
        "merge": lambda: merging.merge(store, kept, gone, "Sam", NOW, UTC),
        "erase": lambda: erasure.erase(store, gone, "Sam", NOW, UTC),
    }
    acting: list[Future[bool]] = []
    with ThreadPoolExecutor(1) as pool:

        def found(*what: Any) -> list[int]:
            ids = find(*what)
            acting.append(pool.submit(acts[end]))
            while not (acting[0].done() or is_awaited(store)):
                time.sleep(0.01)
            return ids

        monkeypatch.setattr(commands, "find_or_create", found)
        (request,) = ask(store, **person)
        assert acting[0].result(timeout=30)
    asked = row(store, request)
    if end == "merge":
        assert asked["contact_id"] == kept
    else:
        assert person["email"] not in str(asked)
        assert person["phone"][1:] not in str(asked)


def test_never_ask_does_not_cancel_what_is_under_way(postgresql_store: Store):
    store = postgresql_store
    (request,) = ask(store)
    person = row(store, request)["contact_id"]

    assert beside_a_claim(store, lambda: people.never_ask(store, person, "", "Sam", NOW, UTC)) == 0

    hear(store, News(messages(store, [request])[0], "delivered", NOW))
    assert row(store, request)["status"] == "delivered"


def test_who_cancels_too_late_is_told_so(postgresql_store: Store):
    store = postgresql_store
    asked = ask(store)

    done = beside_a_claim(store, lambda: decisions.cancel(store, asked, "Sam", NOW, UTC))

    assert done == decisions.Cancelled(under_way=1)


def test_a_follow_up_under_way_is_not_called_off(postgresql_store: Store):
    store = postgresql_store
    (request,) = sent(store)
    add_follow_up(store, request, 1)

    def call_off() -> dict[int, int]:
        with store.transaction() as work:
            return follow_up_store.call_off(work, {request: "answered"})

    assert beside_a_claim(store, call_off) == {}
