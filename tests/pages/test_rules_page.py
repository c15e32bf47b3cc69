"""The rules as people set them."""

from datetime import time

import pytest

from data import audit, rules
from data.rules import Rules
from data.store import Store
from pages import workspace as pages
from tests.builders import NOW
from tests.pages.conftest import workspace
from tests.pages.driving import button, field, opened, typed, words


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


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
        (decision,) = audit.newest(store, 1)
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

    def test_a_form_saves_what_it_changed_and_leaves_what_others_changed(self, store: Store):
        app = typed(opened("rule_book.py"), "Days between two asks", 90)
        elsewhere(store, opens=9 * 60)
        button(app, "Save rules").click().run()

        assert rules.load(store) == Rules(opens=9 * 60, cooldown_days=90)
        assert "Saved" in words(app)

    @pytest.mark.parametrize("theirs", [{"opens": 10 * 60}, {"closes": 8 * 60 + 30}], ids=["same", "no sense together"])
    def test_what_two_people_changed_at_once_is_told_and_nothing_is_saved(self, store: Store, theirs):
        app = typed(opened("rule_book.py"), "From", time(9, 0))
        elsewhere(store, **theirs)
        app = button(app, "Save rules").click().run()

        assert rules.load(store) == Rules(**theirs)
        assert "somebody else has changed" in app.warning[0].value
        app = button(app, "Begin again with what holds now").click().run()
        assert field(app, "From").value == time(rules.load(store).opens // 60)
        assert not app.warning

    def test_a_form_that_nobody_touched_shows_what_holds_now(self, store: Store):
        app = opened("rule_book.py")
        elsewhere(store, opens=9 * 60, opt_out_limit=0.00333)

        app = app.run()
        assert field(app, "From").value == time(9, 0)
        assert button(app, "Save rules").disabled


def elsewhere(store: Store, **changed) -> None:
    """Somebody else saves rules."""
    with store.transaction() as work:
        rules.keep(work, Rules(**changed), "Ann", NOW)
