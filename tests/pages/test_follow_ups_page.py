"""The follow-ups of the workspace and of one template, as people set them."""

from dataclasses import replace

import pytest

from data import audit, sequences
from data.lifecycle import Channel
from data.sequences import Step
from data.store import Store
from data.template_store import starter_templates
from pages import workspace as pages
from tests.builders import NOW
from tests.pages.conftest import workspace
from tests.pages.driving import button, id_of, opened, typed, words


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


class TestFollowUps:
    def test_none_by_default_and_the_workspaces_is_kept(self, store: Store):
        app = opened("follow_ups.py")
        assert "Nobody is reminded" in words(app)

        app = app.button_group[0].set_value(1).run()
        assert "after 3 days by the same channel" in words(app)
        app = button(app, "Save follow-ups").click().run()
        assert sequences.kept(store) == {0: (Step(72, None, None),)}
        assert button(app, "Save follow-ups").disabled
        assert [one["action"] for one in audit.newest(store, 1)] == ["follow-ups"]

    def test_what_somebody_else_saves_meanwhile_is_not_overwritten_and_neither_are_my_fields(self, store: Store):
        mine = opened("follow_ups.py").button_group[0].set_value(2).run()
        idle = opened("follow_ups.py")
        button(opened("follow_ups.py").button_group[0].set_value(1).run(), "Save follow-ups").click().run()
        mine = button(mine, "Save follow-ups").click().run()

        assert "somebody else has changed this meanwhile" in mine.warning[0].value
        assert (mine.button_group[0].value, idle.run().button_group[0].value) == (2, 1)
        assert len(sequences.kept(store)[0]) == 1

        mine = button(mine, "Begin again with what holds now").click().run()
        assert mine.button_group[0].value == 1
        assert not mine.warning

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

    def test_a_template_that_cannot_be_sent_says_so_here_as_on_the_send_page(self, store: Store):
        pages.use(replace(pages.workspace(), providers=dict.fromkeys(Channel, "sendgrid"), business_address=""))
        starter_templates(store, NOW)
        mail = id_of(store, "Email reminder")
        with store.transaction() as work:
            sequences.keep(work, None, [Step(72, "email", mail)], "Ann", NOW)
        app = opened("follow_ups.py")
        assert "Emails must show a postal address" in words(app)
        assert button(app, "Save follow-ups").disabled

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
        assert sequences.in_force(sequences.kept(store), one) == ()

        button(app, "Follow the workspace again").click().run()
        assert sequences.in_force(sequences.kept(store), one) == (Step(72, None, None),)
