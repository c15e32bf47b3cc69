"""The table of decisions on the Stops page: no raw words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from data import audit, commands
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store
from pages import decision_words
from pages.literal import literal
from pages.workspace import use
from tests.builders import ask, row
from tests.pages.conftest import workspace
from tests.pages.driving import opened, words

LONG = "A reason that somebody took the time to write down, " * 5
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
STRANGER = "+12025550199"


def answered(store: Store, phone: str) -> int:
    with store.transaction() as work:
        receive(work, [Inbound("sms", phone, "Lovely", NOW, phone, None)], Rules(), NOW, UTC)
    return store.rows("SELECT max(id) AS id FROM reply")[0]["id"]


def entry(action: str, subject: str = "", detail: str = "", actor: str = "demo") -> dict[str, Any]:
    return {"actor": actor, "action": action, "subject": subject, "detail": detail}


@pytest.fixture
def team(store: Store) -> dict[int, str]:
    use(workspace(lambda: store))
    return {commands.member(store, "Sam", NOW): "Sam"}


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (entry("rules", "", "From: 08:00 -> 09:00"), ("Changed the rules", "", "From: 08:00 → 09:00")),
        (entry("stop", "everything", "Wrong list"), ("Stopped", "All sending", "Wrong list")),
        (entry("lift", "channel sms"), ("Lifted a stop", "SMS", "")),
        (entry("reply", "reply 12", "wrong_person"), ("Decided on a reply", "", "Wrong person")),
        (entry("erase", "contact 5"), ("Erased a person", "Contact 5", "")),
        (entry("cancel", "1 requests"), ("Cancelled", "1 request", "")),
        (entry("cancel", "12 requests"), ("Cancelled", "12 requests", "")),
        (entry("follow-ups", "", "[]"), ("Changed the follow-ups", "Every template", "None")),
        (
            entry("follow-ups", "", '[{"wait_hours": 72, "channel": "sms", "template_id": null}]'),
            ("Changed the follow-ups", "Every template", "After 3 days by SMS"),
        ),
        (
            entry("lift suppression", "2 entries", "console"),
            ("Allowed a person again", "2 reasons not to ask", "In the console"),
        ),
        (entry("something new", "a thing", "why"), ("Something new", "A thing", "Why")),
    ],
)
def test_a_decision_is_told_in_words(team: dict[int, str], one: dict[str, Any], told: tuple[str, str, str]):
    assert (decision_words.decision(one), decision_words.concerning(one, team), decision_words.detail(one)) == told
    assert decision_words.who(one) == "the demo"


def test_a_stopped_sender_has_a_name(team: dict[int, str]):
    (id,) = team

    assert decision_words.concerning(entry("stop", f"sender {id}"), team) == "Sam"


def test_the_page_shows_them_and_says_when_there_are_none(store: Store):
    use(workspace(lambda: store))
    assert "will be listed here" in words(opened("switches.py"))

    with store.transaction() as work:
        audit.record(work, "demo", "erase", "contact 5", "", NOW)
        audit.record(work, "demo", "stop", "everything", f"*{LONG}*", NOW)

    app = opened("switches.py")
    said = words(app)
    assert not app.dataframe  # it would neither wrap nor fit a phone
    assert "**Stopped** · All sending" in said
    assert "**Erased a person** · Contact 5" in said
    assert f"*{LONG}*" in [one.value for one in app.text]
    assert said.count("by the demo") == 2


@pytest.mark.parametrize("kind", ["request", "contact", "reply"])
def test_a_decision_names_the_person_and_opens_them(duckdb_store, kind):
    use(workspace(lambda: duckdb_store))
    (request,) = ask(duckdb_store, name="Ann *Lee*")
    asked = row(duckdb_store, request)
    ids = {"request": request, "contact": asked["contact_id"], "reply": answered(duckdb_store, asked["address"])}
    id, unknown = ids[kind], answered(duckdb_store, STRANGER)
    with duckdb_store.transaction() as work:
        audit.record(work, "Sam", "reply" if kind == "reply" else "cancel", f"{kind} {id}", "", NOW)
        audit.record(work, "Sam", "reply", f"reply {unknown}", "fine", NOW)
        audit.record(work, "Sam", "erase", f"{kind} 999", "", NOW)  # is not there any more
    app = opened("switches.py")
    (button,) = [one for one in app.button if one.key and one.key.startswith("decision-")]
    assert button.label == literal("Ann *Lee*")
    app = button.click().run()
    assert not app.exception
    assert app.title[0].value == ("Requests" if kind == "request" else "Contacts")
