"""The two pages of figures, opened on a store of their own and read as people see them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.lifecycle import Channel
from data.moves import News
from data.store import Store
from pages import workspace as pages
from tests.builders import hear, messages, sent
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[3]
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
MONTH_AGO = NOON - timedelta(days=30)


@pytest.fixture
def store(duckdb_store: Store) -> Iterator[Store]:
    st.cache_data.clear()
    pages.use(workspace(lambda: duckdb_store, "http://127.0.0.1"))
    yield duckdb_store
    st.cache_data.clear()


def opened(page: str, **parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def said(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def figures(app: AppTest) -> dict[str, dict]:
    """Every chart as drawn, by the key it was given."""
    found = {}
    for chart in app.get("plotly_chart"):
        key = re.sub(r"^.*-", "", chart.proto.id)
        found[key] = json.loads(chart.proto.spec)
    return found


def table(app: AppTest, head: str = "", place: int = 0) -> dict[str, list[str]]:
    """The cells of every line, by its name, of the first table or that with such a head; tags are gone."""
    bodies = [element.proto.body for element in app.get("html") if f'<th scope="col">{head}' in element.proto.body]
    body = bodies[place] if place < len(bodies) else ""
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body)
    return {name: re.findall(r"<td>(?:<a [^>]*>)?([^<]*)", cells) for name, cells in lines}


def live(store: Store, requests: list[int], *events: str, at: datetime) -> None:
    hear(store, *(News(message, event, at) for message in messages(store, requests) for event in events))


def some_requests(store: Store) -> None:
    """SMS: 40 sent, 36 delivered, 9 responded. Email: 10 sent, 8 delivered, 2 opened, 1 responded."""
    texts = sent(store, 40, at=MONTH_AGO, sender="Ada Lee")
    live(store, texts[:36], "delivered", at=MONTH_AGO)
    live(store, texts[36:], "undelivered", at=MONTH_AGO)
    live(store, texts[:9], "clicked", "responded", at=MONTH_AGO)
    mails = sent(store, 10, at=NOON - timedelta(days=2), sender="Bo <b>*Star*", channel=Channel.EMAIL)
    live(store, mails[:8], "delivered", at=NOON)
    live(store, mails[:2], "opened", at=NOON)
    live(store, mails[:1], "clicked", "responded", at=NOON)


def two_periods(store: Store, before: tuple[int, int, int], now: tuple[int, int, int], begin: int = 59) -> None:
    """Sent, delivered and responded, of the 30 days before and of the last 30; one request longer ago."""
    sent(store, 1, at=NOON - timedelta(days=begin))
    for days, (count, arrived, answered) in ((40, before), (20, now)):
        requests = sent(store, count, at=NOON - timedelta(days=days))
        live(store, requests[:arrived], "delivered", at=NOON)
        live(store, requests[:answered], "responded", at=NOON)
