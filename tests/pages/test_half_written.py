"""A form that was left half filled for a look at another page is found as it was left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, stops
from data.store import Store
from data.template_store import Kept, NotKept, draft_of, in_use, keep, starter_templates
from pages import workspace as pages
from tests.builders import NOW
from tests.pages import test_send_many as importing
from tests.pages.conftest import workspace
from tests.pages.driving import button, field, opened, pressed, typed, words


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    commands.member(duckdb_store, "Sam Sender", NOW)
    return duckdb_store


def fields(app: AppTest) -> dict[str, object]:
    """Every field of the page, by its label, with what it holds."""
    kinds = (
        app.text_input, app.text_area, app.number_input, app.selectbox, app.multiselect, app.button_group,
        app.toggle, app.checkbox, app.datetime_input, app.date_input, app.time_input,
    )  # fmt: skip
    return {f"{place} {one.label}": one.value for kind in kinds for place, one in enumerate(kind)}


def looked_elsewhere(app: AppTest, page: str) -> AppTest:
    return app.switch_page("switches.py").run().switch_page(page).run()


def set_by(app: AppTest, label: str, value: object) -> AppTest:
    kinds = (app.button_group, app.number_input, app.selectbox, app.toggle, app.checkbox, app.datetime_input)
    field = next(one for kind in kinds for one in kind if one.label == label)
    return field.set_value(value).run()


SOON = datetime.now(UTC).replace(hour=11, minute=5, second=0, microsecond=0, tzinfo=None) + timedelta(9)
TIMES = [
    [("When", "At a time"), ("Date and time", SOON)],
    [("When", "After a delay"), ("Delay", 7), ("Unit", "days")],
]
DRIP = [("Spread over days", True), ("A day", 3), ("From hour", 11), ("To hour", 15), ("On", [6, 7])]


@pytest.mark.parametrize("said", TIMES)
def test_when_to_leave_is_kept_while_a_form_is_half_filled(store: Store, said: list[tuple[str, object]]):
    app = opened("send_request.py")
    for label, value in said:
        app = set_by(app, label, value)
    before = fields(app)

    assert fields(looked_elsewhere(app, "send_request.py")) == before


@pytest.mark.parametrize("said", [*TIMES, DRIP])
def test_when_and_how_to_ask_is_kept_while_an_import_is_half_set(store: Store, said: list[tuple[str, object]]):
    app = importing.drop(opened("send_many.py"), importing.lines("Ann Lee,2025550143,ann@example.com"))
    for label, value in [("Channel", "email"), *said]:
        app = set_by(app, label, value)
    before = fields(app)

    assert fields(looked_elsewhere(app, "send_many.py")) == before


def test_the_next_import_begins_anew_and_another_file_does_not(store: Store):
    people = importing.lines("Ann Lee,2025550143,ann@example.com")
    app = importing.drop(opened("send_many.py"), people)
    for label, value in [("When", "After a delay"), ("Spread over days", True)]:
        app = set_by(app, label, value)
    next(one for one in app.button if one.label == "Another file").click().run()
    app = importing.drop(app, people)
    assert [app.toggle[0].value, chosen(app, "When")] == [True, "After a delay"]

    app = importing.drop(importing.press(app), importing.lines("Bo Li,2025550144,"))
    assert [app.toggle[0].value, chosen(app, "When")] == [False, "Now"]


def elsewhere_and_back(app: AppTest) -> AppTest:
    """To the templates again from another page, by the navigation: the list, whatever was open."""
    app = app.switch_page("switches.py").run()
    app.query_params.clear()
    return app.switch_page("template_list.py").run()


class TestTemplates:
    @pytest.fixture(autouse=True)
    def starters(self, store: Store):
        starter_templates(store, NOW)

    @pytest.mark.parametrize("channel", ["sms", "email", "whatsapp"])
    def test_what_was_typed_is_kept_named_in_the_list_and_given_up_at_a_press(self, store: Store, channel: str):
        templates = [row for row in in_use(store, NOW) if row["channel"] == channel]
        app = pressed(opened(), f"edit-{templates[0]['id']}")
        for label in {"sms": ["Text"], "email": ["Text", "Subject"], "whatsapp": ["Template name", "Text"]}[channel]:
            app = typed(app, label, "Half a sentence")
        before = fields(app)
        app = elsewhere_and_back(app)
        assert "Not saved" in words(app)
        app = pressed(app, f"edit-{templates[0]['id']}")
        assert fields(app) == before

        app = button(app, "Discard changes").click().run()
        assert field(app, "Text").value == templates[0]["body"]
        assert "Not saved" not in words(elsewhere_and_back(app))

    def test_what_somebody_saves_while_i_look_elsewhere_is_shown_unless_i_typed(self, store: Store):
        (row, *_) = in_use(store, NOW)
        mine, idle = (pressed(opened(), f"edit-{row['id']}") for _ in range(2))
        mine = elsewhere_and_back(typed(mine, "Text", "Half a sentence"))
        idle = elsewhere_and_back(idle)
        better = row["body"].replace("How was it", "How did it go")
        saved = keep(store, replace(draft_of(row), body=better), "Cafe", "Sam", NOW, Kept(row["id"], row["version"]))
        assert not isinstance(saved, NotKept)

        assert field(pressed(mine, f"edit-{row['id']}"), "Text").value == "Half a sentence"
        assert field(pressed(idle, f"edit-{row['id']}"), "Text").value == better

    def test_a_new_one_is_kept_until_it_is_saved(self, store: Store):
        app = typed(pressed(opened(), "new-sms"), "Name", "After a visit")
        app = pressed(elsewhere_and_back(app), "new-sms")
        assert field(app, "Name").value == "After a visit"

        app = button(app, "Save template").click().run()
        assert "Saved" in words(app)
        assert field(pressed(elsewhere_and_back(app), "new-sms"), "Name").value == ""


def test_half_set_follow_ups_are_kept(store: Store):
    app = opened("follow_ups.py")
    for label, value in [("How many", 1), ("Wait", 5), ("Unit", "hours"), ("Channel", "email")]:
        app = set_by(app, label, value)
    before = fields(app)

    assert fields(looked_elsewhere(app, "follow_ups.py")) == before


def test_half_changed_rules_are_kept_and_what_somebody_else_saves_is_shown_where_nothing_was(store: Store):
    mine, idle = opened("rule_book.py"), opened("rule_book.py")
    for label, value in [("Messages in 7 days", 4), ("Opt-outs, %", 2.5), ("Currency", "CHF")]:
        mine = typed(mine, label, value)
    before = fields(mine)
    button(typed(opened("rule_book.py"), "Days between two asks", 90), "Save rules").click().run()

    assert fields(looked_elsewhere(mine, "rule_book.py")) == before
    assert field(looked_elsewhere(idle, "rule_book.py"), "Days between two asks").value == 90


def test_what_is_about_to_be_stopped_does_not_become_everything(store: Store):
    app = set_by(opened("switches.py"), "What", "sender")
    app = typed(app, "Why", "On leave")
    before = fields(app)
    app = app.switch_page("rule_book.py").run().switch_page("switches.py").run()
    assert fields(app) == before

    button(app, "Stop now").click().run()
    assert [one["scope"] for one in stops.active(store, datetime.now(UTC))] == ["sender"]
    assert field(app, "Why").value == ""


def chosen(app: AppTest, label: str) -> object:
    return next(one.value for one in app.button_group if one.label == label)
