"""Contacts as tests make and look at them."""

from datetime import timedelta

from data import people
from data.contacts import find_or_create
from data.places import Place
from data.store import Store
from tests.builders import NOW, row

PHONE, EMAIL = "+12025550143", "ann@example.com"
LATER = NOW + timedelta(minutes=1)


def make(store: Store, *wanted: tuple[str, str | None, str | None]) -> list[int]:
    with store.transaction() as work:
        return [find_or_create(work, [one], NOW)[0] for one in wanted]


def place(store: Store, id: int, **said: str) -> dict[str, str]:
    return people.set_place(store, id, Place(**said), "Sam", LATER, "UTC", "US")


def names(store: Store, text: str, number: int = 1, size: int = 50) -> list[str]:
    return [one["name"] for one in people.search(store, text, "US", number, size)[0]]


def whole(store: Store, id: int) -> dict:
    found = people.person(store, id, "Europe/Berlin")
    assert found
    return found


def contact_of(store: Store, request: int) -> int:
    return row(store, request)["contact_id"]
