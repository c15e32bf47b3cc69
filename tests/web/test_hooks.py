"""Hooks over HTTP: proven, kept, answered; forged, too large, unknown and mad ones change nothing."""

import asyncio
import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from connectors import meta as meta_connector
from connectors import sendgrid as sendgrid_connector
from connectors.contract import Hook
from data.claims import claim
from data.lifecycle import Channel
from data.moves import News, apply
from data.store import StoreUnavailable
from engine.inbox import news_in, open_due, reference, settle
from tests.builders import NOW, ask, hear, messages, row
from tests.connectors import meta_standin, sendgrid_standin, twilio_standin
from tests.connectors.test_contract import meta, sendgrid, twilio
from tests.engine.conftest import Clock
from web.hooks import LARGEST, hook_routes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PUBLIC, WORD = "https://ask.example.com", "a wörd"
CONNECTORS = {one.name: one for one in (twilio(None, ""), sendgrid(None, ""), meta(None, ""))}


@dataclass(frozen=True)
class Provider:
    """A provider and one message it took; `signed` makes a genuine hook of any body."""

    name: str
    channel: Channel
    ends: str
    address: str

    def hooks(self, reference: str) -> list[Hook]:
        if self.name == "twilio":
            callback = f"{twilio_standin.HOOKS}?{urlencode({'reference': reference})}"
            return twilio_standin.TwilioStandIn().hooks_of(
                {"sid": "SM1", "To": "+12024000001", "StatusCallback": callback}
            )
        if self.name == "meta":
            return meta_standin.MetaStandIn().hooks_of({"id": "wamid.1", meta_connector.REFERENCE: reference})
        person = {"to": [{"email": "a@example.com"}], "custom_args": {sendgrid_connector.REFERENCE: reference}}
        return sendgrid_standin.SendGridStandIn().hooks_of({"id": "mail1", "personalizations": [person]})

    def signed(self, body: str) -> Hook:
        match self.name:
            case "twilio":
                return twilio_standin.signed(f"{twilio_standin.HOOKS}?reference=1-x", body)
            case "meta":
                return meta_standin.signed_body(body)
        return sendgrid_standin.signed_body(body)


PROVIDERS = [
    Provider("twilio", Channel.SMS, "delivered", "/hooks/twilio"),
    Provider("sendgrid", Channel.EMAIL, "opened", "/hooks/sendgrid"),
    Provider("meta", Channel.WHATSAPP, "read", "/hooks/meta"),
]


@pytest.fixture(params=PROVIDERS, ids=lambda one: one.name)
def provider(request) -> Provider:
    return request.param


@pytest.fixture
def clock() -> Clock:
    return Clock()


def app(store, clock=lambda: NOW, connectors=CONNECTORS) -> Starlette:
    opened = store if callable(store) else lambda: store
    return Starlette(routes=hook_routes(opened, connectors, PUBLIC, WORD, clock))


@pytest.fixture
def client(store, clock):
    return TestClient(app(store, clock))


def post(client, hook: Hook, **headers: str):
    target = hook.url.removeprefix(PUBLIC)
    return client.post(target, content=hook.body.encode(), headers={**hook.headers, **headers})


def kept(store) -> list[dict]:
    return store.rows("SELECT * FROM inbox ORDER BY id")


def being_sent(store, provider) -> tuple[int, int, str]:
    """A request, its message that was handed over a moment ago, and the reference that went with it."""
    (request,) = ask(store, channel=provider.channel)
    with store.transaction() as work:
        (claimed,) = claim(work, "test", NOW, 10)
    return request, claimed.id, reference(claimed.id, claimed.token)


def fold(store, clock) -> None:
    """The engine's turn, as far as it reads hooks."""
    with store.transaction() as work:
        opened = open_due(work, CONNECTORS, clock())
        settle(work, opened, apply(work, [*news_in(opened)], clock(), UTC).unknown, clock())


class TestKeeping:
    def test_a_genuine_hook_is_kept_as_it_came_with_the_headers_that_prove_it_and_no_others(
        self, client, store, provider, clock
    ):
        hook = provider.hooks("1-abc&d=e")[0]
        answer = post(client, hook, Cookie="a=b", X_Forwarded_Host="evil.example.com", Host="10.0.0.1:8501")
        assert answer.status_code == (200 if provider.name == "meta" else 204)
        assert answer.content == b""
        (found,) = kept(store)
        assert (found["provider"], found["url"], found["body"]) == (provider.name, hook.url, hook.body)
        assert {name.lower() for name in json.loads(found["headers"])} == set(hook.headers)
        assert found["received_at"] == found["due_at"] == clock.now

    def test_what_is_kept_can_be_proven_again_much_later(self, client, store, provider, clock):
        request, _, ours = being_sent(store, provider)
        assert post(client, provider.hooks(ours)[-1]).is_success
        clock.forward(days=5)
        fold(store, clock)
        assert row(store, request)["status"] in ("delivered", "read")
        assert {one["note"] for one in kept(store)} == {None}

    def test_a_forged_one_is_refused_without_a_word_and_nothing_is_kept(self, client, store, provider):
        hook = provider.hooks("1-abcdefgh")[0]
        names = list(hook.headers)
        for forged in (
            replace(hook, headers={}),
            *(replace(hook, headers={**hook.headers, name: "0" * 40}) for name in names),
            *(replace(hook, headers={k: v for k, v in hook.headers.items() if k != name}) for name in names),
            replace(hook, body=hook.body + " "),
            replace(hook, body=hook.body[:-1]),
            replace(hook, body=""),
        ):
            answer = post(client, forged)
            assert (answer.status_code, answer.content) == (403, b"")
        assert kept(store) == []

    def test_signed_garbage_is_kept_for_a_look_and_moves_nothing(self, client, store, provider, clock):
        request, *_ = being_sent(store, provider)
        assert post(client, provider.signed("%%% not what was meant")).is_success
        fold(store, clock)
        (found,) = kept(store)
        assert found["folded_at"]
        assert row(store, request)["status"] == "queued"

    def test_who_is_not_configured_has_no_address_here(self, store, provider):
        others = {name: one for name, one in CONNECTORS.items() if name != provider.name}
        with TestClient(app(store, connectors=others)) as client:
            assert post(client, provider.hooks("1-x")[0]).status_code == 404
            assert client.post(provider.address).status_code == 404
        assert kept(store) == []

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
    def test_other_methods_are_not_allowed(self, client, provider, method):
        expected = 403 if (provider.name, method) == ("meta", "GET") else 405
        assert client.request(method, provider.address).status_code == expected

    @pytest.mark.parametrize("body", [b"\xff\xfe", b"a\x00b"])
    def test_what_no_store_takes_is_refused(self, client, store, provider, body):
        headers = provider.signed("x").headers
        assert client.post(provider.address, content=body, headers=headers).status_code == 400
        assert kept(store) == []


class TestSize:
    def test_the_largest_is_kept(self, client, store, provider):
        assert post(client, provider.signed("x" * (LARGEST - 2))).is_success
        assert len(kept(store)) == 1

    def test_one_that_says_it_is_larger_is_not_read(self, client, store, provider):
        assert post(client, provider.signed("x" * LARGEST + "y")).status_code == 413
        assert kept(store) == []

    def test_one_without_an_end_is_read_no_further(self, duckdb_store, provider):
        read = 0

        async def receive():
            nonlocal read
            read += 2**16
            return {"type": "http.request", "body": b"x" * 2**16, "more_body": True}

        sent = call(app(duckdb_store), provider.address, provider.signed("x").headers, receive)
        assert sent[0]["status"] == 413
        assert LARGEST < read <= LARGEST + 2**17

    def test_one_without_a_signature_is_not_read_at_all(self, duckdb_store, provider):
        async def receive():
            raise AssertionError("read")

        assert call(app(duckdb_store), provider.address, {}, receive)[0]["status"] == 403

    def test_one_that_breaks_off_is_not_kept(self, duckdb_store, provider):
        async def receive():
            return {"type": "http.disconnect"}

        sent = call(app(duckdb_store), provider.address, provider.signed("x").headers, receive)
        assert sent[0]["status"] == 400
        assert kept(duckdb_store) == []


def call(application, path: str, headers, receive) -> list[dict]:
    """What the application answers, spoken to directly."""
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": raw, "root_path": "", "http_version": "1.1", "scheme": "http", "server": ("x", 80)}  # fmt: skip
    asyncio.run(application(scope, receive, send))
    return sent


class TestStoreAway:
    def test_the_provider_is_asked_to_come_again_and_then_is_welcome(self, duckdb_store, provider):
        away = True

        def store():
            if away:
                raise StoreUnavailable("The store is busy.")
            return duckdb_store

        client = TestClient(app(store))
        hook = provider.hooks("1-x")[0]
        answer = post(client, hook)
        assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (503, "5", b"")
        away = False
        assert post(client, hook).is_success
        assert len(kept(duckdb_store)) == 1

    def test_a_bug_is_no_answer_to_a_provider_either(self, provider):
        def store():
            raise RuntimeError("a bug")

        assert post(TestClient(app(store)), provider.hooks("1-x")[0]).status_code == 503

    def test_a_forged_one_does_not_even_ask_for_the_store(self, provider):
        def store():
            raise AssertionError("asked")

        hook = replace(provider.hooks("1-x")[0], body="x")
        assert post(TestClient(app(store)), hook).status_code == 403


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


class TestChallenge:
    def ask(self, client, **changes: str):
        given = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444", **changes}
        return client.get("/hooks/meta", params=given)

    def test_is_answered_letter_by_letter(self, client):
        answer = self.ask(client)
        assert (answer.status_code, answer.text) == (200, "1158201444")
        assert answer.headers["Content-Type"].startswith("text/plain")

    def test_is_not_answered_to_who_does_not_know_the_word(self, client):
        for changes in ({"hub.verify_token": "x"}, {"hub.verify_token": ""}, {"hub.mode": "x"}):
            answer = self.ask(client, **changes)
            assert (answer.status_code, answer.content) == (403, b"")


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


def test_paths_are_the_stand_ins_own():
    for provider in PROVIDERS:
        assert urlsplit(provider.hooks("1-x")[0].url).path == provider.address
