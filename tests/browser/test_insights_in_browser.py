import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console, settle, visit


def click_in(page: Page, mark: Locator) -> None:
    """Clicks a mark of a chart where a person would: plotly listens to the surface, not to the bar."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def bars(page: Page, chart: str, series: int = 0) -> Locator:
    return page.locator(f".st-key-{chart} .trace.bars").nth(series).locator(".point path")


def expect_listed(page: Page, how_many: str) -> None:
    """That the Requests page lists so many, and keeps doing so when it looks again two seconds later."""
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()
    expect(page.locator(".st-key-bulk")).to_have_text(re.compile(rf"^{how_many} requests\b"))
    settle(page)
    page.wait_for_timeout(2500)
    expect(page.locator(".st-key-bulk")).to_have_text(re.compile(rf"^{how_many} requests\b"))


def read_out(page: Page, chart: str, line: int) -> str:
    return page.locator(f".st-key-{chart} .y2tick text").nth(line).text_content() or ""


@pytest.mark.parametrize("line", [0, 2])
def test_a_bar_opens_as_many_rows_as_it_says(console: Console, page: Page, line: int):
    visit(page, f"{console.url}/channels")
    expect(bars(page, "volume")).to_have_count(3)
    said = read_out(page, "volume", line)
    click_in(page, bars(page, "volume").nth(line))

    expect_listed(page, said)


def test_the_whole_line_of_a_rate_opens_what_was_sent(console: Console, page: Page):
    visit(page, f"{console.url}/channels?period=30+days")
    expect(bars(page, "delivered")).to_have_count(3)
    n = re.search(r"n=([\d,]+)", read_out(page, "delivered", 1))
    assert n
    click_in(page, bars(page, "delivered").nth(1))

    expect_listed(page, n[1])
    assert "via=Email" in page.url


def test_filters_left_on_the_requests_page_do_not_narrow_the_rows(console: Console, page: Page):
    visit(page, f"{console.url}/?status=Failed&q=ann&via=SMS")
    page.get_by_role("link", name="Channels").click()
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()
    expect(bars(page, "volume")).to_have_count(3)
    said = read_out(page, "volume", 1)
    click_in(page, bars(page, "volume").nth(1))

    expect_listed(page, said)


def test_a_segment_opens_one_person_on_one_channel_and_back_returns(console: Console, page: Page):
    visit(page, f"{console.url}/senders?period=30+days")
    expect(bars(page, "volume", 1)).to_have_count(8)
    click_in(page, bars(page, "volume", 1).nth(0))
    page.wait_for_url(re.compile(r"/\?via=Email&by=\w+\+Demo&sent="))
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", name="Senders")).to_be_visible()
    expect(bars(page, "volume", 1)).to_have_count(8)
    page.wait_for_timeout(1000)
    assert page.url.endswith("/senders?period=30+days")  # and not sent away once more


def test_a_week_opens_its_days_within_the_period(console: Console, page: Page):
    visit(page, f"{console.url}/channels?channel=SMS&channel=Email")
    expect(bars(page, "by_week").first).to_be_visible()
    click_in(page, bars(page, "by_week").nth(2))
    page.wait_for_url(re.compile(r"/\?via=SMS&via=Email&sent=[\d-]+&sent=[\d-]+$"))

    first, last = (date.fromisoformat(day) for day in re.findall(r"sent=([\d-]+)", page.url))
    assert (first.weekday(), last - first) == (0, timedelta(days=6))


@pytest.mark.parametrize("where", ["channels", "senders"])
def test_a_filter_chosen_by_hand_is_in_the_address_and_survives_a_reload(console: Console, page: Page, where: str):
    visit(page, f"{console.url}/{where}")
    sent = page.locator("[data-testid=stMetricValue]").first
    before = sent.inner_text()
    page.get_by_role("radio", name="30 days").click()
    page.wait_for_url("**period=30+days")
    expect(sent).not_to_have_text(before)
    after = sent.inner_text()
    page.reload()

    expect(sent).to_have_text(after)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("where", ["channels", "senders"])
def test_nothing_sticks_out_of_the_window(console: Console, page: Page, where: str, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, f"{console.url}/{where}")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_table_leads_to_the_rows_by_keyboard(console: Console, page: Page):
    visit(page, f"{console.url}/senders?channel=SMS")
    page.get_by_text("Exact numbers").click()
    link = page.get_by_role("row", name="Blair Demo").get_by_role("link").first
    said = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")

    expect_listed(page, said)


@pytest.mark.parametrize("where", ["channels", "senders"])
def test_the_demo_has_a_period_before_the_usual_one(console: Console, page: Page, where: str):
    visit(page, f"{console.url}/{where}")

    expect(page.get_by_text(re.compile("^Compared with the 90 days before"))).to_be_visible()
