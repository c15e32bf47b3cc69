"""The console as people meet it: a server of its own on a demo store, seen through a real Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from data.store import open_store
from data.store.migrations import prepare
from tests.browser.listed import fill

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.example 127.0.0.1",  # names of strangers that lead here
]
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 30  # seconds
SIZE: ViewportSize = {"width": 1440, "height": 1000}
expect.set_options(timeout=PATIENCE * 1000)


@dataclass(frozen=True)
class Console:
    """A running console; `environment` is what an engine beside it needs."""

    url: str
    environment: dict[str, str]
    log: Path


@pytest.fixture(scope="session")
def start_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Console]]:
    """Starts a console on a store; more settings as keywords: `start_console(path, TIMEZONE="Asia/Tokyo")`."""
    running: list[subprocess.Popen[bytes]] = []

    def start(database: Path, **settings: str) -> Console:
        port = _free_port()
        environment = {**os.environ, "DATABASE": str(database), "SANDBOX_PACE": "0", **settings}
        log = tmp_path_factory.mktemp("console") / "log.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
                cwd=ROOT, env=environment, stdout=out, stderr=out,
            )  # fmt: skip
        running.append(process)
        console = Console(f"http://127.0.0.1:{port}", environment, log)
        _await_answer(console, process)
        return console

    yield start
    for process in running:
        _stop(process)


@pytest.fixture(scope="session")
def console(start_console: Callable[[Path], Console], demo_store: Path) -> Console:
    """The console on the demo store, no engine: for tests that only look."""
    return start_console(demo_store)


@pytest.fixture(scope="session")
def listed(start_console: Callable[[Path], Console], tmp_path_factory: pytest.TempPathFactory) -> Console:
    """One on the store of tests/browser/listed.py: what is changed in it is changed back."""
    path, now = tmp_path_factory.mktemp("listed") / "store.duckdb", datetime.now(UTC)
    store = open_store(str(path))
    prepare(store, now)
    fill(store, now)
    store.close()
    return start_console(path)


@pytest.fixture(scope="session")
def changeable(
    start_console: Callable[[Path], Console], demo_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Console:
    """One on a copy of the demo store, for tests that change what is theirs alone: a channel's queue, a new name."""
    return start_console(Path(shutil.copy(demo_store, tmp_path_factory.mktemp("changeable") / "store.duckdb")))


@contextmanager
def engine(console: Console) -> Iterator[None]:
    """An engine beside the console, for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine"], cwd=ROOT, env=console.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        _stop(process)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        if not found and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("No Chromium here: install one, or run .ci/chromium.")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One for all: what a console's pages are made of is read and compiled once, not for every test."""
    window = browser.new_context(viewport=SIZE, timezone_id="UTC", locale="en-GB")
    window.set_default_timeout(PATIENCE * 1000)
    yield window
    window.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A tab of its own, without cookies or history, that fails the test if the page's JavaScript does."""
    page = window.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda trouble: troubles.append(str(trouble)))
    yield page
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")
    page.close()
    window.clear_cookies()
    assert not troubles


def visit(page: Page, url: str) -> None:
    """Opens an address and waits until its page has been drawn."""
    page.goto(url)
    settle(page)


def settle(page: Page) -> None:
    """Waits until no script runs and nothing is still being drawn. What a press will change, `expect` that instead."""
    page.wait_for_selector(SETTLED)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton], [data-stale=true]')")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _await_answer(console: Console, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, console.log.read_text()
        try:
            with urllib.request.urlopen(f"{console.url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer within {PATIENCE} s\n{console.log.read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
