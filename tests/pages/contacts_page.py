"""The Contacts page as tests read and press it."""

import json
from datetime import UTC
from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store
from data.suppressions import suppressed
from tests.builders import NOW
from tests.pages.conftest import EMAIL, PHONE

ROOT = Path(__file__).parents[2]


def opened(page: str, person: int | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    if person is not None:
        app.session_state["person"] = person
    return app.switch_page(page).run()


def drawer(person: int) -> AppTest:
    return opened("contact_list.py", person)


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(text.value for text in (*app.title, *app.text, *app.markdown, *app.caption))


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def listed(app: AppTest) -> list[dict[str, str]]:
    assert not app.exception
    tables = [json.loads(one.proto.json) for one in app.get("bidi_component") if '"order"' in one.proto.json]
    return tables[0]["rows"] if tables else []


def names(app: AppTest) -> list[str]:
    return [row["name"] for row in listed(app)]


def hear(store: Store, text: str, keyword: str | None = None) -> None:
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, text, NOW, text, keyword)], Rules(), NOW, UTC)


def bases(store: Store) -> set[str]:
    return set(suppressed(store, [("sms", PHONE), ("email", EMAIL)]).values())
