"""The list has one address, and the one that people guess leads there."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.home import home_route

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize(
    ("asked", "lands"),
    [("/requests", "/"), ("/requests?status=failed&status=unsure&q=a%26b", "/?status=failed&status=unsure&q=a%26b")],
)
def test_requests_leads_to_the_list_with_its_filters(asked, lands):
    client = TestClient(Starlette(routes=[home_route()]), follow_redirects=False)
    answer = client.get(asked)
    assert answer.status_code == 307
    assert str(answer.url.join(answer.headers["location"])) == f"http://testserver{lands}"
