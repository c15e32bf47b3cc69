"""Every kind of trouble on the wire, and whether the message may have left."""

import asyncio
import socket
import ssl
import struct
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web

from connectors.contract import NoAnswer, Scope, TryLater
from connectors.http import LONGEST, SOON, Answer, call, timeouts, wait
from tests.connectors.standins import (
    NOW,
    StandIn,
    accepts_and_cuts,
    accepts_and_cuts_within_the_answer,
    accepts_and_is_late,
    accepts_but_says,
    answers,
)

QUICK = timeouts(connect=0.3, read=0.3)


class Counter(StandIn):
    def answer(self, request: web.Request, body: bytes) -> web.Response:
        self.accepted.append({"body": body})
        return web.json_response({"n": len(self.accepted)}, status=201)


@pytest.fixture
def standin(enter):
    return enter(Counter())


@pytest.fixture
def post(run, session):
    return lambda url: run(call(session, "POST", url, lambda: NOW, QUICK, data={"a": "b"}))


@pytest.fixture
def listen(enter):
    """Starts something that is no web server; answers its address without the scheme."""

    @asynccontextmanager
    async def serving(hear, context):
        writers = []

        async def connected(reader, writer):
            writers.append(writer)
            await hear(reader, writer)

        async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            for writer in writers:
                writer.transport.abort()
            await asyncio.sleep(0.05)

    return lambda hear, context=None: enter(serving(hear, context))


class TestItCertainlyDidNotLeave:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:1/",  # refused
            "http://nowhere.invalid/",  # no such name
        ],
    )
    def test_without_a_connection_it_may_be_tried_again(self, post, url):
        outcome = post(url)
        assert (type(outcome), outcome.scope, outcome.needs_person) == (TryLater, Scope.CHANNEL, False)

    def test_a_server_that_speaks_no_tls_got_nothing(self, post, standin):
        outcome = post(standin.url.replace("http:", "https:"))
        assert (type(outcome), outcome.scope) == (TryLater, Scope.CHANNEL)
        assert standin.accepted == []

    def test_a_connection_cut_during_the_tls_handshake_sent_nothing(self, post, listen):
        async def hang_up(_, writer):
            writer.transport.abort()

        outcome = post(f"https://{listen(hang_up)}")
        assert (type(outcome), outcome.scope) == (TryLater, Scope.CHANNEL)

    def test_a_handshake_that_never_ends_is_a_connection_that_never_was(self, post, listen):
        async def wait_for_ever(*_):
            await asyncio.sleep(0)

        outcome = post(f"https://{listen(wait_for_ever)}")
        assert (type(outcome), outcome.scope) == (TryLater, Scope.CHANNEL)

    def test_a_certificate_nobody_vouches_for_sent_nothing(self, post, listen, certificate):
        context, heard = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
        context.load_cert_chain(*certificate)

        async def hear(reader, _):
            heard.append(await reader.read())

        outcome = post(f"https://{listen(hear, context)}")
        assert (type(outcome), outcome.scope) == (TryLater, Scope.CHANNEL)
        assert b"".join(heard) == b""

    def test_429_makes_the_channel_wait_as_long_as_asked(self, post, standin):
        standin.next_answers = [answers(429, Retry_After="7")]
        outcome = post(standin.url)
        assert (outcome.after, outcome.scope, outcome.needs_person) == (timedelta(seconds=7), Scope.CHANNEL, False)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_is_never_followed_and_needs_a_person(self, post, standin, status):
        standin.next_answers = [answers(status, Location=standin.url)]
        outcome = post(standin.url)
        assert (outcome.scope, outcome.needs_person) == (Scope.CHANNEL, True)
        assert len(standin.seen) == 1

    def test_an_address_that_is_none_needs_a_person(self, post):
        assert post("http:///x").needs_person


class TestItMayHaveLeft:
    @pytest.mark.parametrize(
        "trick",
        [
            accepts_and_is_late(1),
            accepts_and_cuts,
            accepts_and_cuts_within_the_answer,
            *(accepts_but_says(status) for status in (408, 500, 502, 503, 504, 599)),
        ],
    )
    def test_a_machine_must_not_send_it_again(self, post, standin, trick):
        standin.next_answers = [trick]
        assert isinstance(post(standin.url), NoAnswer)
        assert len(standin.accepted) == len(standin.seen) == 1

    def test_a_kept_connection_that_the_provider_closes_while_we_write_is_not_tried_again(self, post, standin):
        assert isinstance(post(standin.url), Answer)
        standin.next_answers = [accepts_and_cuts]
        assert isinstance(post(standin.url), NoAnswer)
        assert len(standin.seen) == 2

    def test_a_connection_that_is_reset_after_it_read(self, post, listen):
        async def reset(reader, writer):
            await reader.read(10)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

        assert isinstance(post(f"http://{listen(reset)}"), NoAnswer)

    def test_a_provider_that_speaks_no_http(self, post, listen):
        async def greet(reader, writer):
            await reader.read(10)
            writer.write(b"220 smtp.example.com ESMTP\r\n")

        assert isinstance(post(f"http://{listen(greet)}"), NoAnswer)


class TestAnAnswer:
    def test_of_2xx_and_4xx_is_the_connectors_to_read(self, post, standin):
        assert post(standin.url).data == {"n": 1}
        standin.next_answers = [answers(400, {"code": 5})]
        answer = post(standin.url)
        assert (answer.status, answer.good, answer.data) == (400, False, {"code": 5})

    @pytest.mark.parametrize(
        "text", ["", "<html>", "5", "null", "[" * 100_000, '{"a": "' + "x" * 2**20 + '"}', '"\\ud800']
    )
    def test_that_is_no_json_object_is_empty(self, post, standin, text):
        standin.next_answers = [answers(200, text=text)]
        assert post(standin.url).data == {}

    def test_that_is_a_list_has_items(self, post, standin):
        standin.next_answers = [answers(200, text="[1]")]
        assert post(standin.url).data == {"items": [1]}

    def test_a_connection_is_used_again_and_cookies_are_not_kept(self, post, standin):
        standin.next_answers = [answers(200, Set_Cookie="a=b")]
        post(standin.url.replace("127.0.0.1", "localhost"))
        post(standin.url.replace("127.0.0.1", "localhost"))
        first, second = standin.seen
        assert first.protocol is second.protocol
        assert "Cookie" not in second.headers


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12),
        ({"Retry-After": "Mon, 02 Mar 2026 12:00:20 GMT"}, 20),
        ({"Retry-After": "Mon, 02 Mar 2026 12:00:20 -0000"}, 20),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"X-RateLimit-Reset": "9"}, 9),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "Mon, 02 Mar 2020 12:00:20 GMT"}, 1),
        ({"Retry-After": "7200"}, 7200),
        ({"Retry-After": "999999"}, LONGEST.total_seconds()),
        ({"Retry-After": "999999999999"}, LONGEST.total_seconds()),
        ({"Retry-After": "9" * 5000}, LONGEST.total_seconds()),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "3"}, 3),
        ({"Retry-After": "-5"}, SOON.total_seconds()),
        ({"Retry-After": "1e5"}, SOON.total_seconds()),
        ({"Retry-After": "²"}, SOON.total_seconds()),
        ({}, SOON.total_seconds()),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert wait(headers, NOW).total_seconds() == seconds


def test_a_provider_that_answers_within_time_is_never_given_up(run, session, standin):
    standin.next_answers = [accepts_and_is_late(0.2)]
    assert isinstance(run(call(session, "POST", standin.url, lambda: NOW, timeouts(0.3, 2))), Answer)
