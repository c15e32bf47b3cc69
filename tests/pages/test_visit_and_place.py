"""What may be said of a person on the Send and Import pages: when they visited, and where they live."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import commands
from data.store import Store
from engine.policy import judge
from pages import workspace as pages
from pages.about_them import visit_at
from pages.asking import When, after_delay
from tests.builders import NOW
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(duckdb_store: Store) -> AppTest:
    pages.use(workspace(lambda: duckdb_store, judge=judge))
    commands.member(duckdb_store, "Sam Sender", NOW)
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=60).run()
    return app.switch_page("send_request.py").run()


def fill(app: AppTest, **typed: str) -> None:
    for field in app.text_input:
        if field.label.lower().replace(" ", "_") in typed:
            field.set_value(typed[field.label.lower().replace(" ", "_")])
    app.run()
    assert not app.exception


def visited(app: AppTest, ago: timedelta) -> datetime:
    moment = (datetime.now(UTC) - ago).replace(second=0, microsecond=0)
    next(one for one in app.get("date_time_input") if one.label == "Visited").set_value(moment.replace(tzinfo=None))
    app.run()
    assert not app.exception
    return moment


def leave(app: AppTest, when: str) -> None:
    next(one for one in app.button_group if one.label == "When").set_value(when).run()
    assert not app.exception


def press(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Send review request").click().run()
    assert not app.exception


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption)).replace("\\", "")


def test_a_delay_counts_from_the_visit_and_both_are_kept(app: AppTest, duckdb_store: Store):
    fill(app, name="Ann Lee", phone="2025550143", postal_code="94105")
    moment = visited(app, timedelta(days=1))
    leave(app, "After a delay")
    next(one for one in app.selectbox if one.label == "Unit").set_value("days").run()
    assert "After the visit" in said(app)
    press(app)

    (request,) = duckdb_store.rows("SELECT * FROM request")
    (contact,) = duckdb_store.rows("SELECT * FROM contact")
    assert (request["visited_at"], request["wanted_at"]) == (moment, moment + timedelta(days=2))
    assert request["expires_at"] == moment + timedelta(days=30)
    assert (request["zones"], request["zone_source"]) == ("America/Los_Angeles", "postal")
    assert (contact["region"], contact["postal"]) == ("US-CA", "94105")


def test_the_fold_opens_while_there_is_a_mistake_inside(app: AppTest):
    fold = f"about-{app.session_state['ask-form'].token}"
    fill(app, name="Ann Lee", phone="2025550143", postal_code="94105")
    assert not app.session_state[fold]
    fill(app, postal_code="nowhere")
    assert app.session_state[fold]
    app.session_state[fold] = False
    app.run()
    assert app.session_state[fold]


@pytest.mark.parametrize("when", ["Now", "At a time"])  # the time offered is tomorrow at ten
def test_nobody_is_asked_before_their_visit(app: AppTest, duckdb_store: Store, when: str):
    fill(app, name="Ann Lee", phone="2025550143")
    moment = visited(app, timedelta(days=-3))
    leave(app, when)
    assert "The visit is still ahead" in said(app)
    press(app)
    assert duckdb_store.rows("SELECT id FROM request") == []

    leave(app, "After a delay")
    assert "still ahead" not in said(app)
    press(app)
    assert duckdb_store.rows("SELECT wanted_at FROM request")[0]["wanted_at"] > moment


def test_a_visit_too_long_ago_is_not_asked_about(app: AppTest, duckdb_store: Store):
    fill(app, name="Ann Lee", phone="2025550143")
    visited(app, timedelta(days=31))
    assert "Too late to ask" in said(app)
    press(app)
    assert duckdb_store.rows("SELECT id FROM request") == []


def test_a_place_that_contradicts_itself_is_told_and_not_queued(app: AppTest, duckdb_store: Store):
    fill(app, name="Ann Lee", phone="2025550143", **{"country,_state_or_province": "Texas", "postal_code": "10001"})
    assert "The postal code 10001 is in New York, not in Texas." in said(app)
    press(app)
    assert duckdb_store.rows("SELECT id FROM request") == []


def test_each_imported_row_waits_from_its_own_visit(duckdb_store: Store):
    pages.use(workspace(lambda: duckdb_store))
    commands.member(duckdb_store, "Sam Sender", NOW)
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=60).run()
    app.switch_page("send_many.py").run()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).replace(second=0, microsecond=0)
    raw = f"Email,Visited\nann@example.com,{yesterday:%Y-%m-%d %H:%M}\nbo@example.com,\n"
    app.file_uploader[0].upload("people.csv", raw.encode(), "text/csv").run()
    leave(app, "After a delay")
    next(one for one in app.selectbox if one.label == "Unit").set_value("days").run()
    next(button for button in app.button if button.key == "import-queue").click().run()
    assert not app.exception

    due = {row["address"]: row["wanted_at"] for row in duckdb_store.rows("SELECT * FROM request")}
    assert due["ann@example.com"] == yesterday + timedelta(days=2)
    assert due["bo@example.com"] > datetime.now(UTC) + timedelta(days=1, hours=23)


def test_a_visit_far_ahead_is_told():
    assert visit_at(None, NOW, UTC) == (None, None)
    assert "more than a year ahead" in (visit_at(NOW.replace(year=2062, tzinfo=None), NOW, UTC)[1] or "")


def test_a_delay_without_a_visit_counts_from_now():
    day = timedelta(days=1)
    assert after_delay(1, "days", NOW) == When(NOW + day, delay=day)
    assert after_delay(1, "days", NOW, NOW - 3 * day) == When(NOW - 2 * day, delay=day)


@pytest.mark.parametrize(
    ("typed", "expected"), [("Signed our form ", ("agreed", "Signed our form")), ("", ("customer", None))]
)
def test_how_they_agreed_stands_in_their_ledger(app: AppTest, duckdb_store: Store, typed: str, expected: tuple):
    fill(app, name="Ann Lee", phone="2025550143", consent=typed)
    press(app)
    (kept,) = duckdb_store.rows("SELECT basis, evidence, source, state FROM consent")
    assert (kept["source"], kept["state"]) == ("manual", "granted")
    assert (kept["basis"], kept["evidence"] if typed else None) == expected
