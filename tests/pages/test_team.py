"""The team, under Senders; and a slip of the keyboard that makes no colleague."""

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, queries, team
from pages import asking
from pages import workspace as pages
from tests.builders import NOW, ask, row
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE, pressed, words


@pytest.fixture
def store(store):
    pages.use(workspace(lambda: store))
    for name in ("Blair Demo", "Devon Demo"):
        commands.member(store, name, NOW)
    return store


def id_of(store, name: str) -> int:
    return team.called(store, name)["id"]


def senders(store, who: str) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    app.session_state["team"] = True
    app = app.switch_page("by_sender.py").run()
    return chosen(app, "Who", id_of(store, who))


def chosen(app: AppTest, label: str, value: str | int) -> AppTest:
    box = next(one for one in app.selectbox if one.label == label)
    box.set_value(value).run()
    return app


def test_a_sender_is_renamed_and_a_taken_name_is_refused(store):
    app = senders(store, "Blair Demo")
    name = next(one for one in app.text_input if one.label == "Name")
    name.set_value("Devon Demo")
    assert "somebody else of the team" in words(pressed(app, "team-rename"))
    next(one for one in app.text_input if one.label == "Name").set_value("Blair Smith")
    pressed(app, "team-rename")
    assert sorted(queries.members(store).values()) == ["Blair Smith", "Devon Demo"]


def test_who_left_hands_over_and_is_not_offered_any_more(store):
    waits = ask(store, 3, sender="Blair Demo")
    app = chosen(senders(store, "Blair Demo"), "What waits goes to", id_of(store, "Devon Demo"))
    pressed(app, "team-hand-over")
    assert [one.value for one in app.toast] == ["Handed over 3 requests."]
    assert {queries.members(store)[row(store, one)["sent_by"]] for one in waits} == {"Devon Demo"}
    pressed(app, "team-on-off")
    assert list(team.askers(store).values()) == ["Devon Demo"]
    box = next(one for one in app.switch_page("send_request.py").run().selectbox if one.label == "Sent by")
    assert box.options == ["Devon Demo"]


def typed(name: str, **state: bool) -> AppTest:
    """The form with a name that is not on the list: an AppTest cannot go on from there."""
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    for key, value in {"ask-sender": name, **state}.items():
        app.session_state[key] = value
    return app.switch_page("send_request.py").run()


def test_who_left_is_not_asked_for_by_name_either(store):
    team.retire(store, id_of(store, "Blair Demo"), "Sam", NOW)
    app = typed("blair demo")
    assert "Blair Demo is not on the team any more" in words(app).replace("\\", "")
    assert not app.checkbox


def test_a_name_nobody_has_joins_only_when_somebody_says_so(store):
    app = typed("Blair Dmeo")
    assert "Did you mean Blair Demo?" in words(app)
    assert [one.label for one in app.checkbox] == ["Add Blair Dmeo to the team"]
    assert "is new" not in words(app)  # the box says it, until somebody goes on without
    assert "Blair Dmeo is new: tick" in str(asking.sender_trouble("Blair Dmeo"))
    app = typed("Blair Dmeo", **{"joins-blair dmeo": True})
    assert app.checkbox[0].value
    assert "is new" not in words(app)


def test_the_first_of_a_team_is_not_asked_about(duckdb_store):
    pages.use(workspace(lambda: duckdb_store))
    app = typed("Nora New")
    assert not app.checkbox
    assert "is new" not in words(app)
