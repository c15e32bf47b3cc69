"""What others do shows on the page a person has open: stops, and how many answers wait."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from data.replies import Inbound, receive
from data.rules import Rules
from data.stops import Stop, stop
from data.store import open_store
from data.store.migrations import prepare
from tests.browser.conftest import visit
from tests.builders import ask

PHONE = "+12025550143"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("frame") / "store.duckdb"


@pytest.fixture(scope="module")
def store(path):
    store = open_store(str(path))
    prepare(store, datetime.now(UTC))
    ask(store, phone=PHONE, now=datetime.now(UTC))
    yield store
    store.close()


@pytest.fixture(scope="module")
def console(start_console, store, path):
    return start_console(path)


def put(store) -> None:
    with store.transaction() as work:
        stop(work, Stop("channel", "sms", "person", "A try", "Kim", "sms"), datetime.now(UTC))


def hear(store, *texts: str) -> None:
    at = datetime.now(UTC)
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, text, at, text, None) for text in texts], Rules(), at, UTC)


@pytest.mark.parametrize(("place", "before"), [("stops", "since .* by Kim"), ("not-sent", "1 message waits")])
def test_a_stop_put_elsewhere_and_lifted_in_the_banner_shows_below_it(page, console, store, place, before):
    visit(page, f"{console.url}/{place}")
    expect(page.get_by_text(re.compile(before))).to_have_count(0)
    put(store)
    expect(page.get_by_text(re.compile(before))).to_be_visible()
    page.get_by_role("button", name="Lift the stop").click()
    expect(page.get_by_text(re.compile(before))).to_have_count(0)


def test_the_navigation_counts_the_answers_that_wait(page, console, store):
    hear(store, "Lovely", "Thank you")
    navigation = page.get_by_test_id("stSidebarNav")
    visit(page, f"{console.url}/replies")
    expect(navigation).to_contain_text("Replies (2)")
    page.get_by_role("button", name="All fine").first.click()
    expect(page.get_by_role("heading", name="Replies (1)")).to_be_visible()
    expect(navigation).to_contain_text("Replies (1)")
    page.get_by_role("link", name="Templates").click()
    expect(page.get_by_role("heading", name="Templates")).to_be_visible()
    hear(store, "Wrong number")
    expect(navigation).to_contain_text("Replies (2)")
