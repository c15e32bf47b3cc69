"""The frame around every page: whether the engine is alive, and what is said when the store is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.claims import beat
from data.store import StoreUnavailable
from pages import workspace as pages
from pages.literal import literal
from tests.builders import ask
from tests.pages.conftest import workspace

CONSOLE = str(Path(__file__).parents[2] / "pages" / "console.py")
ADDRESS = "https://ask.example.com"


def console(open_store, name="The Shop", **providers: str) -> AppTest:
    pages.use(workspace(open_store, ADDRESS, name, **providers))
    return AppTest.from_file(CONSOLE, default_timeout=20).run()


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.sidebar.caption)


def test_a_store_that_no_engine_has_seen_says_how_to_start_one(duckdb_store):
    assert "No engine has run yet" in said(console(lambda: duckdb_store))


def test_the_name_of_the_business_is_shown_letter_for_letter(duckdb_store):
    name = "A_b_ & *C* $1 $2 :material/home:"
    assert literal(name) in said(console(lambda: duckdb_store, name))


@pytest.mark.parametrize(
    ("age", "stopped", "words"),
    [
        (1, False, "Engine running"),
        (180, False, "Engine last seen 3 minutes ago"),
        (1, True, "Engine last seen just now"),
        (-3600, False, "Engine last seen just now"),
    ],
)
def test_the_engines_heartbeat_is_told(duckdb_store, age, stopped, words):
    seen = datetime.now(UTC) - timedelta(seconds=age)
    with duckdb_store.transaction() as work:
        beat(work, "engine-1", seen, seen, stopped=stopped)
    app = console(lambda: duckdb_store)
    assert words in said(app)
    # A phone folds the sidebar away: the page itself says it as well.
    assert (words in " ".join(one.value for one in app.main.markdown)) is (words != "Engine running")


@pytest.mark.parametrize(
    ("providers", "words", "beside"),
    [
        ({}, "Sandbox: nothing leaves this machine.", 0),
        ({"sms": "twilio"}, "Email and WhatsApp only play: nobody gets what goes by them.", 1),
        ({"sms": "twilio", "whatsapp": "meta"}, "Email only plays: nobody gets what goes by it.", 1),
        ({"email": "sendgrid", "whatsapp": "meta"}, "SMS only plays: nobody gets what goes by it.", 0),
        ({"sms": "twilio", "whatsapp": "meta", "email": "sendgrid"}, "", 0),
    ],
)
def test_what_the_sandbox_serves_is_told_on_every_page_and_beside_the_channel(duckdb_store, providers, words, beside):
    with duckdb_store.transaction() as work:
        beat(work, "engine-1", datetime.now(UTC), datetime.now(UTC))
    app = console(lambda: duckdb_store, **providers)
    assert said(app) == f"The Shop :material/check_circle: Engine running. {words}".rstrip()
    app.switch_page("send_request.py").run()
    app.segmented_control(key="ask-channel").set_value("email").run()
    assert sum("Email only plays: nobody gets it." in one.value for one in app.main.caption) == beside


def test_a_store_that_cannot_be_used_is_told_in_a_sentence_and_tried_again(duckdb_store):
    ask(duckdb_store)
    troubles = [StoreUnavailable("The store is open in another program (process 7)."), None]

    def open_store():
        if trouble := troubles.pop(0) if troubles else None:
            raise trouble
        return duckdb_store

    app = console(open_store)
    assert [error.value for error in app.error] == ["The store is open in another program (process 7)."]
    assert not app.exception
    app.button[0].click().run()
    assert not app.error
    assert app.title[0].value == "Requests"


def test_a_store_that_goes_away_while_people_look_is_told_in_its_place_on_the_page(duckdb_store, monkeypatch):
    ask(duckdb_store)
    app = console(lambda: duckdb_store)
    assert not app.error

    def gone(*_):
        raise StoreUnavailable("The store has been busy for 30 seconds.")

    monkeypatch.setattr("data.queries.summary", gone)
    monkeypatch.setattr("pages.console.last_beat", gone, raising=False)
    app.run()
    assert "The store has been busy for 30 seconds." in [error.value for error in app.error]
    assert not app.exception
