"""Templates, follow-ups and rules as people meet them."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import rules, sequences
from data.lifecycle import Channel
from data.queries import templates
from data.rules import Rules
from data.sequences import Step
from data.store import Store
from data.template_store import Kept, add_template, draft_of, in_use, keep, retire, starter_templates, versions
from pages import asking
from pages import workspace as pages
from pages.literal import literal
from pages.wording import ACTOR
from tests.builders import NOW
from tests.pages.conftest import workspace

CONSOLE = str(Path(__file__).parents[2] / "pages/console.py")


RETIRED = "This template was retired meanwhile. Nothing was saved; write a new one to use its text again."


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


def opened(page: str = "template_list.py") -> AppTest:
    return AppTest.from_file(CONSOLE, default_timeout=30).run().switch_page(page).run()


def words(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(one.value for one in [*app.title, *app.subheader, *app.markdown, *app.caption, *app.text])


def pressed(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def typed(app: AppTest, label: str, value: str) -> AppTest:
    fields = [*app.text_input, *app.text_area, *app.number_input, *app.time_input]
    return next(field for field in fields if field.label == label).set_value(value).run()


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def id_of(store: Store, name: str) -> int:
    return next(row["id"] for row in templates(store) if row["name"] == name)


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


class TestFollowUps:
    def test_none_by_default_and_the_workspaces_is_kept(self, store: Store):
        app = opened("follow_ups.py")
        assert "Nobody is reminded" in words(app)

        app = app.button_group[0].set_value(1).run()
        assert "after 3 days by the same channel" in words(app)
        app = button(app, "Save follow-ups").click().run()
        assert sequences.kept(store) == {0: (Step(72, None, None),)}
        assert button(app, "Save follow-ups").disabled
        assert [one["action"] for one in rules.decisions(store, 1)] == ["follow-ups"]

    def test_another_channel_needs_a_template(self, store: Store):
        app = opened("follow_ups.py").button_group[0].set_value(1).run()
        box = next(one for one in app.selectbox if one.label == "Channel")
        app = box.set_value("email").run()
        assert "Choose a template for Email" in words(app)
        assert button(app, "Save follow-ups").disabled

        box = next(one for one in app.selectbox if one.label == "Template")
        app = box.set_value(id_of(store, "Email reminder")).run()
        button(app, "Save follow-ups").click().run()
        assert sequences.kept(store)[0] == (Step(72, "email", id_of(store, "Email reminder")),)

    def test_a_second_step_is_by_the_channel_of_the_first(self, store: Store):
        starter_templates(store, NOW)
        mail = id_of(store, "Email reminder")
        with store.transaction() as work:
            sequences.keep(work, None, [Step(72, "email", mail)], "Ann", NOW)
        app = opened("follow_ups.py").button_group[0].set_value(2).run()

        second = [box for box in app.selectbox if box.label == "Template"][1]
        assert second.options == ["The same text again", "Email", "Email reminder"]
        assert not button(app, "Save follow-ups").disabled

    def test_a_wait_of_more_than_60_days_is_refused(self, store: Store):
        app = opened("follow_ups.py").button_group[0].set_value(1).run()
        app = typed(app, "Wait", 61)

        assert "60 days at most" in words(app)
        assert button(app, "Save follow-ups").disabled

    def test_a_template_may_have_none_and_go_back(self, store: Store):
        starter_templates(store, NOW)
        with store.transaction() as work:
            sequences.keep(work, None, [Step(72, None, None)], "Ann", NOW)
        one = id_of(store, "Text message")
        app = opened("follow_ups.py")
        app = next(box for box in app.selectbox if box.label == "For").set_value(one).run()
        app = button(app.button_group[0].set_value(0).run(), "Save follow-ups").click().run()
        assert sequences.sequence_for(store, one) == ()

        button(app, "Follow the workspace again").click().run()
        assert sequences.sequence_for(store, one) == (Step(72, None, None),)


class TestRules:
    def test_rules_are_kept_with_who_changed_what(self, store: Store):
        app = opened("rule_book.py")
        assert button(app, "Save rules").disabled
        app = typed(app, "From", time(9, 30))
        app = typed(app, "Days between two asks", 90)
        app = typed(app, "Opt-outs, %", 2.5)
        app = button(app, "Save rules").click().run()

        kept = rules.load(store)
        assert kept == Rules(opens=570, cooldown_days=90, opt_out_limit=0.025)
        (decision,) = rules.decisions(store, 1)
        assert decision["detail"] == "From: 08:00 -> 09:30; Days between two asks: 180 -> 90; Opt-outs: 1% -> 2.5%"
        assert "Saved" in words(app)

    def test_hours_that_end_before_they_begin_are_told_beside_them(self, store: Store):
        app = typed(opened("rule_book.py"), "Until", time(7, 0))

        assert "must end after they begin" in words(app)
        assert button(app, "Save rules").disabled

    def test_midnight_ends_a_day(self, store: Store):
        app = typed(typed(opened("rule_book.py"), "From", time(0, 0)), "Until", time(0, 0))
        button(app, "Save rules").click().run()

        assert rules.load(store).always_open

    def test_laws_and_prices_are_shown(self, store: Store):
        with store.transaction() as work:
            rules.keep(work, Rules(prices={"sms US": 0.0083}), "Ann", NOW)
        app = opened("rule_book.py")

        shown = [frame.value for frame in app.dataframe]
        assert any("Texas SB 140" in frame.to_string() for frame in shown)
        assert [list(row) for row in app.data_editor[0].value.to_numpy()] == [["sms", "US", 0.0083]]
        assert not app.exception

    def test_a_wrong_price_is_told_and_nothing_can_be_kept(self, store: Store):
        with store.transaction() as work:
            rules.keep(work, Rules(prices={"sms USA": 0.1}), "Ann", NOW)
        app = typed(opened("rule_book.py"), "Days between two asks", 90)

        assert "is not a country" in words(app)
        assert button(app, "Save rules").disabled
