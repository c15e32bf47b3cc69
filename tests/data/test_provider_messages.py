"""What providers call our messages: kept once, found again, carried over from an older store."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from data import erasure
from data.moves import News
from data.provider_messages import by_provider_id
from data.store import Store, migrations
from tests.builders import NOW, ask, hear, messages, row

LATER = NOW + timedelta(minutes=1)


def found(store: Store, *ids: str, provider: str = "twilio") -> list[tuple[int, str]]:
    return [(one["id"], one["provider_id"]) for one in by_provider_id(store, provider, ids, NOW - timedelta(days=1))]


def told(store: Store) -> int:
    (message,) = messages(store, ask(store))
    hear(store, News(message, "accepted", NOW, actor="twilio", provider_id="SM1"))
    return message


def test_a_message_is_found_by_its_providers_name_for_it(store: Store):
    message = told(store)

    assert found(store, "SM1", "SM2") == [(message, "SM1")]
    assert found(store, "SM1", provider="meta") == found(store) == []


def test_it_is_told_once_whatever_comes_later(store: Store):
    message = told(store)
    hear(store, News(message, "delivered", LATER, actor="twilio", provider_id="SM1"))

    assert found(store, "SM1") == [(message, "SM1")]


WAMID = "wamid.HBgLMTIwMjU1NTAxNDMVAgARGBI5QUQ0"  # it holds 12025550143


@pytest.mark.parametrize("answered_after", [False, True])
def test_of_who_was_erased_it_tells_no_number_and_is_found_all_the_same(store: Store, answered_after: bool):
    (request,) = ask(store)
    (message,) = messages(store, [request])
    accepted = News(message, "accepted", NOW, f"sent {WAMID}", actor="meta", provider_id=WAMID)
    if not answered_after:
        hear(store, accepted)
    assert erasure.erase(store, row(store, request)["contact_id"], "Sam", NOW, UTC)
    if answered_after:
        hear(store, replace(accepted, key="sent"))
    assert found(store, WAMID, "wamid.other", provider="meta") == [(message, WAMID)]
    kept = str(store.rows("SELECT * FROM provider_message")) + str(store.rows("SELECT dedupe_key FROM happening"))
    assert "wamid" not in kept


def test_an_older_store_keeps_them(store: Store, monkeypatch: pytest.MonkeyPatch):
    message = told(store)
    with store.transaction() as work:
        work.rows("DROP TABLE provider_message")
        work.rows("ALTER TABLE message ADD COLUMN provider_id text")
        work.rows("UPDATE message SET provider_id = 'SM9' WHERE id = $id", id=message)
        work.rows("DELETE FROM schema_version WHERE number >= 6")
    monkeypatch.setattr(migrations, "CURRENT", 6)
    migrations.prepare(store, NOW)

    assert found(store, "SM9") == [(message, "SM9")]
