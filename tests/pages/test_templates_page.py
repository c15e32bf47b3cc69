"""Templates as people meet them."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from data.lifecycle import Channel
from data.queries import templates
from data.store import Store
from data.template_store import Kept, add_template, draft_of, in_use, keep, retire, starter_templates, versions
from pages import asking
from pages import workspace as pages
from pages.literal import literal
from pages.wording import ACTOR
from tests.builders import NOW
from tests.pages.conftest import workspace
from tests.pages.driving import CONSOLE, button, id_of, opened, pressed, typed, words

RETIRED = "This template was retired meanwhile. Nothing was saved; write a new one to use its text again."


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def editing(store: Store, name: str) -> AppTest:
    starter_templates(store, NOW)
    return pressed(opened(), f"edit-{id_of(store, name)}")


class TestTemplates:
    def test_every_channel_lists_its_templates(self, store: Store):
        said = words(opened())

        for name in ("Text message", "Email reminder", "WhatsApp"):
            assert f"**{literal(name)}**" in said
        assert "Version 1" in said
        assert "Cannot be sent" not in said

    def test_an_old_bad_template_is_marked(self, store: Store):
        add_template(store, Channel.SMS, "Old", "{business}: 5-star review please {link} Reply STOP", None, NOW)

        assert "Cannot be sent" in words(opened())

    def test_a_change_is_a_new_version(self, store: Store):
        app = editing(store, "Text message")
        app = typed(app, "Text", "{business}: how was your visit? {link}\nReply STOP to opt out")
        app = button(app, "Save new version").click().run()

        id = id_of(store, "Text message")
        assert [row["version"] for row in versions(store, id)] == [2, 1]
        assert "Saved" in words(app)
        assert "version 2" in words(app)
        assert button(app, "Save new version").disabled

    def test_what_is_typed_stays_when_somebody_else_saves_meanwhile_and_that_is_said(self, store: Store):
        mine, theirs = editing(store, "Text message"), editing(store, "Text message")
        mine = typed(mine, "Text", "{business}: mine, how was it? {link} Reply STOP to opt out")
        theirs = typed(theirs, "Text", "{business}: theirs, how was it? {link} Reply STOP to opt out")
        button(theirs, "Save new version").click().run()
        mine = button(mine, "Save new version").click().run()
        assert "Somebody saved version 2 meanwhile" in words(mine)
        assert "mine, how was it" in mine.text_area[0].value
        assert len(versions(store, id_of(store, "Text message"))) == 2

        mine = button(mine, "Discard changes").click().run()
        assert "theirs, how was it" in mine.text_area[0].value

    def test_nothing_changed_is_nothing_to_save(self, store: Store):
        assert button(editing(store, "Text message"), "Save new version").disabled

    def test_a_refused_text_says_why_and_cannot_be_saved(self, store: Store):
        app = typed(editing(store, "Text message"), "Text", "{business}: give us 5 stars! {link}")

        assert literal("give us 5 stars") in words(app)
        assert "number of stars" in words(app)
        assert "opt out" in words(app)
        assert button(app, "Save new version").disabled

    def test_the_preview_is_what_is_typed_for_the_person_typed(self, store: Store):
        app = typed(editing(store, "Text message"), "As read by", "Bo <b>Li</b>")
        shown = next(one.value for one in app.text if one.value.startswith("Hi "))

        assert shown.startswith("Hi Bo, thank you for choosing Cafe. How was it? https://c.test/r/")
        assert "1 SMS segment" in words(app)

    def test_the_dear_characters_are_named_while_typing(self, store: Store):
        text = "{business}: it’s us, how was it? {link}\nReply STOP to opt out"
        said = words(typed(editing(store, "Text message"), "Text", text))

        assert "“’” needs UCS" in said.replace("\\", "")

    def test_an_email_shows_its_foot(self, store: Store):
        said = words(editing(store, "Email"))

        assert "1 Main Street" in said
        assert "Unsubscribe: https://c.test/u/" in said
        assert "no postal address" not in said

    @pytest.mark.parametrize(("provider", "refused"), [("sandbox", False), ("sendgrid", True)])
    def test_an_email_without_a_postal_address_is_for_the_sandbox_only(
        self, duckdb_store: Store, provider: str, refused: bool
    ):
        here = workspace(lambda: duckdb_store)
        pages.use(replace(here, business_address="", providers={**here.providers, "email": provider}))
        app = editing(duckdb_store, "Email")

        assert "no postal address" in words(app)
        assert ("Emails must show a postal address" in words(app).replace("\\", "")) is refused
        (row, *_) = [one for one in templates(duckdb_store) if one["channel"] == "email"]
        assert bool(asking.template_trouble(row)) is refused

    def test_whatsapp_by_a_real_provider_needs_an_approved_template(self, duckdb_store: Store):
        here = workspace(lambda: duckdb_store)
        pages.use(replace(here, providers={**here.providers, "whatsapp": "meta"}))

        assert "approved templates only" in words(editing(duckdb_store, "WhatsApp"))
        assert "Cannot be sent" in words(opened())

    def test_a_new_template_starts_from_a_starter_and_is_kept_under_its_name(self, store: Store):
        app = pressed(opened(), "new-whatsapp")
        app = button(app, "Save template").click().run()
        assert "no name" in words(app)

        app = button(typed(app, "Name", "After *a* visit"), "Save template").click().run()
        assert id_of(store, "After *a* visit")
        assert "Saved" in words(app)

    def test_whatsapp_keeps_what_the_provider_approved(self, store: Store):
        app = editing(store, "WhatsApp")
        app = typed(typed(app, "Template name", "visit_review"), "Language", "en_US")
        assert "None of the provider" in words(app)
        app = typed(app, "Variables", 1)
        box = next(one for one in app.selectbox if one.label == "Ours")
        box.set_value("link").run()
        group = next(one for one in app.button_group if one.label == "Category")
        app = group.set_value("marketing").run()
        assert "do not reach numbers that begin with +1" in words(app)
        button(app, "Save new version").click().run()

        found = next(row for row in in_use(store, NOW) if row["channel"] == "whatsapp")
        assert (found["provider_name"], found["language"], found["category"]) == ("visit_review", "en_US", "marketing")
        assert found["variables"] == '{"1": "link"}'

    def test_a_template_is_retired(self, store: Store):
        app = editing(store, "Text reminder")
        app = button(app, "Retire this template").click().run()

        assert "Text reminder" not in words(app)
        assert "Text reminder" not in [row["name"] for row in templates(store)]

    def test_saving_in_a_stale_tab_what_was_retired_says_so_and_brings_nothing_back(self, store: Store):
        stale = typed(editing(store, "Text reminder"), "Text", "{business}: how was it? {link} Reply STOP to opt out")
        id = id_of(store, "Text reminder")
        retire(store, id, "Sam", NOW)
        stale = button(stale, "Save new version").click().run()

        assert not stale.exception
        assert [one.value for one in stale.warning] == [RETIRED]
        assert "Text reminder" not in [row["name"] for row in templates(store)]
        assert [row["version"] for row in versions(store, id)] == [1]

    def test_every_version_is_listed_with_who_and_when_and_an_old_one_restored(self, store: Store):
        app = editing(store, "Text message")
        id = id_of(store, "Text message")
        first = versions(store, id)[0]["body"]
        app = typed(app, "Text", "{business}: how was your visit? {link}\nReply STOP to opt out")
        app = button(app, "Save new version").click().run()
        assert "Version 2" in words(app)
        assert literal(ACTOR) in words(app)
        assert first in words(app)

        app = pressed(app, f"restore-{id}-1")

        assert [row["body"] == first for row in versions(store, id)] == [True, False, True]
        assert "version 3" in words(app)
        assert "Saved" in words(app)

    def test_an_old_version_that_is_refused_by_now_is_not_restored(self, store: Store):
        id, _ = add_template(store, Channel.SMS, "Old", "{business}: 5-star review please {link} Reply STOP", None, NOW)
        good = replace(draft_of(versions(store, id)[0]), body="{business}: how was it? {link} Reply STOP to opt out")
        keep(store, good, "Cafe", "Sam", NOW, Kept(id, 1))
        app = pressed(pressed(opened(), f"edit-{id}"), f"restore-{id}-1")

        assert "number of stars" in words(app)
        assert [row["version"] for row in versions(store, id)] == [2, 1]

    def test_a_stray_address_shows_the_list(self, store: Store):
        app = AppTest.from_file(CONSOLE, default_timeout=30).run()
        for stray in ("999", "x", "new-fax", ""):
            app.query_params["template"] = stray
            assert "What people read" in words(app.switch_page("template_list.py").run())
