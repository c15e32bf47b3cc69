"""The demo workspace fills what nobody has put anything into."""

import pytest

from data import demo, rules, template_store
from data.rules import Rules
from tests.builders import NOW, template


def test_a_store_with_something_of_its_own_is_left_alone(address: str, store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE", address)
    template(store)
    demo.main()
    assert store.rows("SELECT id FROM request") == []

    with store.transaction() as work:
        rules.keep(work, Rules(cooldown_days=200), "Ann", NOW)
    demo.main()
    assert rules.load(store).cooldown_days == 200


def test_a_store_with_its_starter_templates_is_fresh_until_somebody_keeps_rules(store):
    template_store.starter_templates(store, NOW)
    assert demo.is_fresh(store)
    with store.transaction() as work:
        rules.keep(work, Rules(cooldown_days=200), "Ann", NOW)
    assert not demo.is_fresh(store)
