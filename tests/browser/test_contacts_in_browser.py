"""Contacts in a real browser: a pressed row opens the drawer every time, and what is done there holds."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from data import decisions
from data.store import open_store
from tests.browser.conftest import Console, visit


def press_first_row(page: Page) -> None:
    page.locator(".st-key-contacts tbody tr").first.click()


def test_every_row_opens_by_keyboard_and_gets_the_focus_back(page: Page, console: Console):
    visit(page, f"{console.url}/contacts")
    names = page.locator(".st-key-contacts tbody .name button")
    names.nth(1).focus()
    page.keyboard.press("Tab")
    drawer = page.get_by_role("dialog", name="Contact")
    for _ in range(2):
        expect(names.nth(2)).to_be_focused()
        page.keyboard.press("Enter")
        expect(drawer.locator("h3")).to_have_text(names.nth(2).inner_text())
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)


def test_the_list_is_sorted_by_its_heading(page: Page, console: Console):
    visit(page, f"{console.url}/contacts")
    heading = page.locator(".st-key-contacts th.name")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page).to_have_url(re.compile("order=name"))
    press_first_row(page)
    expect(page.get_by_role("dialog", name="Contact")).to_contain_text("Requests")


def test_never_ask_shows_in_the_drawer_and_in_the_table(page: Page, changeable: Console):
    visit(page, f"{changeable.url}/contacts")
    press_first_row(page)
    drawer = page.get_by_role("dialog", name="Contact")
    drawer.get_by_role("button", name="Never ask").click()
    page.get_by_role("button", name="Never ask again").click()

    expect(drawer).to_contain_text("Somebody decided never to ask this person")
    expect(drawer.get_by_role("button", name="Allow again")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Allow again")).to_have_count(1)  # closed: a press would undo it at once


def test_a_person_is_erased_after_the_word_is_typed(page: Page, changeable: Console):
    visit(page, f"{changeable.url}/contacts")
    press_first_row(page)
    drawer = page.get_by_role("dialog", name="Contact")
    drawer.get_by_text("Erase", exact=True).click()
    drawer.get_by_label("Type ERASE to confirm").press_sequentially("ERASE")
    drawer.get_by_role("button", name="Erase this person").click()

    expect(drawer.locator("h3")).to_have_text("Erased")
    expect(drawer).to_contain_text("No phone and no email is kept.")


def test_the_drawer_of_a_request_follows_what_happens_elsewhere(page: Page, changeable: Console):
    visit(page, f"{changeable.url}/?status=Queued&via=Email")
    page.locator("tbody tr .name button").nth(3).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Send now")).to_be_visible()
    found = re.search(r"Request (\d+)", drawer.inner_text())
    assert found
    store = open_store(changeable.environment["DATABASE"])
    decisions.cancel(store, [int(found[1])], "test", datetime.now(UTC), ZoneInfo("UTC"))
    store.close()

    expect(drawer.get_by_role("button", name="Send now")).to_have_count(0)
    expect(drawer).to_contain_text("Cancelled")
