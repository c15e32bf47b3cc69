"""What somebody said at one address counts at every other, and the other way round when they take it back."""

from datetime import UTC, timedelta

import pytest

from data import merging, rules
from data.lifecycle import Channel
from data.rules import Rules
from data.store import Store
from data.suppressions import stop_person, suppressed
from tests.builders import NOW, ask, row

PHONE, OTHER_PHONE = "+12025550143", "+12025550199"
FIRST, SECOND = "ann@example.com", "ann@work.example"
LATER = NOW + timedelta(minutes=1)


def said(store: Store, address: str, basis: str, *, whole_person: bool = True) -> None:
    with store.transaction() as work:
        stop_person(
            work, address, basis, source="provider", evidence=None, actor="engine", now=NOW, zone=UTC,
            whole_person=whole_person,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "stop_means_person", "expected"),
    [("unsubscribed", True, "cancelled"), ("unsubscribed", False, "queued"), ("bounced", True, "queued")],
)
def test_a_merge_carries_a_stop_to_what_is_queued(store: Store, basis: str, stop_means_person: bool, expected: str):
    with store.transaction() as work:
        rules.keep(work, Rules(stop_means_person=stop_means_person), "Sam", NOW)
    (waits,) = ask(store, phone=PHONE, email=FIRST, channel=Channel.EMAIL)
    (gone,) = ask(store, phone=OTHER_PHONE, email=SECOND, channel=Channel.EMAIL)
    said(store, SECOND, basis, whole_person=False)

    keep, other = row(store, waits)["contact_id"], row(store, gone)["contact_id"]
    assert merging.merge(store, keep, other, "Sam", LATER, UTC)

    assert row(store, waits)["status"] == expected
    barred = suppressed(store, [("sms", PHONE), ("email", FIRST), ("sms", OTHER_PHONE)])
    assert set(barred.values()) == ({basis} if expected == "cancelled" else set())
    assert len(barred) == (3 if expected == "cancelled" else 0)
