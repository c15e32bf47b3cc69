"""A newer program on another machine changes the schema under an engine that works: it ends, and tells why."""

import pytest

from data.store.migrations import Outdated
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
