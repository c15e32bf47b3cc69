"""Templates, follow-ups and rules, kept by the person who opens their pages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import queries, rules, sequences, template_store
from data.commands import starter_templates
from data.lifecycle import Channel
from data.sequences import Step
from data.template_store import Draft
from pages import workspace as pages
from tests.builders import NOW, ask
from tests.pages.conftest import workspace
from tests.pages.test_rules_on_pages import words

CONSOLE = str(Path(__file__).parents[2] / "pages/console.py")
GOOD = "Hi {first_name|there}, how was {business}? {link}\nReply STOP to opt out"


@pytest.fixture
def pages_store(duckdb_store):
    pages.use(workspace(lambda: duckdb_store))
    starter_templates(duckdb_store, NOW)
    return duckdb_store


def opened(page: str) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    app = app.switch_page(page).run()
    assert not app.exception
    return app


def labelled(elements, label):
    return next(one for one in elements if one.label == label)


class TestKept:
    def test_a_change_is_a_new_version_and_what_was_sent_keeps_its_own(self, store):
        first = template_store.save(store, None, Draft(Channel.SMS, "Ask", GOOD), "Sam", NOW)
        second = template_store.save(store, first[0], Draft(Channel.SMS, "Ask", GOOD + "!"), "Sam", NOW)
        assert second == (first[0], 2)
        texts = queries.template_texts(store)
        assert texts[first]["body"] == GOOD
        assert [row["version"] for row in queries.templates(store) if row["id"] == first[0]] == [2]

    def test_a_retired_one_is_offered_no_more_in_any_version(self, store):
        id, _ = template_store.save(store, None, Draft(Channel.SMS, "Ask", GOOD), "Sam", NOW)
        template_store.save(store, id, Draft(Channel.SMS, "Ask", GOOD + "!"), "Sam", NOW)
        template_store.retire(store, id, "Sam", NOW)
        assert [row for row in queries.templates(store) if row["id"] == id] == []
        assert [row for row in template_store.newest(store) if row["id"] == id] == []
        assert (id, 1) in queries.template_texts(store)

    def test_an_approved_whatsapp_template_goes_out_by_name_with_its_variables(self, store):
        from tests.engine.conftest import Clock, Scripted, drain, engine

        draft = Draft(Channel.WHATSAPP, "Ask", GOOD, None, "HX1", "en_US", "utility", {"1": "first_name", "2": "link"})
        used = template_store.save(store, None, draft, "Sam", NOW)
        ask(store, channel=Channel.WHATSAPP)
        with store.transaction() as work:
            work.rows("UPDATE message SET template_id = $id, template_version = 1", id=used[0])
        drain(engine(store, connector := Scripted(), Clock()))
        (message,) = connector.sent
        assert (message.content_id, message.language, message.variables["1"]) == ("HX1", "en_US", "Ann")
        assert message.variables["2"].startswith("https://ask.example.com/r/")


class TestTemplates:
    def test_a_bad_text_cannot_be_saved_and_says_why(self, pages_store):
        app = opened("template_editor.py")
        labelled(app.text_input, "Name").set_value("Bad")
        labelled(app.text_area, "Text").set_value("Give us 5 stars and get 10% off {link}")
        app.run()
        said = words(app)
        for sentence in ("It asks for stars", "It offers something for a review", "does not say how to opt out"):
            assert sentence in said
        assert labelled(app.button, "Save").disabled

    def test_a_good_one_is_saved_and_changed(self, pages_store):
        app = opened("template_editor.py")
        labelled(app.text_input, "Name").set_value("After a visit")
        labelled(app.text_area, "Text").set_value(GOOD)
        app.run()
        labelled(app.button, "Save").click().run()
        (kept,) = [row for row in queries.templates(pages_store) if row["name"] == "After a visit"]
        assert (kept["body"], kept["version"]) == (GOOD, 1)
        labelled(app.text_area, "Text").set_value(GOOD.replace("how", "How")).run()
        labelled(app.button, "Save as version 2").click().run()
        (kept,) = [row for row in queries.templates(pages_store) if row["name"] == "After a visit"]
        assert kept["version"] == 2
        assert not app.exception


class TestFollowUps:
    def test_steps_are_kept_and_shown_again(self, pages_store):
        app = opened("follow_ups.py")
        app = next(g for g in app.button_group if g.label == "How many").set_value(2).run()
        app.number_input[0].set_value(5).run()
        assert "after 5 days by SMS" in words(app)
        labelled(app.button, "Save").click().run()
        assert sequences.kept(pages_store) == {0: (Step(120, None, None), Step(72, None, None))}
        assert rules.decisions(pages_store, 1)[0]["action"] == "follow-ups"
        assert not app.exception


class TestRules:
    def test_rules_are_kept_with_who_changed_what(self, pages_store):
        app = opened("house_rules.py")
        labelled(app.number_input, "Days between two asks").set_value(90).run()
        labelled(app.button, "Save").click().run()
        assert rules.load(pages_store).cooldown_days == 90
        (audited,) = rules.decisions(pages_store, 1)
        assert "cooldown_days: 180 -> 90" in audited["detail"]
        assert audited["happened_at"] <= datetime.now(UTC)
        assert not app.exception

    def test_an_hour_range_that_is_empty_cannot_be_saved(self, pages_store):
        app = opened("house_rules.py")
        app.slider[0].set_range(9, 9).run()
        assert labelled(app.button, "Save").disabled
