"""What the drawer of a request lets be done, and what it says of its messages."""

import pytest
from streamlit.testing.v1 import AppTest

from data import commands
from pages import workspace as pages
from tests.builders import NOW, add_follow_up, ask, sent
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE, words


@pytest.fixture
def store(duckdb_store):
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def drawer(request: int) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    app.session_state["story"] = request
    return app.run()


@pytest.mark.parametrize("paused", [True, False])
def test_what_is_paused_is_resumed_before_it_is_sent_now(store, paused: bool):
    (request,) = ask(store)
    if paused:
        commands.pause(store, [request], "Ann", NOW)
    button = drawer(request).button(key="send-now")
    assert button.disabled is paused
    assert (button.help == "Resume it first") is paused


@pytest.mark.parametrize(("status", "says"), [("queued", "Not sent yet"), ("cancelled", "Never sent")])
def test_a_message_that_was_not_sent_says_so(store, status: str, says: str):
    (request,) = sent(store)
    follow_up = add_follow_up(store, request, 1)
    with store.transaction() as work:
        work.rows("UPDATE message SET status = CAST($status AS status) WHERE id = $id", status=status, id=follow_up)
    said = words(drawer(request)).splitlines()
    assert f"**Follow-up 1** :gray[{says}]" in said
    assert "**Message**" in said
