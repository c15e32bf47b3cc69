"""Contacts in a real browser: a pressed row opens the drawer every time, and what is done there holds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, visit


@pytest.fixture
def changeable(start_console: Callable[[Path], Console], demo_store: Path, tmp_path: Path) -> Console:
    return start_console(Path(shutil.copy(demo_store, tmp_path / "demo.duckdb")))


def press_first_row(page: Page, shown: int = 0) -> None:
    """Presses the name in the first row of the table, which is a new one after each drawer that was closed."""
    page.locator(f".st-key-contacts-{shown}").get_by_test_id("stDataFrame").click(position={"x": 90, "y": 52})


def test_the_same_row_opens_again(page: Page, console: Console):
    visit(page, f"{console.url}/contacts")
    for shown in range(2):
        press_first_row(page, shown)
        expect(page.get_by_role("dialog", name="Contact")).to_contain_text("Requests")
        page.get_by_role("dialog", name="Contact").get_by_label("Close").click()
        expect(page.get_by_role("dialog", name="Contact")).to_have_count(0)


def test_never_ask_shows_in_the_drawer_and_in_the_table(page: Page, changeable: Console):
    visit(page, f"{changeable.url}/contacts")
    press_first_row(page)
    drawer = page.get_by_role("dialog", name="Contact")
    drawer.get_by_role("button", name="Never ask").click()
    page.get_by_role("button", name="Never ask again").click()

    expect(drawer).to_contain_text("Somebody decided never to ask this person")
    expect(drawer.get_by_role("button", name="Allow again")).to_be_visible()


def test_a_person_is_erased_after_the_word_is_typed(page: Page, changeable: Console):
    visit(page, f"{changeable.url}/contacts")
    press_first_row(page)
    drawer = page.get_by_role("dialog", name="Contact")
    drawer.get_by_text("Erase", exact=True).click()
    expect(drawer.get_by_role("button", name="Erase this person")).to_be_disabled()
    drawer.get_by_label("Type ERASE to confirm").fill("ERASE")
    drawer.get_by_label("Type ERASE to confirm").press("Enter")
    drawer.get_by_role("button", name="Erase this person").click()

    expect(drawer.locator("h3")).to_have_text("Erased")
    expect(drawer).to_contain_text("No phone and no email is kept.")
