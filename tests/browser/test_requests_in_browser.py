"""The Requests page as a person uses it: filter, sort, pause, open, export, watch it move."""

import csv
import io
import re
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from data import commands
from data.store import open_store
from data.store.migrations import prepare
from tests.browser.conftest import engine, settle, visit
from tests.browser.listed import HOSTILE
from tests.builders import always_open, ask

COLUMNS = [
    "Invite sent to", "Email or phone number", "Sent by", "Sent via", "Date sent", "Status", "Retries", "Action",
]  # fmt: skip


@pytest.fixture
def console(listed):
    return listed


def rows(page):
    return page.locator("tbody tr")


def listed_total(page) -> int:
    return int(
        page.get_by_role("button", name=re.compile("^Total")).get_attribute("aria-label").split()[-1].replace(",", "")
    )


def choose(page, key: str, *labels: str) -> None:
    for label in labels:
        page.locator(f".st-key-{key} input").click()
        option = page.get_by_role("option", name=label, exact=True)
        option.hover()  # people point before they press: a menu scrolls to what it shows by half
        option.click()
        settle(page)
    page.keyboard.press("Escape")
    settle(page)


def export(page, console) -> list[dict[str, str]]:
    link = page.get_by_role("link", name="Export CSV").get_attribute("href")
    with urllib.request.urlopen(urljoin(console.url, link)) as answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode())))


def test_the_columns_stand_in_their_order_and_a_page_holds_fifty(page, console):
    visit(page, console.url)
    expect(rows(page)).to_have_count(50)
    assert [text for text in page.locator("thead th").all_inner_texts() if text.strip()] == COLUMNS
    assert listed_total(page) == 120


@pytest.mark.parametrize(
    ("key", "label", "column", "count"),
    [("via", "Email", "Sent via", 20), ("status", "Undelivered", "Status", 9), ("by", "Kim Lead", "Sent by", 60)],
)
def test_each_dropdown_narrows_list_strip_address_and_export_alike(page, console, key, label, column, count):
    visit(page, console.url)
    choose(page, key, label)
    expect(page).to_have_url(re.compile(f"{key}={label.replace(' ', '[+]')}"))
    expect(page.get_by_role("link", name="Export CSV")).to_have_attribute("href", re.compile(f"{key}="))
    expect(rows(page)).to_have_count(min(count, 50))
    exported = export(page, console)
    assert len(exported) == count
    assert {row[column] for row in exported} == {label}
    position = COLUMNS.index(column) + 1
    assert {text.strip() for text in page.locator(f"tbody td:nth-child({position + 1})").all_inner_texts()} == {label}
    page.reload()
    settle(page)
    expect(rows(page)).to_have_count(min(count, 50))


@pytest.mark.parametrize("typed", ["zoë", "müller", "ZOE"])
def test_the_search_finds_as_one_types(page, console, typed):
    visit(page, console.url)
    page.get_by_placeholder("Name, email or phone").press_sequentially(typed, delay=30)
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Zoë 🎉 Müller")


def test_a_phone_is_found_as_people_write_it(page, console):
    visit(page, console.url + "/?by=Sam+Sender")
    shown = rows(page).nth(3).locator("td").nth(2).inner_text()
    digits = shown.removeprefix("+1")
    visit(page, console.url)
    page.get_by_placeholder("Name, email or phone").fill(f"({digits[:3]}) {digits[3:6]}-{digits[6:]}")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text(shown)


def test_a_count_filters_by_what_it_counts(page, console):
    visit(page, console.url)
    page.get_by_role("button", name="Problems: 9").click()
    expect(rows(page)).to_have_count(9)
    expect(page).to_have_url(re.compile("status=Undelivered"))
    page.get_by_role("button", name="Total: 120").click()
    expect(rows(page)).to_have_count(50)


def test_pause_and_resume_in_the_row(page, console):
    visit(page, console.url + "/?q=حسن")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Pause علي بن حسن").click()
    expect(rows(page)).to_contain_text("Paused")
    page.get_by_role("button", name="Resume علي بن حسن").click()
    expect(rows(page)).to_contain_text("Queued")
    page.get_by_role("button", name="علي بن حسن", exact=True).click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Paused by")
    expect(drawer).to_contain_text("Resumed by")


def test_pause_and_resume_for_a_selection(page, console):
    visit(page, console.url + "/requests?by=Sam+Sender&sort=address")  # as people type it
    for index in (0, 2, 4):
        rows(page).nth(index).locator("input[type=checkbox]").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.locator(".st-key-bulk_pause button").click()
    expect(page.locator(".pill[data-status=paused]:visible")).to_have_count(3)
    settle(page)
    page.locator(".st-key-bulk_resume button").click()
    expect(page.locator(".pill[data-status=paused]:visible")).to_have_count(0)
    expect(page.get_by_text("3 selected")).to_be_visible()


def test_a_header_sorts_the_whole_list_not_the_page(page, console):
    visit(page, console.url)
    page.get_by_role("button", name="Email or phone number").click()
    settle(page)
    expect(rows(page)).to_have_count(50)
    expect(page.locator("th[aria-sort]").first).to_be_visible()
    expect(page).to_have_url(re.compile("sort=-?address"))
    descending = "sort=-" in page.url
    shown = [row.locator("td").nth(2).inner_text() for row in rows(page).all()]
    everything = sorted((row["Email or phone number"] for row in export(page, console)), reverse=descending)
    assert shown == everything[:50]


def test_the_pager_shows_the_rest(page, console):
    visit(page, console.url)
    expect(rows(page)).to_have_count(50)
    first = {row.locator("td").nth(2).inner_text() for row in rows(page).all()}
    page.get_by_role("button", name=re.compile("next", re.IGNORECASE)).last.click()
    settle(page)
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.get_by_text(next(iter(first)), exact=True)).to_have_count(0)
    second = {row.locator("td").nth(2).inner_text() for row in rows(page).all()}
    assert len(first | second) == 100


def test_names_of_any_kind_are_text(page, console):
    page.on("dialog", lambda dialog: pytest.fail("a name ran as code"))
    visit(page, console.url + "/?by=Sam+Sender")
    for name in HOSTILE:
        expect(page.get_by_role("button", name=name, exact=True)).to_have_text(name)
    assert page.locator("td b, td img, td a").count() == 0
    page.get_by_role("button", name=HOSTILE[0], exact=True).click()
    expect(page.get_by_role("dialog").locator("h3")).to_have_text(HOSTILE[0])
    page.keyboard.press("Escape")
    page.get_by_role("button", name=HOSTILE[1], exact=True).click()
    expect(page.get_by_role("dialog").locator("h3")).to_have_text(HOSTILE[1])


@pytest.mark.parametrize(
    "address",
    [
        "?via=pigeon&status=1&by=999&page=x&sort=password&sent=yesterday",
        "?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "?via=SMS&via=SMS&via=%00&page=999999&sent=2026-01-01&sent=2025-01-01&sent=2024-01-01&q=" + "x" * 3000,
    ],
)
def test_an_address_that_makes_no_sense_gives_a_page_not_a_traceback(page, console, address):
    page.on("dialog", lambda dialog: pytest.fail("the address ran as code"))
    visit(page, console.url + "/" + address)
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()
    expect(page.get_by_text("Total").first).to_be_visible()
    assert page.locator("[data-testid=stException]").count() == 0
    assert "Something went wrong" not in page.inner_text("body")


def test_statuses_move_by_themselves_and_selection_and_scroll_stay(page, start_console, tmp_path):
    path = tmp_path / "live.duckdb"
    store = open_store(str(path))
    prepare(store, datetime.now(UTC))
    always_open(store)
    requests = ask(store, 40, now=datetime.now(UTC))
    commands.pause(store, requests[:5], "test", datetime.now(UTC))
    console = start_console(path)
    visit(page, console.url)
    pauses = page.get_by_role("button", name=re.compile("^Pause Ann Lee"))
    expect(pauses).to_have_count(35)
    rows(page).nth(20).locator("input[type=checkbox]").check()
    box = page.locator(".box").first
    box.evaluate("box => box.scrollTop = 300")
    scrolled = box.evaluate("box => box.scrollTop")
    with engine(console):
        expect(pauses).to_have_count(0)
        expect(
            page.locator(".pill[data-status=delivered]").nth(20)
        ).to_be_attached()  # sent first, delivered a turn later
    expect(page.locator(".pill[data-status=paused]:visible")).to_have_count(5)
    assert rows(page).nth(20).locator("input[type=checkbox]").is_checked()
    assert box.evaluate("box => box.scrollTop") == scrolled
    store.close()


def test_the_send_page_is_one_press_away_also_from_a_filtered_list(page, console):
    visit(page, console.url + "/?via=SMS&q=Bob")
    page.get_by_role("button", name="Send review request").click()
    expect(page.get_by_role("heading", name="Send review request")).to_be_visible()
    assert "/send" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(page, console, scheme):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    visit(page, console.url)
    expect(rows(page)).to_have_count(50)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(rows(page).first.get_by_role("button").first).to_be_visible()


def test_no_traceback_was_written_while_people_looked(console):
    assert "Traceback" not in console.log.read_text()


def test_a_small_laptop_shows_every_column(page, console):
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, console.url)
    for name in COLUMNS:
        expect(page.locator("th", has_text=name)).to_be_visible()
