"""Hooks over HTTP: proven, kept, answered; forged, too large, unknown and mad ones change nothing."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from data.store import StoreUnavailable
from tests.builders import NOW, row
from tests.connectors import sendgrid_standin
from tests.web.providers import CONNECTORS, PROVIDERS, WORD, app, being_sent, fold, kept, post
from web.hooks import LARGEST

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


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

    def test_what_is_kept_can_be_read_much_later(self, client, store, provider, clock):
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

    def test_a_get_is_not_swallowed_by_the_page_that_answers_everything_else(self, store):
        everything = Route("/{path:path}", lambda _: PlainTextResponse("<html>"), methods=["GET"])
        client = TestClient(Starlette(routes=[*app(store).routes, everything]))
        for path in ("/hooks/twilio", "/hooks/twilio/inbound?Body=STOP", "/hooks/sendgrid"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")

    @pytest.mark.parametrize("body", [b"\xff\xfe", b"a\x00b"])
    def test_what_no_store_takes_is_refused(self, client, store, provider, body):
        headers = provider.signed("x").headers
        assert client.post(provider.address, content=body, headers=headers).status_code == 400
        assert kept(store) == []


class TestSize:
    def test_the_largest_is_kept(self, client, store, provider):
        assert post(client, provider.signed("x" * (LARGEST[provider.name] - 2))).is_success
        assert len(kept(store)) == 1

    def test_meta_may_say_three_megabytes_at_once(self, duckdb_store):
        with TestClient(app(duckdb_store)) as client:
            assert post(client, PROVIDERS[-1].signed("x" * 3 * 2**20)).is_success

    def test_one_that_says_it_is_larger_is_not_read(self, client, store, provider):
        assert post(client, provider.signed("x" * LARGEST[provider.name] + "y")).status_code == 413
        assert kept(store) == []

    def test_one_without_an_end_is_read_no_further(self, duckdb_store, provider):
        read = 0

        async def receive():
            nonlocal read
            read += 2**16
            return {"type": "http.request", "body": b"x" * 2**16, "more_body": True}

        sent = call(app(duckdb_store), provider.address, provider.signed("x").headers, receive)
        assert sent[0]["status"] == 413
        largest = LARGEST[provider.name]
        assert largest < read <= largest + 2**17

    def test_one_without_a_signature_is_not_read_at_all_but_logged(self, duckdb_store, provider, caplog):
        async def receive():
            raise AssertionError("read")

        assert call(app(duckdb_store), provider.address, {}, receive)[0]["status"] == 403
        assert f"hook refused provider={provider.name}: no x-" in caplog.text.lower()

    def test_one_out_of_time_says_to_look_at_the_clock(self, duckdb_store, caplog):
        late = sendgrid_standin.signed([], (NOW - timedelta(days=2)).timestamp())
        with TestClient(app(duckdb_store)) as client:
            assert post(client, late).status_code == 403
        assert "check this machine's clock" in caplog.text
        assert "signature" not in caplog.text

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


def test_paths_are_the_stand_ins_own():
    for provider in PROVIDERS:
        assert urlsplit(provider.hooks("1-x")[0].url).path == provider.address
