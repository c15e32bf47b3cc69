"""The one plain page, for recipients and for whoever is lost."""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_FRAME = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def page(
    title: str, text: str, status: int = 200, button: str = "", link: tuple[str, str] | None = None
) -> HTMLResponse:
    """A heading, a sentence and a `button` that posts to where it stands, or a `link`: address and words."""
    way = f'<a class="button" href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    return HTMLResponse(
        _FRAME.substitute(title=escape(title), text=escape(text), form=form or way), status, headers=HEADERS
    )  # fmt: skip


def unknown() -> HTMLResponse:
    return page("This link is not known", "It may have been cut off. Try the whole link.", 404)
