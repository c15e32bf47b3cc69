"""Sending one and sending many, with a real keyboard, mouse and file."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data import csvfile
from data.store import open_store
from tests.browser.conftest import Console, settle, visit

SAMPLE = Path(csvfile.__file__).with_name("sample.csv")


@pytest.fixture
def database(changeable: Console) -> Path:
    return Path(changeable.environment["DATABASE"])


def asked(database: Path, name: str) -> int:
    store = open_store(str(database))
    found = store.rows("SELECT count(*) AS n FROM request WHERE contact_name = $name", name=name)
    store.close()
    return found[0]["n"]


def choose_sender(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Sent by").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    settle(page)


def test_a_double_click_sends_once_and_the_link_leads_to_the_request(changeable: Console, database: Path, page: Page):
    visit(page, f"{changeable.url}/send")
    page.get_by_label("Name", exact=True).press_sequentially("Ann <b>Lee</b>")
    expect(page.get_by_text("Hi Ann, thank you for choosing")).to_be_visible()  # while the field still has the focus
    page.get_by_label("Phone").fill("(202) 555-0199")
    choose_sender(page, "Nora New")
    page.get_by_text("Add Nora New to the team", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Send review request").dblclick()

    expect(page.get_by_text("Queued for Ann <b>Lee</b> by SMS")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    assert asked(database, "Ann <b>Lee</b>") == 1

    page.get_by_text("See it in Requests").click()
    expect(page).to_have_url(re.compile(r"[?&]q=%2B12025550199"))
    expect(page.get_by_role("row").filter(has_text="Ann <b>Lee</b>")).to_contain_text("Nora New")


def test_half_a_form_is_still_there_after_a_look_elsewhere(changeable: Console, page: Page):
    visit(page, f"{changeable.url}/send")
    page.get_by_label("Name", exact=True).fill("Half Written")
    page.keyboard.press("Tab")
    settle(page)
    page.get_by_role("link", name="Requests").click()
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()
    page.get_by_role("link", name="Send", exact=True).click()

    expect(page.get_by_label("Name", exact=True)).to_have_value("Half Written")


def test_a_file_is_dropped_seen_and_queued_once(changeable: Console, database: Path, page: Page):
    visit(page, f"{changeable.url}/import")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    expect(page.get_by_role("button", name="Queue 12 requests")).to_be_visible()
    assert asked(database, "Amelia Archer") == 0
    choose_sender(page, "Casey Demo")
    page.get_by_role("button", name="Queue 12 requests").dblclick()

    expect(page.get_by_text("12 requests queued")).to_be_visible()
    assert asked(database, "Amelia Archer") == 1

    page.locator("input[type=file]").set_input_files(SAMPLE)
    expect(page.get_by_text("Everybody in this file was imported before.")).to_be_visible()
    expect(page.get_by_role("button", name="Nothing to queue")).to_be_disabled()


def test_a_workbook_is_refused_in_words(changeable: Console, page: Page):
    visit(page, f"{changeable.url}/import")
    page.locator("input[type=file]").set_input_files(
        {"name": "people.xlsx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04" + b"\0" * 500}
    )

    expect(page.get_by_text("This is an Excel or OpenDocument workbook")).to_be_visible()
