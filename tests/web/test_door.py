"""The console answers under its own names only, to its own pages only, and inside nobody else's frame."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from web.door import Door

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
OURS = ["127.0.0.1:8501", "localhost", "LOCALHOST:8501", "localhost.:8501", "[::1]:8501", "[::1]", "192.168.1.20:8501",
        "ask.example.com", "Ask.Example.com:443", "console.example.org"]  # fmt: skip
STRANGE = ["evil.example", "evil.example:8501", "ask.example.com.evil.example", "xlocalhost", "localhost@evil.example",
           "127.0.0.1.evil.example", "evil.example@127.0.0.1", ":8501", "[evil.example]", "é"]  # fmt: skip
CONSOLE = ["/", "/contacts", "/export/requests.csv", "/_stcore/host-config", "/hooksx", "/healthzz", "//hooks/"]
PUBLIC = ["/hooks/twilio", "/r/1-x", "/u/1-x", "/healthz"]


async def _talk(socket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def client():
    console = [_all("rows of customers"), WebSocketRoute("/{path:path}", _talk)]
    door = Middleware(
        Door,
        world=Starlette(routes=[_all("for everybody")]),
        public_url="https://ask.example.com/x",
        others=("console.example.org",),
    )
    return TestClient(Starlette(routes=console, middleware=[door]))


def _all(text: str) -> Route:
    async def answer(_):
        return PlainTextResponse(text)

    return Route("/{path:path}", answer, methods=["GET", "POST"])


def asked(client, path, host, **headers):
    return client.get(path, headers={b"host": host.encode("latin-1"), **headers})


def connects(client, path="/_stcore/stream", **headers) -> bool:
    try:
        with client.websocket_connect(path, headers=headers):
            return True
    except (WebSocketDisconnect, WebSocketDenialResponse):
        return False


@pytest.mark.parametrize("path", CONSOLE)
def test_the_console_answers_to_its_own_names_and_to_numbers(client, path):
    assert [host for host in OURS if asked(client, path, host).status_code != 200] == []


@pytest.mark.parametrize("path", CONSOLE)
def test_another_name_that_leads_here_is_told_what_to_set_and_nothing_else(client, path):
    for host in STRANGE:
        answer = asked(client, path, host)
        assert answer.status_code == 403, host
        assert "CONSOLE_HOSTS" in answer.text
        assert "customers" not in answer.text


def test_the_name_that_was_asked_for_is_shown_as_text(client):
    assert "&lt;b&gt;x&lt;/b&gt;" in asked(client, "/", "<b>x</b>").text


@pytest.mark.parametrize("path", PUBLIC)
def test_what_the_world_calls_is_open_by_any_name(client, path):
    assert {asked(client, path, host).text for host in OURS + STRANGE} == {"for everybody"}


@pytest.mark.parametrize("path", ["/_stcore/stream", "/hooks/x", "/r/_stcore/stream"])
def test_a_websocket_is_opened_under_our_names_only(client, path):
    for host in OURS:
        assert connects(client, path, host=host), host
    for host in STRANGE[:-1]:
        assert not connects(client, path, host=host), host


@pytest.mark.parametrize(
    ("host", "origin", "open"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("127.0.0.1:8501", "http://localhost:8501", True),
        ("127.0.0.1:8501", "https://console.example.org", True),
        ("127.0.0.1:8501", "https://ask.example.com", True),
        ("127.0.0.1:8501", "https://evil.example", False),
        ("127.0.0.1:8501", "http://203.0.113.9", False),  # a number, but not the one that was asked for
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
    ],
)
def test_a_websocket_is_opened_by_our_own_pages_only(client, host, origin, open):
    assert connects(client, host=host, origin=origin) is open


@pytest.mark.parametrize(
    ("path", "site", "status"),
    [
        ("/export/requests.csv", "cross-site", 403),
        ("/export/requests.csv", "same-origin", 200),
        ("/export/requests.csv", "none", 200),
        ("/", "cross-site", 200),
        ("/r/1-x", "cross-site", 200),
    ],
)
def test_another_site_cannot_have_the_export_fetched(client, path, site, status):
    assert asked(client, path, "localhost", **{"sec-fetch-site": site}).status_code == status


@pytest.mark.parametrize("path", CONSOLE + PUBLIC)
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_no_answer_may_be_framed_by_another_site(client, path, host):
    answer = asked(client, path, host)
    assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
