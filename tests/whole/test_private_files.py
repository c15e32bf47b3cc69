"""What Askwell writes is its owner's alone, whatever the umask: other accounts of a machine read no customers."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVERYBODY = 0o077


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE": str(folder / "kept" / "store.duckdb"), "SANDBOX_PACE": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, umask=0o022, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def readable(folder: Path) -> list[str]:
    """The files beside the store that others may touch; there must be a store."""
    files = [*folder.glob("kept"), *folder.glob("kept/*")]
    assert folder / "kept" / "store.duckdb" in files
    return [file.name for file in files if file.stat().st_mode & EVERYBODY]


def test_of_the_demo(demo_store):
    assert readable(demo_store.parents[1]) == []


def test_of_the_engine(demo_store, tmp_path):
    (tmp_path / "kept").mkdir(mode=0o700)
    shutil.copy(demo_store, tmp_path / "kept")
    process = start(tmp_path, "engine", "--drain")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert readable(tmp_path) == []
    assert {file.suffix for file in tmp_path.glob("kept/*")} >= {".duckdb", ".engine", ".mark", ".room", ".turnstile"}


def test_of_an_engine_that_comes_first(tmp_path):
    process = start(tmp_path, "engine", "--drain")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert readable(tmp_path) == []


def test_of_the_console(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(tmp_path, "streamlit", "run", "app.py", "--server.port", str(port))
    try:
        assert healthy(f"http://127.0.0.1:{port}/healthz", process)
        assert readable(tmp_path) == []
    finally:
        process.terminate()
        process.communicate(timeout=60)


def healthy(url: str, process: subprocess.Popen[str]) -> bool:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.status == 200
        except urllib.error.URLError:  # not yet there
            time.sleep(0.1)
    return False
