"""What a rerun of the Requests page costs at 1 million requests: on the server, and as a person in a browser sees it.

`python -m bench.console [FOLDER]`: a folder keeps the filled store for the next time (the same as bench.store's).
"""

import gc
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fill import FIRST, LAST, filled
from bench.table import percentile, show
from data.store import open_store
from pages import workspace as pages
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[1]
SIZE = 1_000_000
ROUNDS = 40
BAR = "<= 150"
CHANGED = """before => {
    const roots = [...document.querySelectorAll("*")].map(element => element.shadowRoot).filter(Boolean)
    const cell = roots.map(root => root.querySelector("tbody tr td:nth-child(3)")).find(Boolean)
    return cell && cell.innerText !== before
}"""


def on_the_server(path: Path) -> list[list[object]]:
    """Whole script runs without a browser or a network."""
    from streamlit.testing.v1 import AppTest

    store = open_store(str(path), memory_limit="1GB")
    pages.use(workspace(lambda: store))
    app = AppTest.from_file(str(ROOT / "pages" / "console.py"), default_timeout=60)
    app.run()
    gc.collect()
    gc.freeze()  # as app.py does

    def search() -> None:
        app.text_input(key="q").set_value(f"{random.choice(FIRST)} {random.choice(LAST)[:2]}").run()

    def channel() -> None:
        app.multiselect(key="via").set_value([random.choice(["sms", "email", "whatsapp"])]).run()

    measured = [
        _row("server: rerun as it is", lambda: app.run()),
        _row("server: rerun with a new channel", channel),
        _row("server: rerun with a new search", search),
    ]
    assert not app.exception
    store.close()
    gc.unfreeze()
    return measured


def in_a_browser(path: Path) -> list[list[object]]:
    """From the press to the new rows on the screen."""
    from playwright.sync_api import sync_playwright

    with _console(path) as (url, _), sync_playwright() as playwright:
        found = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 960})
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_selector("tbody tr")
        first = (time.perf_counter() - started) * 1000

        def turn() -> None:
            before = page.locator("tbody tr td").nth(2).inner_text()
            page.get_by_role("button", name="Next page").click()
            page.wait_for_function(CHANGED, arg=before, polling=5)

        rows: list[list[object]] = [["browser: first load to rows", first, first, ""]]
        rows.append(_row("browser: next page, press to rows", turn))
        browser.close()
    return rows


def memory_of_an_export(path: Path) -> list[list[object]]:
    """How far the console grows while a million rows stream out."""
    with _console(path) as (url, pid):
        before, started, lines, size, peak = _resident(pid), time.perf_counter(), 0, 0, 0
        with urllib.request.urlopen(f"{url}/export/requests.csv") as answer:
            while piece := answer.read(1 << 20):
                lines, size, peak = lines + piece.count(b"\n"), size + len(piece), max(peak, _resident(pid))
        seconds = time.perf_counter() - started
    return [[f"{lines - 1:,} rows, {size / 1e6:.0f} MB", f"{seconds:.1f} s", before, peak, peak - before, "<= 100"]]


@contextmanager
def _console(path: Path) -> Generator[tuple[str, int]]:
    """A console of its own on the store: its address and process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT, env={**os.environ, "DATABASE": str(path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


def _resident(pid: int) -> int:
    """Megabytes of memory a process holds."""
    pages_held = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages_held * os.sysconf("SC_PAGE_SIZE") / 1e6)


def _await(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def _row(name: str, act: Callable[[], object]) -> list[object]:
    act()
    times: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return [name, percentile(times, 0.5), percentile(times, 0.95), BAR if name.startswith("server") else ""]


def main() -> None:
    random.seed(4)
    with TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = filled(folder / f"{SIZE}.duckdb", SIZE)
        rows = [*on_the_server(path), *in_a_browser(path)]
        show(
            "Milliseconds of a rerun of the Requests page at 1,000,000 requests", ["", "p50", "p95", "bar (p95)"], rows
        )
        header = ["export as CSV", "took", "MB before", "MB at most", "MB grown", "bar (MB)"]
        show("The console's memory while everything streams out", header, memory_of_an_export(path))


if __name__ == "__main__":
    main()
