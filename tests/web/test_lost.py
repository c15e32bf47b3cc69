"""An address below a page leads to the page; one of no page says so."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from web.lost import lost_routes

READER = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def client() -> TestClient:
    async def streamlit(_) -> PlainTextResponse:
        return PlainTextResponse("streamlit")

    routes = [*lost_routes({"", "channels"}), Route("/{rest:path}", streamlit)]
    return TestClient(Starlette(routes=routes), follow_redirects=False)


@pytest.mark.parametrize(
    "path", ["/channels/nowhere?period=All", "/channels/a/b/c?period=All", "/channels/?period=All"]
)
def test_an_address_below_a_page_leads_to_the_page(client: TestClient, path: str):
    there = client.get(path, headers=READER)

    assert there.status_code == 307
    assert there.next_request is not None
    assert there.next_request.url.raw_path == b"/channels?period=All"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/channels", READER),
        ("/", READER),
        ("/nonsense", {}),
        ("/favicon.png", READER),
        ("/channels/_stcore/health", {}),
        ("/static/js/index.js", READER),
        ("/_stcore/health", READER),
    ],
)
def test_all_else_is_streamlits(client: TestClient, path: str, headers: dict[str, str]):
    assert client.get(path, headers=headers).text == "streamlit"


@pytest.mark.parametrize("path", ["/nonsense", "/nonsense?period=All", "/Channel"])
def test_an_address_of_no_page_says_so_and_leads_to_the_list(client: TestClient, path: str):
    told = client.get(path, headers=READER)

    assert told.status_code == 404
    assert "There is no page at this address" in told.text
    assert '<a class="button" href="./">Go to Requests</a>' in told.text
