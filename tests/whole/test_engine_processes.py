"""The engine as the process it is: drained, stopped, killed, started twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from data import commands
from providers import ledger as ledger_of
from tests.builders import NOW, always_open, ask
from tests.whole.lives import forget_the_dead

ROOT = Path(__file__).parents[2]


def start(address: str, *arguments: str, pace: str = "0") -> subprocess.Popen:
    environment = {**os.environ, "DATABASE": address, "SANDBOX_PACE": pace, "IN_FLIGHT": "50"}
    return subprocess.Popen(
        [sys.executable, "-m", "engine", *arguments],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def at_any_hour(request):
    """These run by the real clock."""
    for name in ("store", "duckdb_store"):
        if name in request.fixturenames:
            always_open(request.getfixturevalue(name))


@pytest.fixture
def ledger(address):
    path = ledger_of(address)
    yield path
    path.unlink(missing_ok=True)


def size(ledger: Path) -> int:
    return ledger.stat().st_size if ledger.exists() else 0


def counts(store) -> Counter:
    return Counter(row["status"] for row in store.rows("SELECT status FROM message"))


def test_drain_sends_all_that_is_due_folds_what_came_back_and_exits(store, address, ledger):
    ask(store, 300)
    engine = start(address, "--drain")
    _, log = engine.communicate(timeout=60)
    assert engine.returncode == 0, log
    assert not set(counts(store)) & {"queued", "sending", "sent"}
    assert "Traceback" not in log
    assert "+1202" not in log  # personal data stays out of the log
    assert "@example.com" not in log


def test_an_engine_killed_again_and_again_sends_nothing_twice_and_loses_nothing(store, address, ledger):
    lot, held = random.Random(5), 0
    ask(store, 700)
    for _ in range(14):
        before = size(ledger)
        engine = start(address, pace="0.05")
        wait_for(lambda: size(ledger) > before or not counts(store)["queued"])  # noqa: B023 — asked at once
        time.sleep(lot.uniform(0, 0.2))
        engine.send_signal(signal.SIGKILL)
        engine.communicate()
        held += counts(store)["sending"]
        forget_the_dead(store)
    assert held, "it must have been killed in the middle of work"
    finishing = start(address, "--drain")
    _, log = finishing.communicate(timeout=120)
    assert finishing.returncode == 0, log
    sent = ledger.read_text().split()
    found = counts(store)
    assert len(sent) == len(set(sent)), "sent twice"
    assert len(sent) == 700, "lost"
    assert not set(found) & {"queued", "sending", "unsure"}, found


def test_sigterm_finishes_what_is_in_flight(store, address, ledger):
    ask(store, 200)
    engine = start(address, pace="1")
    wait_for(lambda: size(ledger))  # the first has left
    engine.send_signal(signal.SIGTERM)
    _, log = engine.communicate(timeout=30)
    assert engine.returncode == 0, log
    assert "stopped, nothing in flight" in log
    found = counts(store)
    assert found["sending"] == found["unsure"] == 0
    assert found["sent"] > 0


def test_a_second_engine_on_a_duckdb_file_says_so_and_exits(duckdb_store, tmp_path):
    address = str(tmp_path / "store.duckdb")
    first = start(address)
    wait_for(lambda: duckdb_store.rows("SELECT id FROM engine"))
    second = start(address)
    _, told = second.communicate(timeout=30)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert second.returncode == 1
    assert "Another engine already works on" in told
    assert "Traceback" not in told


def test_a_person_works_on_the_same_file_while_the_engine_runs_at_full_speed(duckdb_store, tmp_path):
    address = str(tmp_path / "store.duckdb")
    requests = ask(duckdb_store, 3000)
    held = requests[-200:]
    commands.pause(duckdb_store, held, "Sam", NOW)
    engine = start(address, "--drain")
    slowest, turns = 0.0, 0
    while engine.poll() is None:
        started = time.monotonic()
        duckdb_store.rows("SELECT count(*) AS n FROM request")
        slowest, turns = max(slowest, time.monotonic() - started), turns + 1
        time.sleep(0.02)
    engine.communicate()
    assert engine.returncode == 0
    assert turns > 20
    assert slowest < 5, "a reader starved"
    assert counts(duckdb_store)["queued"] == len(held)


def test_settings_that_make_no_sense_are_all_told_at_once(tmp_path):
    environment = {
        **os.environ,
        "DATABASE": str(tmp_path / "x.duckdb"),
        "TIMEZONE": "Mars/Base",
        "REGION": "Nowhere",
        "IN_FLIGHT": "lots",
    }
    done = subprocess.run(
        [sys.executable, "-m", "engine", "--drain"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in ("TIMEZONE", "REGION", "IN_FLIGHT"):
        assert name in done.stderr


def wait_for(true, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


HOLDING = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_an_engine_that_comes_while_a_foreign_program_has_the_file_waits_for_it(duckdb_store, tmp_path):
    address = str(tmp_path / "store.duckdb")
    ask(duckdb_store, 5)
    with subprocess.Popen([sys.executable, "-c", HOLDING, address], stdin=-1, stdout=-1) as foreign:
        assert foreign.stdout
        assert foreign.stdin
        foreign.stdout.readline()
        engine = start(address)
        assert engine.stderr
        assert f"open in another program (process {foreign.pid})" in engine.stderr.readline()
        foreign.stdin.close()
    wait_for(lambda: not counts(duckdb_store)["queued"], 40)
    engine.send_signal(signal.SIGHUP)  # as when its terminal is closed
    _, log = engine.communicate(timeout=30)
    assert engine.returncode == 0, log
    assert "stopped, nothing in flight" in log


def test_the_engine_goes_on_when_a_foreign_program_lets_go_of_the_file(duckdb_store, tmp_path):
    address = str(tmp_path / "store.duckdb")
    ask(duckdb_store, 50)
    engine = start(address, pace="0")
    wait_for(lambda: duckdb_store.rows("SELECT id FROM engine"))
    foreign = subprocess.run(
        [
            sys.executable, "-c",
            "import duckdb, sys, time\n"
            "end = time.time() + 20\n"
            "while time.time() < end:\n"
            "    try:\n        c = duckdb.connect(sys.argv[1]); break\n"
            "    except duckdb.IOException:\n        time.sleep(0.005)\n"
            "print(c.execute('select count(*) from message').fetchone()[0]); time.sleep(7); c.close()",
            address,
        ],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert foreign.stdout.strip() == "50", foreign.stderr
    time.sleep(2)
    assert engine.poll() is None
    engine.send_signal(signal.SIGTERM)
    _, log = engine.communicate(timeout=30)
    assert engine.returncode == 0, log
    assert set(counts(duckdb_store)) <= {"delivered", "undelivered", "failed", "sent"}
