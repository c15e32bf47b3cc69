"""Two processes, one DuckDB file: nobody starves, and trouble is told in sentences."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.store import StoreUnavailable, gate, open_store
from data.store.migrations import prepare
from tests.builders import NOW

ROOT = Path(__file__).parents[3]


def python(code: str, *arguments: object, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


BUSY = """
import random, sys, threading, time
from data.store import open_store
kind, seconds = sys.argv[2], float(sys.argv[3])
end, counts = time.monotonic() + seconds, []
store = open_store(sys.argv[1])
def read():
    n = 0
    while time.monotonic() < end:
        with store.reading() as reading:
            reading.rows("SELECT count(*) AS n FROM tally")
            time.sleep(random.uniform(0.005, 0.08))  # never all out at once
        n += 1
    counts.append(n)
def write():
    n = 0
    while time.monotonic() < end:
        with store.transaction() as work:
            work.rows("UPDATE tally SET n = n + 1 RETURNING n")
        n += 1
    counts.append(n)
print("ready", flush=True)
threads = [threading.Thread(target=read if kind == "read" else write) for _ in range(8 if kind == "read" else 1)]
[t.start() for t in threads]; [t.join() for t in threads]
store.close()
print(sum(counts))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    store = open_store(str(path))
    with store.transaction() as work:
        work.rows("CREATE TABLE tally (n bigint)")
        work.rows("INSERT INTO tally VALUES (0)")
    store.close()
    return path


def test_readers_that_never_pause_do_not_starve_a_writer_nor_the_writer_them(path):
    reading = python(BUSY, path, "read", 8)  # longer than the writer, which must not find the room empty at last
    assert reading.stdout
    reading.stdout.readline()
    writing = python(BUSY, path, "write", 3)
    (written, more_trouble), (read, trouble) = writing.communicate(timeout=60), reading.communicate(timeout=60)
    reads, writes = int(read.split()[-1]), int(written.split()[-1])
    assert (trouble, more_trouble) == ("", "")
    assert reads > 20
    assert writes > 20
    store = open_store(str(path))
    assert store.rows("SELECT n FROM tally") == [{"n": writes}]
    store.close()


def test_two_writing_processes_lose_no_update(path):
    both = [python(BUSY, path, "write", 2) for _ in range(2)]
    counts = [int(one.communicate(timeout=60)[0].split()[-1]) for one in both]
    store = open_store(str(path))
    assert store.rows("SELECT n FROM tally") == [{"n": sum(counts)}]
    store.close()
    assert min(counts) > 5


COUNTING = """
import sys
from data.store import open_store
store = open_store(sys.argv[1])
while True:
    with store.transaction() as work:
        n = work.rows("UPDATE tally SET n = n + 1 RETURNING n")[0]["n"]
    print(n, flush=True)
"""


def test_what_was_committed_survives_kill_9_in_the_middle_of_work(path):
    told = 0
    for _ in range(12):
        writer = python(COUNTING, path)
        assert writer.stdout
        lines = [writer.stdout.readline() for _ in range(5)]
        time.sleep(0.02)
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].splitlines()
        told = int([line for line in [*lines, *rest] if line.strip()][-1])
        store = open_store(str(path))
        found = store.rows("SELECT n FROM tally")[0]["n"]
        store.close()
        assert told <= found <= told + 1


def test_a_foreign_program_holding_the_file_is_told_in_a_sentence_and_waited_for(path, monkeypatch):
    foreign = python(
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)", path
    )
    assert foreign.stdout
    foreign.stdout.readline()
    monkeypatch.setattr(gate, "FOREIGN_PATIENCE", 0.3)
    with pytest.raises(StoreUnavailable, match=rf"open in another program \(process {foreign.pid}\)"):
        open_store(str(path))
    foreign.kill()
    foreign.communicate()
    store = open_store(str(path))
    assert store.rows("SELECT n FROM tally") == [{"n": 0}]
    store.close()


def test_all_wait_for_a_foreign_program_at_once(path, monkeypatch):
    store = open_store(str(path))
    foreign = python(
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)", path
    )
    assert foreign.stdout
    foreign.stdout.readline()
    monkeypatch.setattr(gate, "FOREIGN_PATIENCE", 0.5)

    def waited(_) -> float:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="open in another program"):
            store.rows("SELECT n FROM tally")
        return time.monotonic() - started

    with ThreadPoolExecutor(8) as pool:
        longest = max(pool.map(waited, range(8)))
    foreign.kill()
    foreign.communicate()
    assert 0.5 < longest < 2
    assert store.rows("SELECT n FROM tally") == [{"n": 0}]
    store.close()


def test_no_empty_store_is_made_where_the_file_is_gone(path):
    store = open_store(str(path))
    moved = path.rename(path.with_name("moved"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="is gone"), store.transaction() as work:
            work.rows("SELECT 1 AS one")
        with pytest.raises(StoreUnavailable, match="is gone"):
            store.rows("SELECT n FROM tally")
    moved.rename(path)
    assert store.rows("SELECT n FROM tally") == [{"n": 0}]
    store.close()


def test_another_kind_of_file_is_told_in_a_sentence_and_left_as_it_was(tmp_path):
    path = tmp_path / "holiday.duckdb"
    path.write_bytes(b"\x89PNG not a store" * 1000)
    with pytest.raises(StoreUnavailable, match="is not an Askwell store"):
        open_store(str(path))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_may_not_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "closed").mkdir()
    path = tmp_path / "closed" / "store.duckdb"
    (tmp_path / "closed").chmod(0o555)
    code = """
import os, sys
from data.store import duckdb_file
from data.store import open_store, StoreUnavailable
if os.getuid() == 0:
    os.setuid(65534)
try:
    open_store(sys.argv[1])
except StoreUnavailable as trouble:
    print(trouble)
"""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o005)
    told = python(code, path).communicate(timeout=60)
    assert "may not write there" in told[0], told


def test_trouble_with_a_file_beside_the_store_names_that_file(path):
    path.with_name("store.duckdb.room").unlink()
    path.with_name("store.duckdb.room").mkdir()  # root may write what another account keeps to itself
    with pytest.raises(StoreUnavailable, match=r"store\.duckdb\.room is a folder"):
        open_store(str(path))


FILLING = """
import resource, signal, sys
from datetime import UTC, datetime
from data.store import open_store, StoreUnavailable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1])
written = 0
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, resource.RLIM_INFINITY))
try:
    for number in range(2000):
        with store.transaction() as work:
            text = [f"{number} {i} " + "x" * (i % 97) for i in range(5000)]
            work.append("big", {"n": [number] * 5000, "text": text})
        written += 1
except StoreUnavailable as trouble:
    print(trouble)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with store.transaction() as work:
    work.append("big", {"n": [-1], "text": ["after"]})
print(written, store.rows("SELECT count(DISTINCT n) AS n FROM big WHERE n >= 0")[0]["n"])
store.close()
"""


def test_a_full_disk_is_told_in_a_sentence_loses_nothing_and_work_goes_on_when_there_is_room(path):
    store = open_store(str(path))
    with store.transaction() as work:
        work.rows("CREATE TABLE big (n bigint, text text)")
    store.close()
    out, trouble = python(FILLING, path).communicate(timeout=120)
    sentence, counts = out.splitlines()
    assert "disk or quota is full" in sentence, (out, trouble)
    written, kept = map(int, counts.split())
    assert written == kept


def test_the_locks_of_a_killed_process_are_free_at_once(path):
    holder = python(
        "import sys, time\nfrom data.store import open_store\nstore = open_store(sys.argv[1])\n"
        "with store.transaction():\n    print('in', flush=True)\n    time.sleep(60)",
        path,
    )
    assert holder.stdout
    holder.stdout.readline()
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    started = time.monotonic()
    store = open_store(str(path))
    prepare(store, NOW)
    store.close()
    assert time.monotonic() - started < 5
