"""The doctor looks at what is configured, in words a person can act on, and its exit code says whether all is well."""

import asyncio
import os
import ssl
import subprocess
import sys
import threading
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiohttp import web
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from connectors.findings import CheckStatus
from engine.doctor import examine, report
from tests.connectors.standins import NOW, StandIn
from tests.connectors.test_contract import meta, twilio
from tests.connectors.twilio_standin import TwilioStandIn
from tests.test_settings import OWN, SENDGRID
from web.door import Door
from web.export import export_route
from web.hooks import hook_routes
from web.links import link_route
from web.unsubscribe import unsubscribe_route

PUBLIC = "https://ask.example.com"
ROOT = Path(__file__).parents[2]


async def _host_config(_) -> JSONResponse:
    """As Streamlit answers."""
    return JSONResponse({"allowedOrigins": [], "useExternalAuthToken": False})


class Console(StandIn):
    """The console's own routes behind a proxy that passes some of them on; `said` is what answers /healthz."""

    def __init__(self, store):
        super().__init__()
        links = [link_route(lambda: store, "", lambda: NOW), unsubscribe_route(lambda: store, "", lambda: NOW)]
        inside = [export_route(lambda: store, UTC, "US"), Route("/_stcore/host-config", _host_config)]
        world = Starlette(routes=[*links, *hook_routes(lambda: store, {}, "", "", lambda: NOW)])
        door = Middleware(Door, world=world, public_url=PUBLIC, others=())
        self.routes = TestClient(Starlette(routes=inside, middleware=[door]), base_url=PUBLIC)

    def answer(self, request, body):
        if request.path == "/healthz":
            status, data = self.said
            return web.json_response(data, status=status)
        if not request.path.startswith(self.passes):
            return web.Response(status=self.otherwise, headers={"X-Frame-Options": "SAMEORIGIN"})
        answer = self.routes.get(request.path_qs)
        return web.Response(status=answer.status_code, headers={**answer.headers}, body=answer.content)

    said = (200, {"store": "ok", "engine_seen_at": None})
    passes = ("/hooks/", "/r/", "/u/")
    otherwise = 404


@pytest.fixture
def console(enter, duckdb_store):
    return enter(Console(duckdb_store))


def look(run, session, connectors, public_url):
    return run(examine(connectors, {"sms": "twilio", "email": "sandbox"}, public_url, session, lambda: NOW))


def test_each_provider_is_looked_at_and_the_public_address_last(run, session, enter, console):
    standin = enter(TwilioStandIn())
    connectors = {"twilio": twilio(session, standin.url), "meta": meta(session, "http://127.0.0.1:1")}
    parts = look(run, session, connectors, console.url)
    assert [part.name for part in parts] == [
        "twilio (sms)", "meta (serves no channel)", "sandbox (email)", f"PUBLIC_URL {console.url}",
    ]  # fmt: skip
    assert [part.healthy for part in parts] == [True, False, True, False]
    assert parts[2].findings[0].sentence == "It only plays: nobody gets what goes by email."
    text = report(parts)
    for finding in (finding for part in parts for finding in part.findings):
        assert finding.sentence in text
        assert finding.remedy in text


@pytest.mark.parametrize(
    ("said", "verdict", "words"),
    [
        ((200, {"store": "ok"}), CheckStatus.OK, "answers there"),
        ((200, {"other": "site"}), CheckStatus.TROUBLE, "not this console"),
        ((404, {}), CheckStatus.TROUBLE, "not this console"),
        ((302, {}), CheckStatus.TROUBLE, "leads on to another address"),
        ((503, {"store": "The disk is full"}), CheckStatus.TROUBLE, "No console in good health"),
    ],
)
def test_whether_it_is_this_console_that_answers_at_the_public_address(run, session, console, said, verdict, words):
    console.said = said
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, console.url)
    assert place.findings[-1].status is verdict
    assert words in place.findings[-1].sentence
    assert console.seen[0].path == "/healthz"


def test_a_name_that_nobody_knows_and_a_bad_certificate_are_told_apart(run, session, certificate):
    def said(url: str) -> str:
        *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, url)
        return place.findings[-1].sentence

    cert, key = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)

    async def server():
        return await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)

    serving = run(server())
    sentences = [
        said(f"https://127.0.0.1:{serving.sockets[0].getsockname()[1]}"),
        said("https://nowhere.invalid"),
        said("https://127.0.0.1:1"),
    ]
    serving.close()
    assert "certificate" in sentences[0]
    assert "name" in sentences[1]
    assert "No console" in sentences[2]


def test_a_path_of_the_address_has_to_be_taken_off(run, session, console):
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, f"{console.url}/askwell")
    assert "must take /askwell off" in place.findings[-1].remedy


def test_links_that_lead_nowhere_are_told(run, session):
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, "https://127.0.0.1:1")
    assert "links in messages" in place.findings[0].sentence


@pytest.mark.parametrize(
    ("passes", "closed"), [((), "/hooks/, /r/, /u/"), (("/hooks/", "/r/"), "/u/"), (("/r/", "/u/"), "/hooks/")]
)
def test_a_proxy_that_passes_on_only_a_part_is_trouble(run, session, console, passes, closed):
    console.passes = passes
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, console.url)
    assert place.findings[-1].status is CheckStatus.TROUBLE
    assert f"not at {closed}." in place.findings[-1].sentence


@pytest.mark.parametrize("more", [("/",), ("/_stcore/",), ("/export/",)])
def test_a_proxy_that_passes_the_console_on_as_well_is_trouble(run, session, console, more):
    console.passes = (*Console.passes, *more)
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, console.url)
    assert place.findings[-1].status is CheckStatus.TROUBLE
    assert "read" in place.findings[-1].sentence
    assert "nothing else" in place.findings[-1].remedy


def test_another_site_that_answers_everything_is_not_the_console(run, session, console):
    console.otherwise = 200
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, console.url)
    assert place.findings[-1].status is CheckStatus.OK


@pytest.mark.parametrize(
    ("url", "troubles"),
    [
        ("http://127.0.0.1:1", 3),
        ("https://127.0.0.1:1", 2),
        ("https://[::1]:1", 2),
        ("https://localhost:1", 2),
        ("https://0.0.0.0:1", 2),
        ("https://askwell.local", 2),
        ("https://nowhere.invalid", 1),
    ],
)
def test_an_address_that_the_world_cannot_call(run, session, url, troubles):
    *_, place = look(run, session, {"meta": meta(session, "http://127.0.0.1:1")}, url)
    assert [finding.status for finding in place.findings] == [CheckStatus.TROUBLE] * troubles


def doctor(**given: str) -> subprocess.CompletedProcess:
    plain = {name: value for name, value in os.environ.items() if name.isupper()}
    return subprocess.run(
        [sys.executable, "-m", "engine", "doctor"], cwd=ROOT, env={**plain, **given}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def test_with_the_sandbox_alone_all_is_well(tmp_path):
    done = doctor(DATABASE=str(tmp_path / "x.duckdb"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing leaves this machine" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_as_it_is_run_it_reaches_the_configured_address_tells_no_secret_and_fails(tmp_path):
    asked: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    given = {**OWN, **SENDGRID, "SENDGRID_API_KEY": "SG.hush", "SENDGRID_BASE_URL": url, "PUBLIC_URL": url}
    done = doctor(DATABASE=str(tmp_path / "x.duckdb"), EMAIL_PROVIDER="sendgrid", **given)
    server.shutdown()
    server.server_close()
    assert (done.returncode, done.stderr) == (1, "")
    assert "sendgrid (email)" in done.stdout
    assert "does not accept SENDGRID_API_KEY" in done.stdout
    assert "hush" not in done.stdout
    assert asked == ["/v3/scopes", "/healthz"]


def test_settings_that_cannot_be_used_are_told_first():
    done = doctor(SMS_PROVIDER="twilio")
    assert done.returncode == 1
    assert "TWILIO_AUTH_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr
