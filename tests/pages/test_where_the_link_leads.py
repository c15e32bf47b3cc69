"""People see where the link of a message leads, and are warned while it is only an example."""

from dataclasses import replace

import pytest

from data.lifecycle import Channel
from pages import workspace as pages
from tests.pages.conftest import workspace
from tests.pages.driving import opened, words
from tests.pages.test_send_request import fill


@pytest.mark.parametrize(
    ("url", "provider", "warned"),
    [
        ("https://example.com/review", "twilio", True),
        ("https://example.com/review", "sandbox", False),
        ("https://g.page/r/cafe", "twilio", False),
    ],
)
def test_the_preview_says_where_the_link_leads(duckdb_store, url: str, provider: str, warned: bool):
    here = workspace(lambda: duckdb_store)
    pages.use(replace(here, review_url=url, providers=here.providers | {Channel.SMS: provider}))

    app = fill(opened("send_request.py"), name="Ann Lee")

    assert "The link leads on to" in words(app)
    assert url.rpartition("/")[2] in words(app)
    assert ("only an example" in words(app)) is warned
