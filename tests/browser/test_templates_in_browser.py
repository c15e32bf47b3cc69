"""What only a real browser shows: the preview follows every word that is typed."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, settle, visit


def test_the_preview_and_the_linter_follow_while_somebody_types(console: Console, page: Page):
    visit(page, f"{console.url}/templates")
    page.get_by_role("button", name="Edit").first.click()
    expect(page.get_by_role("button", name="Save new version")).to_be_disabled()
    text = page.get_by_role("textbox", name="Text", exact=True)
    text.press("Control+End")
    text.press_sequentially(" for a 5-star review", delay=20)

    expect(page.locator(".st-key-preview-bubble-sms")).to_contain_text("for a 5-star review")
    expect(page.get_by_text("It asks for a number of stars")).to_be_visible()
    expect(text).to_be_focused()
    text.press_sequentially("?", delay=20)  # nothing of what was typed is lost by being shown
    settle(page)
    assert text.input_value().endswith("Reply STOP to opt out for a 5-star review?")
    expect(page.get_by_role("button", name="Save new version")).to_be_disabled()


def test_only_a_preview_is_drawn_as_a_phone(console: Console, page: Page):
    visit(page, f"{console.url}/send")
    radius = "element => getComputedStyle(element).borderTopLeftRadius"

    assert float(page.locator(".st-key-preview-phone-sms").evaluate(radius).removesuffix("px")) > 20
    drawn = page.locator("[class*='st-key-']").evaluate_all(
        "all => all.filter(one => parseFloat(getComputedStyle(one).borderTopLeftRadius) > 20).map(one => one.className)"
    )
    assert len(drawn) == 1, drawn
