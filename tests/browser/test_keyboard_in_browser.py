"""Going by keyboard: what has focus is seen, and a drawer gives it back."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, visit


def test_a_drawer_gives_focus_back_to_the_row_that_opened_it(console: Console, page: Page):
    visit(page, console.url)
    name = page.locator("tbody td.name button").nth(2)
    name.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("What happened")

    page.keyboard.press("Escape")

    expect(drawer).to_have_count(0)
    expect(name).to_be_focused()


def test_so_does_one_in_which_something_was_pressed(changeable: Console, page: Page):
    visit(page, f"{changeable.url}/?status=Queued&via=WhatsApp")
    paused = page.locator("tbody tr").filter(has=page.get_by_role("button", name="Resume")).first
    place: int = paused.evaluate("row => row.sectionRowIndex")
    name = page.locator("tbody td.name button").nth(place)
    name.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Resume").press("Enter")
    expect(drawer.get_by_role("button", name="Pause")).to_be_visible()

    page.keyboard.press("Escape")

    expect(drawer).to_have_count(0)
    expect(name).to_be_focused()


def test_a_link_with_focus_has_a_ring(console: Console, page: Page):
    visit(page, console.url)
    link = page.get_by_test_id("stSidebarNavLink").first
    for _ in range(4):  # a browser without windows begins elsewhere
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break

    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")


def test_the_row_above_the_list_is_no_stop_on_the_way(console: Console, page: Page):
    visit(page, console.url)
    page.get_by_role("button", name="Problems").focus()

    page.keyboard.press("Tab")

    expect(page.get_by_label("Select all on this page")).to_be_focused()
