"""Everybody who works on one store goes by one time."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.clock import Clock

AHEAD = timedelta(minutes=3)
CONSOLE = """
from datetime import UTC, datetime
from data.store.postgresql import PostgresqlStore
PostgresqlStore.now = lambda store: datetime(2031, 5, 1, tzinfo=UTC)
import app
app.workspace.store
from pages.workspace import now
print(f"{now():%Y-%m}")
"""


@pytest.mark.parametrize(("shared", "beyond"), [(True, AHEAD), (False, timedelta(0))])
def test_a_store_that_machines_share_has_the_time(shared: bool, beyond: timedelta):
    store: Any = SimpleNamespace(shared_by_engines=shared, now=lambda: datetime.now(UTC) + AHEAD)
    clock = Clock()
    clock.set(store)
    assert abs(clock() - datetime.now(UTC) - beyond) < timedelta(minutes=1)


def test_the_console_goes_by_it_too(postgresql_address: str):
    """Or a clock that is ahead would make every STOP wait, and one that is behind hide a "never ask"."""
    console = subprocess.run(
        [sys.executable, "-c", CONSOLE], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120,
        env={**os.environ, "DATABASE": postgresql_address}, check=True,
    )  # fmt: skip
    assert console.stdout.split() == ["2031-05"]
