"""A newer program on another machine changes the schema under an engine that works: it ends, and tells why."""

import pytest

from data.store.migrations import Outdated
from data.store.moved import Moved
from tests.builders import ask
from tests.engine.conftest import Scripted, drain, engine, statuses


def test_it_writes_down_what_is_in_flight_and_stops(store, clock):
    ask(store, 3)

    def changed(message):
        with store.transaction() as work:
            work.append("schema_version", {"number": [999], "applied_at": [clock()]})
        clock.forward(seconds=6)

    with pytest.raises(Outdated, match="newer Askwell"):
        drain(engine(store, connector := Scripted(changed), clock, in_flight=1))
    assert len(connector.sent) == 1
    assert statuses(store) == {"sent": 1, "queued": 2}


def test_one_that_is_there_at_the_start_ends_it_too(store, clock):
    """Days may have been counted anew for minutes since the store was opened."""
    one = engine(store, Scripted(), clock)
    with store.transaction() as work:
        work.append("schema_version", {"number": [999], "applied_at": [clock()]})
    with pytest.raises(Outdated, match="newer Askwell"):
        drain(one)
    assert store.rows("SELECT id FROM engine") == []


@pytest.mark.parametrize("trouble", [Outdated, Moved])
def test_where_waiting_will_not_help_it_does_not_wait(duckdb_store, clock, monkeypatch, trouble):
    one, tries = engine(duckdb_store, Scripted(), clock), []

    def begin(_):
        tries.append(1)
        if len(tries) > 1:
            raise AssertionError("tried again")
        raise trouble("It is another's.")

    monkeypatch.setattr(one._turns, "begin", begin)
    with pytest.raises(trouble):
        drain(one)
