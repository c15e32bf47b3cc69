"""The Replies page: which answers wait, what they look like, and what a person decides."""

from datetime import UTC

import pytest

from data.replies import Inbound, receive, waiting
from data.rules import Rules
from data.store import Store
from data.suppressions import suppressed
from pages import workspace as pages
from tests.builders import NOW
from tests.pages.conftest import EMAIL, PHONE, workspace
from tests.pages.driving import opened, pressed, words


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def hear(store: Store, text: str) -> None:
    with store.transaction() as work:
        receive(work, [Inbound("sms", PHONE, text, NOW, text, None)], Rules(), NOW, UTC)


def bases(store: Store) -> set[str]:
    return set(suppressed(store, [("sms", PHONE), ("email", EMAIL)]).values())


def test_no_answer_waits(store: Store):
    app = opened("reply_triage.py")

    assert app.title[0].value == "Replies"
    assert "No reply waits" in words(app)


def test_likely_refusals_come_first_and_are_marked(store: Store, ann: int):
    hear(store, "Lovely *stay*")
    hear(store, "No more texts please")

    app = opened("reply_triage.py")

    assert app.title[0].value == "Replies (2)"
    assert [text.value for text in app.text] == ["No more texts please", "Lovely *stay*"]
    assert words(app).count("Looks like a refusal") == 1


def test_who_asks_for_help_is_shown_as_such(store: Store, ann: int):
    with store.transaction() as work:
        receive(work, [Inbound("whatsapp", PHONE, "HELP", NOW, "1", "help")], Rules(), NOW, UTC)

    assert "Asks for help" in words(opened("reply_triage.py"))


@pytest.mark.parametrize(
    ("answer", "heading"),
    [
        ("I think you have the wrong number", "wrong number or person"),
        ("Número equivocado", "wrong number or person"),
        ("Falsche Nummer", "wrong number or person"),
        ("Wrong number, stop texting me", "a refusal"),
    ],
)
def test_the_heading_says_what_an_answer_looks_like(store: Store, ann: int, answer: str, heading: str):
    hear(store, answer)

    (found,) = [one.value for one in opened("reply_triage.py").markdown if "Looks like" in one.value]
    assert heading in found


@pytest.mark.parametrize(
    ("verdict", "expected"), [("opted_out", {"opted_out"}), ("wrong_person", {"wrong_person"}), ("fine", set())]
)
def test_a_person_decides(store: Store, ann: int, verdict: str, expected: set[str]):
    hear(store, "wrong number")
    (reply,) = waiting(store)

    app = pressed(opened("reply_triage.py"), f"{verdict}-{reply['id']}")

    assert "No reply waits" in words(app)
    assert bases(store) == expected
    assert not store.rows("SELECT id FROM message WHERE status = 'queued' AND paused")


def test_the_drawer_opens_from_an_answer(store: Store, ann: int):
    hear(store, "Lovely")
    (reply,) = waiting(store)

    app = pressed(opened("reply_triage.py"), f"open-{reply['id']}")

    assert app.session_state["person"] == ann
    assert EMAIL in words(app)


def test_an_answer_from_nobody_known_is_shown(store: Store):
    hear(store, "Who?")

    assert "Somebody unknown" in words(opened("reply_triage.py"))
