"""All of a list, beyond the page, is cancelled in a real browser."""

import re

from playwright.sync_api import Page, expect

from data.bulk import waiting
from data.filters import Filters
from data.store import open_store
from tests.browser.conftest import Console, settle, visit


def test_all_that_waits_in_a_list_is_cancelled(page: Page, changeable: Console):
    store = open_store(changeable.environment["DATABASE"])
    before, sms = waiting(store, Filters()), waiting(store, Filters(channels=("sms",)))
    assert 0 < sms < before

    visit(page, changeable.url + "/?via=SMS")
    page.locator("tbody tr input[type=checkbox]").first.check()
    page.get_by_role("button", name=re.compile("Select all .* of this list")).click()
    expect(page.locator(".st-key-bulk")).to_contain_text(f"{sms} still wait")
    page.locator(".st-key-bulk_cancel_all button").first.click()
    page.get_by_role("button", name=f"Cancel {sms} requests").click()
    expect(page.get_by_text(re.compile(r"^Cancelled \d+"))).to_be_visible()
    settle(page)
    expect(page.locator(".st-key-bulk")).to_contain_text("requests")  # nothing is selected any more
    assert waiting(store, Filters(channels=("sms",))) == 0
    assert waiting(store, Filters()) == before - sms
    store.close()
