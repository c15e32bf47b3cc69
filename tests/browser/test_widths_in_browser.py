"""What the Requests page shows can be read: nothing is cut or left out where there is little room."""

import re

import pytest
from playwright.sync_api import expect

from data.lifecycle import Channel
from tests.browser.conftest import visit
from tests.browser.listed import HELD

# To a fraction of a pixel: that is all it takes to be cut.
FITS = """element => {
    const text = document.createRange()
    text.selectNodeContents(element)
    return text.getBoundingClientRect().width <= element.getBoundingClientRect().width
}"""


@pytest.fixture
def console(listed):
    return listed


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


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_a_row_says_why_it_is_held(page, console, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, console.url)
    row = page.locator("tbody tr", has_text="Zed Held")
    words = row.get_by_text(HELD)
    expect(words).to_be_visible()
    assert words.evaluate(FITS)
    inside = words.evaluate("(words, row) => words.getBoundingClientRect().bottom < row.getBoundingClientRect().bottom",
        row.element_handle())  # fmt: skip
    assert inside


@pytest.mark.parametrize("width", [1440, 1024])
def test_a_row_tells_the_address_and_the_sender(page, console, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, console.url)
    row = page.locator("tbody tr", has_text="Zed Held")
    expect(row.get_by_text(re.compile("^\\+1202")).filter(visible=True)).to_have_count(1)
    expect(row.get_by_text("Sam Sender").filter(visible=True)).to_have_count(1)
