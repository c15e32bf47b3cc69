"""The list reads an address as its export does, however it is spelt."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import exports, queries
from data.filter_address import parse
from data.filters import Filters
from data.lifecycle import Channel, Status
from data.queries import Summary
from pages import workspace as pages
from pages.request_filters import tiles
from tests.builders import NOW, ask, sent, tell
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE
from web.export import lines

ADDRESSES = [
    {"sent": ["2026-03-03", "2026-03-01"]},
    {"sent": ["20260302"]},
    {"sent": ["1999-01-01", "2100-12-31"]},
    {"via": ["sms"], "status": ["sent"]},
    {"by": ["sam sender"], "why": ["waiting"]},
    {"reached": ["not responded"]},
]


@pytest.mark.parametrize("parts", ADDRESSES, ids=str)
def test_page_and_export_read_an_address_the_same_way(duckdb_store, parts: dict[str, list[str]]):
    pages.use(workspace(lambda: duckdb_store))
    sent(duckdb_store, 3)
    ask(duckdb_store, 2)
    sent(duckdb_store, 1, channel=Channel.EMAIL, at=NOW + timedelta(days=1))
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    for name, texts in parts.items():
        app.query_params[name] = texts
    app.run()

    wanted = parse([(name, text) for name, texts in parts.items() for text in texts], queries.members(duckdb_store))
    assert not isinstance(wanted, str)
    rows = len("".join(lines(duckdb_store, wanted, exports.last_id(duckdb_store))).splitlines()) - 1
    shown = [one.value for one in app.caption if "request" in one.value][-1]
    assert 0 < rows < 6
    assert int(shown.split()[0]) == rows
    assert ("days in UTC" in shown) is ("sent" in parts)


NONSENSE = [
    {"via": ["pigeon"], "status": ["1"], "by": ["999"]},
    *({"page": [page]} for page in ("999999", "-1", "x")),
    {"sort": ["password"]},
    {"sent": ["yesterday"]},
    *({"q": [text]} for text in ("'; DROP TABLE request;--", "<script>alert(1)</script>", "x" * 3000)),
    {"via": ["SMS", "SMS", "\0"]},
    {"sent": ["2026-01-01", "2025-01-01", "2024-01-01"]},
]


def test_an_address_that_makes_no_sense_gives_a_page_all_the_same(duckdb_store):
    pages.use(workspace(lambda: duckdb_store))
    ask(duckdb_store, 60)  # two pages
    for parts in NONSENSE:
        app = AppTest.from_file(CONSOLE, default_timeout=30)
        for name, texts in parts.items():
            app.query_params[name] = texts
        app.run()
        assert not app.exception, parts
        assert not app.error, parts
        assert [title.value for title in app.title] == ["Requests"], parts
        assert any("request" in one.value for one in app.caption), parts


def test_an_empty_store_says_what_to_do_next(duckdb_store):
    pages.use(workspace(lambda: duckdb_store))
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    assert any("No requests yet" in one.value for one in app.markdown)


@pytest.mark.parametrize(
    ("by_status", "rest"),
    [
        ({Status.SENT: 3, Status.UNSURE: 2}, ""),
        ({Status.SENT: 3, Status.CANCELLED: 1200}, "1,200 cancelled"),
        ({Status.SENDING: 2, Status.CANCELLED: 1}, "2 sending, 1 cancelled"),
    ],
)
def test_the_total_says_what_no_other_tile_counts(by_status: dict[Status, int], rest: str):
    hint = tiles(Summary(by_status), Filters())[0]["hint"]

    assert hint.partition("; no other tile counts ")[2] == rest


@pytest.mark.parametrize(("steps", "said"), [(["Delivered", "Not responded"], True), (["Delivered"], False)])
def test_the_list_says_that_all_steps_chosen_must_be_met(duckdb_store, steps: list[str], said: bool):
    pages.use(workspace(lambda: duckdb_store))
    tell(duckdb_store, sent(duckdb_store)[0], "delivered")
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    app.query_params["reached"] = steps
    app.run()

    (line,) = [one.value for one in app.caption if one.value.startswith("1 request")]
    assert ("Delivered and Not responded" in line) is said


@pytest.mark.parametrize(("sort", "said"), [("", True), ("-sent_at", False)])
def test_the_list_says_its_order_until_one_is_chosen(duckdb_store, sort: str, said: bool):
    pages.use(workspace(lambda: duckdb_store))
    ask(duckdb_store, 2)
    app = AppTest.from_file(CONSOLE, default_timeout=30)
    app.query_params["sort"] = sort
    app.run()

    (line,) = [one.value for one in app.caption if one.value.startswith("2 requests")]
    assert ("newest ask first" in line) is said
