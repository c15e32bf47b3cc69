"""What a stranger's page in the same browser can do to the console: nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SETTLED, Console, visit


@pytest.fixture
def stranger(console: Console) -> Iterator[str]:
    """A page of another site that holds the console in a frame."""

    class Framing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<h1>Win</h1><iframe src="{console.url}" width="1200" height="900"></iframe>'.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Framing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://attacker.example:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_name_that_is_made_to_lead_here_reads_nothing(page: Page, console: Console):
    evil = console.url.replace("127.0.0.1", "evil.example")
    page.goto(f"{evil}/healthz")
    read = "fetch('/export/requests.csv').then(answer => answer.text().then(text => [answer.status, text]))"
    status, text = page.evaluate(read)
    assert status == 403
    assert "Request id" not in text
    page.goto(f"{evil}/hooks/x")  # Streamlit's own page, which then finds nobody to talk to
    socket = """new Promise(done => {
        const socket = new WebSocket(`ws://${location.host}/_stcore/stream`, ['streamlit'])
        socket.onopen = () => done('open'); socket.onerror = () => done('refused') })"""
    assert page.evaluate(socket) == "refused"
    page.goto(evil)
    expect(page.get_by_role("heading")).to_have_text("Not by this name")


def test_another_site_cannot_hold_the_console_in_a_frame(page: Page, stranger: str):
    page.goto(stranger)
    expect(page.get_by_role("heading", name="Win")).to_be_visible()
    page.wait_for_function("frames.length === 1")
    frame = page.frames[1]
    frame.wait_for_load_state("networkidle")
    assert frame.url == "chrome-error://chromewebdata/"
    assert frame.locator(SETTLED).count() == 0


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_console_works_by_its_own_names(page: Page, console: Console, name: str):
    visit(page, console.url.replace("127.0.0.1", name))
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()
