"""What is chosen or can be pressed on the Requests page can be read: nothing is cut where a field is too narrow."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from data.lifecycle import Channel
from data.migrations import prepare
from data.store import open_store
from tests.browser.conftest import visit
from tests.builders import ask

# To a fraction of a pixel: that is all it takes to be cut.
FITS = """element => {
    const text = document.createRange()
    text.selectNodeContents(element)
    return text.getBoundingClientRect().width <= element.getBoundingClientRect().width
}"""


@pytest.fixture(scope="module")
def console(start_console, tmp_path_factory):
    """60 requests that wait by SMS: two pages."""
    path, now = tmp_path_factory.mktemp("widths") / "store.duckdb", datetime.now(UTC)
    store = open_store(str(path))
    prepare(store, now)
    ask(store, 60, due_in=timedelta(days=2), now=now)
    store.close()
    return start_console(path)


def test_each_of_few_pages_can_be_pressed(page, console):
    visit(page, console.url)
    expect(page.get_by_label("Page 1", exact=True)).to_be_visible()
    expect(page.get_by_label("Page 2", exact=True)).to_be_visible()


@pytest.mark.parametrize("channel", [channel.label for channel in Channel])
def test_a_chosen_channel_is_named_in_full(page, console, channel):
    visit(page, f"{console.url}/?via={channel}")
    chip = page.locator(".st-key-via [data-tag]:visible")
    expect(chip).to_have_text(channel)
    assert chip.locator("[title]").evaluate(FITS)


def test_chosen_days_are_shown_in_full(page, console):
    visit(page, f"{console.url}/?sent=2026-10-01&sent=2026-11-07")
    days = page.get_by_test_id("stDateInputFieldsScroller")
    assert days.evaluate("days => days.scrollWidth <= days.clientWidth")
