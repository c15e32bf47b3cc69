"""Back and Forward show each page as it was left, in one step."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, settle, visit


def follow(page: Page, link: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("heading", name=link, exact=True)).to_be_visible()
    settle(page)


@pytest.mark.parametrize(
    ("left", "link"),
    [
        ("/?q=ava&status=Failed&sort=-name", "Contacts"),
        ("/channels?period=30+days&channel=Email", "Not sent"),  # which has a field for channels, too
        ("/contacts?who=ava", "Requests"),
    ],
)
def test_back_leads_to_the_page_before_with_its_filters(console: Console, page: Page, left: str, link: str):
    visit(page, f"{console.url}{left}")
    entries = page.evaluate("history.length")
    follow(page, link)
    there = page.url
    assert page.evaluate("history.length") == entries + 1

    page.go_back()
    expect(page).to_have_url(f"{console.url}{left}")
    settle(page)
    page.wait_for_timeout(1000)
    assert page.url == f"{console.url}{left}"  # and stays

    page.go_forward()
    expect(page).to_have_url(there)


def test_back_from_a_persons_page_leads_to_the_search(console: Console, page: Page):
    visit(page, f"{console.url}/?q=ava")
    found = page.locator(".st-key-bulk").inner_text()
    page.locator("tbody tr .name button").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Contact").click()
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()

    page.go_back()
    expect(page).to_have_url(f"{console.url}/?q=ava")
    expect(page.locator(".st-key-bulk")).to_have_text(found)


def test_what_was_cleared_stays_cleared(console: Console, page: Page):
    visit(page, f"{console.url}/?status=Failed")
    page.locator(".st-key-filters [data-testid=stBaseButton-tertiary]:visible").last.click()
    expect(page).to_have_url(f"{console.url}/")
    everything = re.compile(r"^[\d,]+ requests")
    follow(page, "Contacts")
    page.go_back()
    expect(page.locator(".st-key-bulk")).to_have_text(everything)
    follow(page, "Contacts")
    follow(page, "Requests")

    expect(page.locator(".st-key-bulk")).to_have_text(everything)
    assert page.url == f"{console.url}/"
