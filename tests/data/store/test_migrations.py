"""A store is brought to the schema of this program, or left as it was and nothing of the try stays behind."""

import logging
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from connectors.incoming import hidden
from connectors.keywords import Keyword
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import StoreUnavailable, gate, migrations
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


def test_what_an_older_store_waits_for_is_said_step_by_step(store, address, caplog, monkeypatch):
    monkeypatch.setattr(migrations, "CURRENT", 13)
    with store.transaction() as work:
        work.rows("DELETE FROM schema_version WHERE number >= 13")
        work.rows("ALTER TABLE suppression DROP COLUMN said_at")
    caplog.set_level(logging.INFO)
    open_prepared(address).close()
    open_prepared(address).close()  # nothing to do any more
    begun, step, done = [one.getMessage() for one in caplog.records if one.name == "askwell"]
    assert "from schema 12 to 13" in begun
    assert "Let it finish" in begun
    assert step == "schema step 13 of 13: START takes back only what was said before it, however late either is heard."
    assert "schema 13 now" in done


def test_an_answer_that_an_earlier_version_kept_is_known_again(store, address):
    """Else a STOP that START has lifted bars again when WhatsApp tells it once more."""
    person, at = "12025550143", NOW.isoformat()

    def hear(*keys: str) -> list[str]:
        said = [Inbound("whatsapp", f"+{person}", "STOP", NOW, key, Keyword.STOP) for key in keys]
        with store.transaction() as work:
            receive(work, said, Rules(), NOW, UTC)
        return [row["dedupe_key"] for row in store.rows("SELECT dedupe_key FROM reply ORDER BY id")]

    hear("reply wamid.A=", f"preference {person} {at}")
    with store.transaction() as work:
        work.rows("DELETE FROM schema_version WHERE number > 15")
    open_prepared(address).close()
    assert len(hear(f"reply {hidden('wamid.A=')}", f"wish {hidden(person)} {at}")) == 2
    assert len(hear(f"reply {hidden('wamid.B=')}")) == 3


def test_a_new_store_has_nothing_to_say(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    open_prepared(str(tmp_path / "new.duckdb")).close()
    assert [one for one in caplog.records if one.name == "askwell"] == []


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
