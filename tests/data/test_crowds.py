"""An address that stands beside many different others joins no strangers into one person."""

import pytest

from data import commands, planning
from data.commands import Ask
from data.contacts import find_or_create, remember_addresses
from data.lifecycle import Channel
from data.store import Store
from engine.policy import judge
from tests.builders import NOW, row, setting, template, token
from tests.data.test_whole_person import said

SHARED = "till@shop.example"
PHONES = [f"+120255501{number:02}" for number in range(8)]


def planned(store: Store, *phones: str, email: str | None = SHARED) -> list[planning.Planned]:
    used, sam = template(store), commands.member(store, "Sam", NOW)
    asks = [Ask("Ann", Channel.SMS, phone, sam, used, NOW, "import", email=email, phone=phone) for phone in phones]
    return planning.plan(store, asks, setting(judge), NOW)


def queue(store: Store, *found: planning.Planned) -> list[int]:
    """The contacts under which these are kept."""
    ids = commands.ask(store, [one.ask for one in found if not one.blocked], NOW, token())
    return [row(store, id)["contact_id"] for id in ids]


def test_people_who_stand_beside_one_email_are_as_many_as_their_phones(store: Store):
    assert len(set(queue(store, *planned(store, *PHONES)))) == len(PHONES)


def test_what_says_that_there_is_no_email_carries_no_stop_from_one_to_the_next(store: Store):
    for phone in PHONES[:3]:
        (one,) = planned(store, phone, email="no-email@till.example")
        assert one.blocked is None
        queue(store, one)
        said(store, phone, "opted_out", whole_person=True)


@pytest.mark.parametrize("email", [None, SHARED])
def test_strangers_who_were_joined_long_ago_are_no_longer_held_for_each_other(store: Store, email: str | None):
    with store.transaction() as work:
        (crowd,) = find_or_create(work, [("Ann", SHARED, PHONES[0])], NOW)
        remember_addresses(work, [(crowd, phone) for phone in PHONES[1:]])
    queue(store, *planned(store, PHONES[0]))

    (other,) = planned(store, PHONES[5], email=email)
    assert other.blocked is None
    assert queue(store, other) != [crowd]
