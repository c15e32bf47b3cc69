"""An address below a page leads to the page."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from web.lost import lost_route

READER = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def client() -> TestClient:
    async def streamlit(_) -> PlainTextResponse:
        return PlainTextResponse("streamlit")

    routes = [lost_route(), Route("/{rest:path}", streamlit)]
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
        ("/channels/_stcore/health", {}),
        ("/static/js/index.js", READER),
        ("/_stcore/health", READER),
    ],
)
def test_all_else_is_streamlits(client: TestClient, path: str, headers: dict[str, str]):
    assert client.get(path, headers=headers).text == "streamlit"
