"""A person's copy: everything about them, nothing of others."""

import json
from dataclasses import replace

from data import commands, inbox, people, person_copy, provider_messages
from data.store import Store
from tests.builders import NOW, ask
from tests.data.conftest import EMAIL, NAME, PHONE, hook


def test_a_copy_holds_everything_and_is_plain_json(store: Store, person: int):
    (message, *_) = people.messages_of(store, people.requests_of(store, person))
    with store.transaction() as work:
        provider_messages.tell(work, [(message["id"], "twilio", "SM1")], NOW)
    copy = person_copy.export_person(store, person)

    assert json.loads(json.dumps(copy)) == copy
    assert [one["name"] for one in copy["contact"]] == [NAME]
    assert {table: len(rows) for table, rows in copy.items()} == {
        "contact": 1, "request": 3, "other_address": 1, "message": 3, "provider_message": 1,
        "happening": len(copy["happening"]), "reach": 1, "reply": 1, "suppression": 0, "consent": 3, "inbox": 3,
    }  # fmt: skip
    assert {one["event"] for one in copy["happening"]} >= {"created", "accepted", "undelivered", "replied"}


def test_a_copy_holds_nothing_of_others(store: Store, person: int):
    commands.member(store, "Kim", NOW)
    ask(store, name="Bob Ray", phone="+12025550144", email="bob@example.com")
    mail = [{"email": EMAIL, "event": "open", "tags": ["kept"]}, {"email": "bob@example.com", "ip": "1.2.3.4"}]
    one, other = {"recipient_id": PHONE[1:], "errors": [{"code": 1}]}, {"recipient_id": "12025550144", "is": "bob"}
    told = {"entry": [{"changes": [{"value": {"metadata": {"id": "9"}, "statuses": [one, other]}}]}]}
    with store.transaction() as work:
        inbox.receive(work, [replace(hook("x"), body=json.dumps(one)) for one in (mail, told)])

    bodies = [row["body"] for row in person_copy.export_person(store, person)["inbox"]]
    assert '"tags": ["kept"]' in "".join(bodies)
    assert '"errors": [{"code": 1}]' in "".join(bodies)
    assert "bob" not in json.dumps(person_copy.export_person(store, person)).lower()
