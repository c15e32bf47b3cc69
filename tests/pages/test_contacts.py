"""The Contacts page with its drawer: what people see and may do."""

import json
import re
from datetime import UTC

import pytest
from streamlit.testing.v1 import AppTest

from data import erasure, people, person_copy
from data.store import Store
from data.suppressions import Suppression, suppress, suppressed
from data.verdicts import Basis
from pages import workspace as pages
from tests.builders import NOW, ask, row
from tests.pages.conftest import EMAIL, PHONE, workspace
from tests.pages.contacts_page import ROOT, bases, drawer, hear, listed, names, opened, press, said


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def test_an_empty_workspace_says_so(store: Store):
    app = opened("contact_list.py")

    assert names(app) == []
    assert "No contacts yet" in said(app)


def test_people_are_searched(store: Store, ann: int):
    ask(store, name="Bob Ray")
    app = opened("contact_list.py")
    assert names(app) == ["Bob Ray", "Ann *Lee*"]

    app.text_input(key="who").set_value("(202) 555-0143").run()
    assert names(app) == ["Ann *Lee*"]

    app.text_input(key="who").set_value("nobody").run()
    assert names(app) == []


def test_a_page_holds_fifty_and_no_more(store: Store):
    ask(store, 51)

    assert len(names(opened("contact_list.py"))) == 50


def test_the_table_says_who_is_not_to_be_asked(store: Store, ann: int):
    people.never_ask(store, ann, "", "Sam", NOW, UTC)

    (row,) = listed(opened("contact_list.py"))
    assert row["barred"] == "Never ask"


def test_the_table_says_by_which_channel_they_are_not_to_be_asked(store: Store, ann: int):
    with store.transaction() as work:
        suppress(work, [Suppression(PHONE, Basis.NEVER_ASK, "list.csv", "Sam", "sms", None, ann)], NOW)
        suppress(work, [Suppression(EMAIL, Basis.BOUNCED, "engine", "engine", None, None, ann)], NOW)

    (row,) = listed(opened("contact_list.py"))
    assert row["barred"] == "Never ask by SMS; Bounced by Email"


def test_people_are_listed_by_name_if_asked(store: Store, ann: int):
    ask(store, name="Élodie")
    ask(store, name="Zed")
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    app.query_params["order"] = "name"
    assert names(app.switch_page("contact_list.py").run()) == ["Ann *Lee*", "Élodie", "Zed"]

    app.query_params["order"] = "-name"
    assert names(app.run()) == ["Zed", "Élodie", "Ann *Lee*"]
    app.query_params["order"] = "nonsense"
    assert names(app.run()) == ["Zed", "Élodie", "Ann *Lee*"]


def test_back_undoes_the_sorting(store: Store, ann: int):
    ask(store, name="Zed")
    app = opened("contact_list.py")
    app.session_state["order"] = "name"  # nothing but the address counts
    app.query_params.pop("order", None)

    assert names(app.run()) == ["Zed", "Ann *Lee*"]


def test_the_drawer_tells_everything(store: Store, ann: int):
    hear(store, "Lovely [stay]")

    app = drawer(ann)

    assert all(one in said(app) for one in (PHONE, EMAIL, "area code", "Lovely [stay]"))
    (request,) = people.requests_of(store, ann)
    assert "Queued" in app.button(key=f"request-{request}").label


def test_a_person_who_is_gone_is_no_error(store: Store):
    assert "not kept any more" in said(drawer(10**9))


def test_never_ask_and_allow_again(store: Store, ann: int):
    app = drawer(ann)
    app.text_input(key=f"never-why-{ann}").set_value("A competitor").run()
    press(app, f"never-{ann}")

    assert bases(store) == {"never_ask"}
    told = said(app.run())
    assert "A competitor" in told
    # of the person, of the request that was cancelled for it, and in the ledger
    assert told.count("Somebody decided never to ask this person") == 3
    assert "Not to be asked now" not in told
    assert "console, a person in the console" not in told

    press(app, f"allow-{ann}")
    assert bases(store) == set()


def test_a_bar_by_one_channel_leaves_the_others_to_be_barred(store: Store):
    person = row(store, ask(store, phone=PHONE)[0])["contact_id"]
    with store.transaction() as work:
        work.rows("UPDATE contact SET email = NULL, email_key = NULL WHERE id = $id", id=person)
        suppress(work, [Suppression(PHONE, "never_ask", "spring.csv", "Sam", "sms")], NOW)

    press(drawer(person), f"never-{person}")
    assert ("whatsapp", PHONE) in suppressed(store, [("whatsapp", PHONE)])
    assert f"never-{person}" not in [one.key for one in drawer(person).button]


def test_what_bars_one_address_stands_below_it(store: Store, ann: int):
    with store.transaction() as work:
        suppress(work, [Suppression(PHONE, "bounced", "engine", "engine", "sms", None, ann)], NOW)

    told = said(drawer(ann))
    assert told.count("The address does not exist or refused for good by SMS") == 2  # the ledger tells it too


def test_what_they_said_themselves_is_lifted_by_their_consent_only(store: Store, ann: int):
    hear(store, "STOP", "stop")
    app = drawer(ann)

    press(app, f"allow-{ann}")
    assert "Only their consent lifts this" in said(app)
    assert bases(store) == {"opted_out"}

    app.text_input(key=f"consent-{ann}").set_value("Signed our form").run()
    press(app, f"allow-{ann}")
    assert bases(store) == set()


def test_a_zone_and_region_are_kept_or_told_wrong(store: Store, ann: int):
    app = drawer(ann)
    app.text_input(key=f"region-{ann}").set_value("Atlantis").run()
    press(app, f"place-{ann}")
    assert "“Atlantis” is no state" in said(app)

    app.text_input(key=f"region-{ann}").set_value("Utah").run()
    app.selectbox(key=f"zone-{ann}").set_value("America/Denver").run()
    app.text_input(key=f"postal-{ann}").set_value("84101").run()
    press(app, f"place-{ann}")

    found = people.person(store, ann, "UTC")
    assert found
    kept = found["contact"]
    assert (kept["zone"], kept["region"], kept["postal"]) == ("America/Denver", "US-UT", "84101")


def test_a_merge_names_both_and_asks_first(store: Store, ann: int):
    (request,) = ask(store, name="Ann B. Lee", phone="+12025550199", email="other@example.com")
    other = row(store, request)["contact_id"]
    with store.transaction() as work:
        work.rows("UPDATE contact SET phone_number = 12025550143 WHERE id = $id", id=other)
    app = drawer(other)
    assert "Ann B\\. Lee" in said(app)
    assert "Ann \\*Lee\\*" in said(app)
    assert not store.rows("SELECT id FROM contact WHERE merged_into IS NOT NULL")

    press(app, f"merge-{ann}-{other}")

    assert row(store, request)["contact_id"] == ann
    assert app.session_state["person"] == ann


def test_duplicates_are_looked_for_on_demand(store: Store, ann: int):
    app = opened("contact_list.py")
    app.toggle(key="duplicates").set_value(True).run()

    assert "No two contacts share" in said(app)


def test_erasing_needs_the_word(store: Store, ann: int):
    app = drawer(ann)
    app.text_input(key=f"erase-typed-{ann}").set_value("erase").run()
    press(app, f"erase-{ann}")
    assert "Nothing was erased" in said(app)
    assert "Lee" in str(store.rows("SELECT * FROM contact"))

    app.text_input(key=f"erase-typed-{ann}").set_value("ERASE").run()
    press(app, f"erase-{ann}")

    assert "Lee" not in str(store.rows("SELECT * FROM contact"))
    assert bases(store) == {"never_ask"}
    assert not app.exception


def test_everything_kept_can_be_taken_away(store: Store, ann: int):
    app = drawer(ann)

    assert not app.exception
    assert [one.label for one in app.get("download_button")] == ["Export everything kept"]
    assert json.loads(json.dumps(person_copy.export_person(store, ann)))["contact"][0]["email"] == EMAIL


def test_what_is_sought_is_kept_in_the_address(store: Store, ann: int):
    ask(store, 120)
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    app.query_params.update({"who": "lee", "people": "3", "duplicates": "true"})
    app.switch_page("contact_list.py").run()

    assert app.text_input(key="who").value == "lee"
    assert app.toggle(key="duplicates").value
    assert len(names(app)) == 21
    assert names(app)[-1] == "Ann *Lee*"

    app.text_input(key="who").set_value("(202) 555-0143").run()
    assert names(app) == ["Ann *Lee*"]


@pytest.mark.parametrize("told", ["x", "-1", "0", "99", "9" * 30])
def test_a_page_that_does_not_exist_is_no_error(store: Store, ann: int, told: str):
    ask(store, 60)
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    app.query_params["people"] = told
    app.switch_page("contact_list.py").run()

    assert names(app)


def test_a_persons_request_opens_and_leads_back(store: Store, ann: int):
    (request,) = people.requests_of(store, ann)
    app = press(drawer(ann), f"request-{request}")

    assert app.title[0].value == "Requests"
    assert "What happened" in said(app)
    assert "person" not in app.session_state

    press(app.switch_page("request_list.py").run(), "to-contact")  # the tester had stayed where it was
    assert app.title[0].value == "Contacts"
    assert "Their time" in said(app)
    assert "story" not in app.session_state


def test_each_line_of_an_erased_persons_ledger_says_something_else(store: Store, ann: int):
    erasure.erase(store, ann, "Sam", NOW, UTC)

    told = [one.value for one in drawer(ann).text]
    assert told.count("Somebody decided never to ask this person") == 1
    assert "Asked as a customer by SMS" in told


def test_where_an_ask_came_from_is_said_in_words(store: Store, ann: int):
    told = said(drawer(ann))

    assert re.search(r"^from the Send page, Mon 2 Mar 2026", told, re.MULTILINE)
    assert "manual, console" not in told
