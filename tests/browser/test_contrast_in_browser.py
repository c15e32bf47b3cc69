"""Every text on every page stands out from its ground in both themes: 4.5 to 1, or 3 to 1 where it is large."""

import pytest

from tests.browser.conftest import visit

PAGES = [
    "", "send", "import", "channels", "senders", "not-sent", "contacts", "replies", "templates", "follow-ups", "rules",
    "stops",
]  # fmt: skip
TOO_FAINT = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
    const rgba = color => {  // whatever notation
        canvas.clearRect(0, 0, 1, 1)
        canvas.fillStyle = color
        canvas.fillRect(0, 0, 1, 1)
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
        return [r, g, b, a / 255]
    }
    const over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3]))
    const parent = element => element.parentElement ?? element.getRootNode().host
    const chain = element => element ? [element, ...chain(parent(element))] : []
    const ground = element => chain(element).map(one => rgba(getComputedStyle(one).backgroundColor))
        .reduceRight((below, color) => over(color, below), [255, 255, 255])
    const light = color => color.map(part => part / 255)
        .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0)
    const ratio = element => {
        const style = getComputedStyle(element)
        const [r, g, b, a] = rgba(element.namespaceURI.includes("svg") ? style.fill : style.color)
        const opacity = chain(element).reduce((sum, one) => sum * getComputedStyle(one).opacity, a)
        const below = ground(element)
        const [dark, bright] = [light(over([r, g, b, opacity], below)), light(below)].sort((x, y) => x - y)
        return (bright + 0.05) / (dark + 0.05)
    }
    const elements = root => [...root.querySelectorAll("*")].flatMap(one =>
        [one, ...(one.shadowRoot ? elements(one.shadowRoot) : [])])
    const written = element => [...element.childNodes].filter(node => node.nodeType === 3)
        .map(node => node.textContent.trim()).join(" ").trim()
    return elements(document).filter(element => {
        const style = getComputedStyle(element)
        const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700
        return written(element) && element.getClientRects().length && style.visibility !== "hidden"
            && !style.fontFamily.includes("Material") && !element.closest("[disabled], [aria-disabled=true], canvas")
            && ratio(element) < (large ? 3 : 4.5)
    }).map(element => `${written(element).slice(0, 60)} ${ratio(element).toFixed(2)}`)
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_text_is_too_faint(page, console, scheme: str):
    page.emulate_media(color_scheme=scheme)
    faint: dict[str, list[str]] = {}
    for path in PAGES:
        visit(page, f"{console.url}/{path}")
        page.locator("h1").wait_for()
        faint[path] = page.evaluate(TOO_FAINT)
    assert not {path: texts for path, texts in faint.items() if texts}
