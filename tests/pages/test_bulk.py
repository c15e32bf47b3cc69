"""A selection and a whole list, decided about with as many presses as it takes to be sure."""

import json
from datetime import timedelta

from streamlit.testing.v1 import AppTest

from data.decisions import Cancelled
from pages import workspace as pages
from pages.bulk import cancelled
from pages.request_table.payloads import Marked
from tests.builders import NOW, ask, row
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE, pressed, words


def console(store, ticked: list[int], **parts: str) -> AppTest:
    pages.use(workspace(lambda: store))
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    for name, text in parts.items():
        app.query_params[name] = text
    app.session_state["table.selection"] = Marked(tuple(ticked), 0)
    return app.run()


def statuses(store, ids: list[int]) -> list[str]:
    return [row(store, id)["status"] for id in ids]


def test_what_is_ticked_is_cancelled_after_saying_what_that_means(store):
    ids = ask(store, 3)
    app = console(store, ids[:2])
    assert "Cancel 2 requests?" in words(app)
    assert "follow-ups end" in words(app)
    pressed(app, "bulk_cancel_now")
    assert statuses(store, ids) == ["cancelled", "cancelled", "queued"]
    assert [one.value for one in app.toast] == ["Cancelled 2 requests."]
    assert store.rows("SELECT action, subject FROM audit") == [{"action": "cancel", "subject": "2 requests"}]


def test_what_cancelling_came_to_is_told_in_full():
    told = cancelled(Cancelled(asks=2, follow_ups=1, under_way=1), asked=5)
    assert told.startswith("Cancelled 2 requests. 1 request that had left will have no follow-ups. 1 request is just")
    assert told.endswith("1 request did not wait any more.")


def test_all_of_a_list_is_paused_resumed_and_cancelled_beyond_the_page(store):
    listed, other = ask(store, 60, name="Zoe Long"), ask(store, 2)
    app = console(store, listed[-2:], q="zoe")
    pressed(app, "bulk_all")
    assert "All **60** selected · 60 still wait" in words(app)
    pressed(app, "bulk_pause_all")
    assert [one.value for one in app.toast] == ["Paused 60 requests."]
    assert all(row(store, id)["paused"] for id in listed)
    assert not row(store, other[0])["paused"]

    app = console(store, listed[-2:], q="zoe")
    pressed(pressed(app, "bulk_all"), "bulk_resume_all")
    assert not any(row(store, id)["paused"] for id in listed)

    app = console(store, listed[-2:], q="zoe")
    assert "Cancel 60 requests?" in words(pressed(app, "bulk_all"))
    pressed(app, "bulk_cancel_all_now")
    assert set(statuses(store, listed)) == {"cancelled"}
    assert statuses(store, other) == ["queued"] * 2
    assert not app.session_state["table.selection"].ids


def test_each_row_wears_a_tick_while_all_are_selected(duckdb_store):
    ids = ask(duckdb_store, 3)

    def ticked(app: AppTest) -> list[int]:
        (table,) = [one for one in app.get("bidi_component") if '"received"' in one.proto.json]
        return json.loads(table.proto.json)["selection"]["ids"]

    app = console(duckdb_store, ids[:1])
    assert ticked(app) == ids[:1]
    pressed(app, "bulk_all")
    assert ticked(app) == ids
    assert ticked(pressed(app, "bulk_clear")) == []


def test_another_list_is_not_the_one_that_was_selected(duckdb_store):
    ids = ask(duckdb_store, 3)
    app = console(duckdb_store, ids[:1])
    pressed(app, "bulk_all")
    app.session_state["q"] = "nobody"
    assert "All **" not in words(app.run())


def test_only_what_is_due_before_a_moment_is_cancelled_if_one_is_given(duckdb_store):
    ids = ask(duckdb_store, 2)  # due in March 2026
    app = pressed(console(duckdb_store, ids[:1]), "bulk_all")
    app.datetime_input[0].set_value((NOW - timedelta(days=1)).replace(tzinfo=None)).run()
    assert "Cancel 0 requests?" in words(app)
    assert app.button(key="bulk_cancel_all_now").disabled
