"""A store is brought to the schema of this program, or left as it was and nothing of the try stays behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.store import StoreUnavailable, gate
from data.store.migrations import open_prepared
from tests.builders import NOW

HOLDING = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def opened() -> int:
    """Files and sockets of this process."""
    return len(list(Path("/dev/fd").iterdir()))


def test_each_try_to_open_a_newer_store_leaves_nothing_open(store, address):
    with store.transaction() as work:
        work.rows("INSERT INTO schema_version VALUES (999, $now) RETURNING number", now=NOW)
    before = opened()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="newer Askwell"):
            open_prepared(address)
    assert opened() == before


def test_each_try_to_open_what_a_foreign_program_holds_leaves_nothing_open(duckdb_store, tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "FOREIGN_PATIENCE", 0.1)
    path = str(tmp_path / "store.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as foreign:
        assert foreign.stdout
        foreign.stdout.readline()
        before = opened()
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="open in another program"):
                open_prepared(path)
        assert opened() == before
        foreign.kill()
