"""Hooks from the door to the status: in any order, repeated, replies among them, and mad ones."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from connectors.contract import Hook
from connectors.twilio import Account, Twilio
from data.moves import News
from engine.inbox import open_due
from tests.builders import NOW, hear, messages, row
from tests.connectors import meta_standin, twilio_standin
from tests.web.providers import CONNECTORS, PROVIDERS, PUBLIC, app, being_sent, fold, kept, post

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class TestLanding:
    @pytest.mark.parametrize("seed", range(3))
    def test_in_any_order_and_repeated_before_or_after_our_own_commit(self, client, store, provider, clock, seed):
        lot = random.Random(seed)
        request, message, ours = being_sent(store, provider)
        hooks = provider.hooks(ours) * 2
        lot.shuffle(hooks)
        committed = lot.randrange(len(hooks))
        for number, hook in enumerate(hooks):
            assert post(client, hook).is_success
            if number == committed:
                fold(store, clock)
                hear(store, News(message, "accepted", NOW, actor=provider.name, provider_id="ours"))
        fold(store, clock)
        assert row(store, request)["status"] == provider.ends
        heard = store.rows("SELECT dedupe_key FROM happening WHERE message_id = $id", id=message)
        assert len(heard) == len({one["dedupe_key"] for one in heard})
        assert {one["note"] for one in kept(store)} == {None}

    def test_the_providers_id_is_learned_from_whatever_is_heard_first(self, client, store, provider, clock):
        _, message, ours = being_sent(store, provider)
        post(client, provider.hooks(ours)[-1])
        fold(store, clock)
        (found,) = store.rows("SELECT provider, provider_id FROM provider_message WHERE message_id = $id", id=message)
        assert found["provider"] == provider.name
        assert found["provider_id"] in ("SM1", "wamid.1", "mail1")
        hear(store, News(message, "accepted", NOW, actor=provider.name, provider_id="late"))
        (again,) = store.rows("SELECT provider, provider_id FROM provider_message WHERE message_id = $id", id=message)
        assert again == found

    def test_for_a_message_that_nobody_knows_yet_it_waits_and_is_given_up_in_the_end(
        self, client, store, provider, clock
    ):
        _, message, ours = being_sent(store, provider)
        post(client, provider.hooks(ours.replace(str(message), str(message + 1), 1))[-1])
        fold(store, clock)
        assert kept(store)[0]["folded_at"] is None
        clock.forward(minutes=11)
        fold(store, clock)
        assert kept(store)[0]["note"] == "no such message"

    def test_twilios_news_happened_when_they_came_in_not_when_the_engine_read_them(self, client, store, clock):
        request, _, ours = being_sent(store, PROVIDERS[0])
        clock.forward(minutes=3)
        post(client, PROVIDERS[0].hooks(ours)[-1])
        clock.forward(hours=9)
        fold(store, clock)
        assert row(store, request)["delivered_at"] == NOW + timedelta(minutes=3)


class TestReplies:
    def reply(self, url: str) -> Hook:
        return twilio_standin.signed(url, urlencode({"MessageSid": "SM2", "From": "+12024000001", "Body": "Stop"}))

    def test_what_a_person_writes_comes_by_its_own_address_and_is_kept_apart_from_news(self, client, store):
        assert post(client, self.reply(f"{PUBLIC}/hooks/twilio/inbound")).status_code == 204
        with store.reading() as reading:
            (opened,) = open_due(reading, CONNECTORS, NOW)
        (reply,) = opened.replies
        assert (reply.address, reply.keyword, reply.happened_at) == ("+12024000001", "stop", NOW)
        assert (opened.news, opened.note) == ([], None)

    @pytest.mark.parametrize("changed", ["secret", "address"])
    def test_what_was_accepted_is_read_although_the_secret_or_our_address_has_changed_since(
        self, client, store, changed
    ):
        assert post(client, self.reply(f"{PUBLIC}/hooks/twilio/inbound")).status_code == 204
        token, public = ("other", PUBLIC) if changed == "secret" else (twilio_standin.TOKEN, "https://new.example.com")
        account = Account(twilio_standin.SID, token)
        now = Twilio(None, account, {"sms": twilio_standin.SENDER}, f"{public}/hooks/twilio", lambda: NOW, api="")
        with store.reading() as reading:
            (opened,) = open_due(reading, {"twilio": now}, NOW)
        assert ([one.keyword for one in opened.replies], opened.note) == (["stop"], None)

    def test_a_signature_for_the_other_address_does_not_hold(self, client, store):
        hook = self.reply(f"{PUBLIC}/hooks/twilio")
        moved = replace(hook, url=f"{PUBLIC}/hooks/twilio/inbound")
        assert post(client, moved).status_code == 403
        assert post(client, replace(hook, url=hook.url + "?reference=1-x")).status_code == 403
        assert kept(store) == []

    def test_meta_sends_them_with_all_the_rest(self, client, store):
        letter = {"from": "12024000001", "id": "wamid.in", "timestamp": "1772452800", "type": "text"}
        value = {
            "metadata": {"phone_number_id": meta_standin.NUMBER_ID},
            "messages": [{**letter, "text": {"body": "Lovely"}}],
        }
        body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]})
        assert post(client, meta_standin.signed_body(body)).status_code == 200
        with store.reading() as reading:
            (opened,) = open_due(reading, CONNECTORS, NOW)
        assert [reply.text for reply in opened.replies] == ["Lovely"]


def test_mad_ones_never_fail_and_never_move_anything(duckdb_store, provider, clock):
    request, message, ours = being_sent(duckdb_store, provider)
    client = TestClient(app(duckdb_store, clock), raise_server_exceptions=False)
    genuine = provider.hooks(ours)[0]
    header = st.text(st.characters(min_codepoint=32, max_codepoint=126))
    names = st.sampled_from([*genuine.headers, "content-type", "content-encoding", "expect", "x-y"])
    queries = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"))

    @settings(max_examples=80, deadline=None)
    @given(
        st.binary() | st.text().map(lambda text: text.encode(errors="replace")), st.dictionaries(names, header), queries
    )
    def unsigned(body, headers, query):
        answer = client.post(f"{provider.address}?{query}", content=body, headers={**genuine.headers, **headers})
        assert 400 <= answer.status_code < 500

    @settings(max_examples=80, deadline=None)
    @given(st.text(st.characters(codec="utf-8")))
    def signed(body):
        assert post(client, provider.signed(body)).status_code in (200, 204, 400)

    unsigned()
    assert kept(duckdb_store) == []
    signed()
    fold(duckdb_store, clock)
    (found,) = duckdb_store.rows("SELECT status FROM message WHERE id = $id", id=message)
    assert (found["status"], row(duckdb_store, request)["status"]) == ("sending", "queued")
    assert messages(duckdb_store, [request]) == [message]
