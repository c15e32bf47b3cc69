from datetime import date

import pytest

from data.filter_address import address, parse
from data.filters import Filters

NAMES = {1: "Ada Lee", 2: "Bo & Co = 5%"}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(search="ann lee"),
        Filters(channels=("sms", "whatsapp"), statuses=("queued",)),
        Filters(reached=("delivered", "unanswered"), why=("quiet_hours",)),
        Filters(senders=(1, 2), since=date(2026, 3, 1), until=date(2026, 3, 31)),
        Filters(since=date(2026, 3, 1), until=date(2026, 3, 1)),
    ],
)
def test_an_address_says_the_same_filters_again(filters: Filters):
    assert parse(address(filters, NAMES), NAMES) == filters


def test_two_days_in_either_order_are_the_same_span():
    forth = parse([("sent", "2026-03-01"), ("sent", "2026-03-09")], NAMES)
    back = parse([("sent", "2026-03-09"), ("sent", "2026-03-01")], NAMES)

    assert forth == back == Filters(since=date(2026, 3, 1), until=date(2026, 3, 9))


def test_words_are_read_in_any_case():
    assert parse([("via", "WhatsApp"), ("by", "ada lee")], NAMES) == Filters(channels=("whatsapp",), senders=(1,))
    assert parse([("reached", "not RESPONDED"), ("reached", "seen")], NAMES) == Filters(reached=("unanswered", "seen"))


def test_parameters_of_somebody_else_are_left_alone():
    assert parse([("page", "3"), ("utm_source", "mail"), ("q", "")], NAMES) == Filters()


@pytest.mark.parametrize(
    "item",
    [
        ("via", "pigeon"),
        ("status", "lost"),
        ("reached", "the moon"),
        ("status", "sending"),
        ("by", "Nobody"),
        ("sent", "yesterday"),
        ("sent", "2026-02-30"),
        ("sent", "1066-10-14"),
    ],
)
def test_nonsense_is_a_sentence_and_never_another_export(item: tuple[str, str]):
    assert "does not exist" in parse([item], NAMES)


def test_a_rule_that_a_foreign_hand_wrote_into_the_store_leaves_the_page_standing():
    assert address(Filters(why=("moon", "paused")), {}) == [("why", "moon"), ("why", "Paused by a person")]


def test_names_that_differ_by_case_alone_are_two_people():
    assert parse([("by", "Ann"), ("by", "ann")], {1: "Ann", 2: "ann"}) == Filters(senders=(1, 2))
