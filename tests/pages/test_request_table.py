from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.request_table.payloads import Action, Marked, Sort, actions_from, marked_from, opened_from, sort_from


def test_every_unreceived_press_is_read_in_order():
    said = [{"number": 1, "id": 7, "verb": "pause"}, {"number": 2, "id": 9, "verb": "resume"}]

    assert list(actions_from(said)) == [Action(1, 7, "pause"), Action(2, 9, "resume")]


@pytest.mark.parametrize(
    "said",
    [
        None,
        "pause",
        [None],
        [{"number": 1, "id": "7", "verb": "pause"}],
        [{"number": 1, "id": True, "verb": "pause"}],
        [{"number": 1, "id": 7, "verb": "delete"}],
        [{"number": 1, "id": 7, "verb": []}],
        [{"id": 7, "verb": "pause"}],
    ],
)
def test_a_malformed_press_does_nothing(said: Any):
    assert list(actions_from(said)) == []


def test_a_sort_names_a_column_the_table_has():
    assert sort_from({"column": "sent_at", "descending": True}) == Sort("sent_at", descending=True)
    assert sort_from({"column": "sent_at; drop table request", "descending": True}) is None
    assert sort_from({"column": "name", "descending": "yes"}) is None
    assert sort_from(None) is None


def test_only_a_whole_number_opens_a_request():
    assert opened_from(0) == 0
    assert opened_from("7") is None
    assert opened_from(None) is None


def test_a_selection_is_ids_and_a_stamp():
    assert marked_from({"ids": [3, 1], "stamp": 2}) == Marked((3, 1), 2)
    assert marked_from({"ids": [], "stamp": 2}) == Marked((), 2)
    assert marked_from({"ids": ["3"], "stamp": 2}) is None
    assert marked_from({"ids": [3]}) is None


def page() -> None:
    import streamlit as st

    from pages.request_table import Row, Sort, request_table, selected
    from pages.request_table.payloads import Marked

    st.session_state["t.selection"] = Marked((2,), 0)
    row: Row = {
        "id": 2,
        "name": "Ada <b>",
        "address": "ada@example.com",
        "sent_by": "Ben",
        "channel": "email",
        "date_label": "2 h ago",
        "date_title": "24 Nov 2026, 10:32",
        "status": "sent",
        "status_label": "Sent",
        "status_title": "Handed to the provider",
        "paused": False,
        "retries": 0,
        "action": "pause",
    }

    def nothing(*_: object) -> None: ...

    request_table(
        [row], key="t", sort=Sort("name", descending=False), on_action=nothing, on_sort=nothing, on_open=nothing
    )
    assert selected("t") == [2]


def test_the_table_mounts_and_returns_what_was_selected_for_it():
    at = AppTest.from_function(page).run()

    assert not at.exception
