"""Rules that make sense together, and prices as a table."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields, replace

import pytest

from data import rule_checks, rules
from data.rule_checks import price_rows, prices_of, troubles
from data.rules import Rules
from tests.builders import NOW


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"opens": 1260, "closes": 480}, "closes"),
        ({"opens": 480, "closes": 480}, "closes"),
        ({"cap_7_days": 9, "cap_30_days": 6}, "cap_30_days"),
        ({"opt_out_limit": 0.0}, "opt_out_limit"),
        ({"error_limit": 1.5}, "error_limit"),
        ({"currency": "dollar"}, "currency"),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(change: dict, field: str):
    assert list(troubles(Rules(**change))) == [field]


def test_the_defaults_make_sense():
    assert troubles(Rules()) == {}
    assert troubles(Rules(opens=0, closes=24 * 60)) == {}


def test_prices_go_into_rows_and_back():
    prices = {"sms": 0.05, "sms US": 0.0083, "email": 0.0}

    assert prices_of(price_rows(prices)) == prices
    assert prices_of([("sms", " us", 0.01), (None, None, None)]) == {"sms US": 0.01}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([(None, "US", 0.1)], "needs a channel"),
        ([("fax", "", 0.1)], "needs a channel"),
        ([("sms", "USA", 0.1)], "not a country"),
        ([("sms", "", None)], "between 0 and 100"),
        ([("sms", "", -1.0)], "between 0 and 100"),
        ([("sms", "", float("nan"))], "between 0 and 100"),
        ([("sms", "US", 0.1), ("sms", "us", 0.2)], "two prices for SMS US"),
    ],
)
def test_a_wrong_price_is_told(rows: list, says: str):
    assert says in str(prices_of(rows))


def test_two_who_save_in_the_same_instant_do_not_undo_each_other(postgresql_store):
    store, start = postgresql_store, Rules()

    def save(edited: Rules) -> list[str]:
        with store.transaction() as work:
            return rule_checks.change(work, start, edited, "Sam", NOW)

    with ThreadPoolExecutor(1) as other:
        with store.transaction() as work:
            rule_checks.change(work, start, replace(start, cooldown_days=90), "Ann", NOW)
            saving = other.submit(save, replace(start, cap_7_days=2))
            with suppress(TimeoutError):
                saving.result(0.5)  # it would be through by then, if nothing held it
        assert saving.result(20) == []
    assert rules.load(store) == replace(start, cooldown_days=90, cap_7_days=2)


def test_every_rule_has_a_name_for_the_list_of_decisions():
    assert set(rules._LABELS) == {one.name for one in fields(rules.Rules)}
