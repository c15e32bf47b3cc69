"""The link in a message, and the way out of an email: what counts, what does not, and where they lead."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.lifecycle import Channel
from data.store import StoreUnavailable
from data.suppressions import lift
from data.texts import code, decode, link
from tests.builders import NOW, ask, messages, row, sent
from tests.engine.conftest import Clock, Scripted, drain, engine
from web.links import is_machine, link_route
from web.unsubscribe import unsubscribe_route

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
REVIEWS = "https://reviews.example.com/us"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(store, clock):
    routes = [link_route(lambda: store, REVIEWS, clock), unsubscribe_route(lambda: store, "The <Shop>", clock)]
    return TestClient(Starlette(routes=routes), follow_redirects=False, headers={"User-Agent": PHONE})


def path(store, request, kind="r"):
    (message,) = messages(store, [request])
    token = store.rows("SELECT token FROM message WHERE id = $id", id=message)[0]["token"]
    return f"/{kind}/{code(message, token)}"


def fold(store):
    drain(engine(store, Scripted(), Clock(NOW + timedelta(days=1))))


def events(store, request):
    rows = store.rows("SELECT event FROM happening WHERE request_id = $id", id=request)
    return {one["event"] for one in rows} - {"created", "accepted"}


def kinds(store) -> list[str]:
    return [json.loads(one["body"])["kind"] for one in store.rows("SELECT body FROM inbox ORDER BY id")]


class TestLink:
    def test_a_person_is_led_to_the_reviews_and_counted_once(self, client, store):
        (request,) = sent(store)
        for _ in range(3):
            answer = client.get(path(store, request))
            assert (answer.status_code, answer.headers["location"]) == (302, REVIEWS)
            assert answer.headers["referrer-policy"] == "no-referrer"
        fold(store)
        assert events(store, request) == {"clicked", "responded"}
        assert row(store, request)["responded_at"] == NOW
        counted = store.rows("SELECT count(*) AS n FROM happening WHERE event = 'clicked'")
        assert counted[0]["n"] == 1

    def test_who_follows_it_without_end_fills_no_inbox(self, client, store, clock):
        first, second = sent(store, 2)
        for agent in (PHONE, PHONE, "curl/8", PHONE, "curl/8"):
            client.get(path(store, first), headers={"User-Agent": agent})
        client.get(path(store, second))
        assert kinds(store) == ["person", "machine", "person"]
        clock.forward(seconds=60)
        client.get(path(store, first))
        assert kinds(store) == ["person", "machine", "person", "person"]

    def test_what_the_store_did_not_take_is_written_down_the_next_time(self, duckdb_store, clock):
        class Full:
            """Its disk is full, for writing."""

            rows = duckdb_store.rows

            def transaction(self):
                raise StoreUnavailable("The disk is full.")

        (request,) = sent(duckdb_store)
        stores = [Full()]
        client = TestClient(Starlette(routes=[link_route(lambda: stores[0], REVIEWS, clock)]), follow_redirects=False)
        for stores[0], rows in ((Full(), 0), (duckdb_store, 1), (duckdb_store, 1)):
            answer = client.get(path(duckdb_store, request), headers={"User-Agent": PHONE})
            assert answer.headers["location"] == REVIEWS
            assert len(kinds(duckdb_store)) == rows

    @pytest.mark.parametrize(
        ("method", "agent"),
        [
            ("HEAD", PHONE),
            ("GET", "WhatsApp/2.24.1"),
            ("GET", "facebookexternalhit/1.1"),
            ("GET", "Mozilla/5.0 (Windows NT 10.0) BarracudaCentral"),
            ("GET", "python-requests/2.31"),
            ("GET", "MobileSafari/8617.1 CFNetwork/1485 Darwin/23.1.0"),
            ("GET", "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)"),
            ("GET", "Java/17.0.2"),
            ("GET", ""),
        ],
    )
    def test_a_program_is_led_there_too_but_does_not_count(self, client, store, method, agent):
        (request,) = sent(store)
        answer = client.request(method, path(store, request), headers={"User-Agent": agent})
        assert (answer.status_code, answer.headers["location"]) == (302, REVIEWS)
        fold(store)
        assert events(store, request) <= {"machine_clicked"}
        assert row(store, request)["clicked_at"] is None

    def test_what_a_page_loads_beside_itself_is_led_there_but_does_not_count(self, client, store):
        (request,) = sent(store)
        for dest in ("image", "empty"):
            assert client.get(path(store, request), headers={"Sec-Fetch-Dest": dest}).status_code == 302
        fold(store)
        assert events(store, request) == {"machine_clicked"}
        client.get(path(store, request), headers={"Sec-Fetch-Dest": "document"})
        fold(store)
        assert events(store, request) == {"machine_clicked", "clicked", "responded"}

    @pytest.mark.parametrize(
        ("header", "purpose"),
        [
            ("Sec-Purpose", "prefetch"),
            ("Sec-Purpose", "prefetch;prerender"),
            ("Sec-Purpose", "prefetch;anonymous-client-ip"),
            ("Purpose", "prefetch"),
            ("X-Purpose", "preview"),
            ("X-Moz", "prefetch"),
        ],
    )
    def test_a_browser_that_fetches_ahead_is_sent_away_so_that_it_asks_again_when_somebody_follows(
        self, client, store, header, purpose
    ):
        (request,) = sent(store)
        answer = client.get(path(store, request), headers={header: purpose})
        assert answer.status_code == 503
        fold(store)
        assert events(store, request) == set()

    @pytest.mark.parametrize(
        "wrong", ["1-nonsense", "zzzz-t1", "1", "-", "1-", "0-t", "%00", "1-%0d%0aX", "", "../etc", "9" * 80 + "-x"]
    )
    def test_a_code_that_nobody_was_sent_leads_nowhere(self, client, store, wrong):
        sent(store)
        answer = client.get(f"/r/{wrong}")
        assert answer.status_code == 404
        assert "location" not in answer.headers
        assert store.rows("SELECT id FROM inbox") == []

    @pytest.mark.parametrize("tail", [".", ")", ",", "!", "%20", "%E2%80%8B", "/", "./", ").%20Thanks" * 9])
    def test_what_a_program_takes_for_part_of_the_link_changes_nothing(self, client, store, tail):
        (request,) = sent(store)
        assert client.get(path(store, request) + tail).status_code == 302
        assert client.post(path(store, request, "u") + tail).status_code == 200

    @pytest.mark.parametrize("token", ["ab-_cdEF", "-bcdefg_"])
    def test_links_of_the_time_when_tokens_had_dashes_still_lead(self, client, store, token):
        (request,) = sent(store)
        with store.transaction() as work:
            work.rows("UPDATE message SET token = $token", token=token)
        for tail, status in (("", 302), (".", 302), ("x", 404)):
            assert client.get(path(store, request) + tail).status_code == status

    def test_nothing_in_the_address_decides_where_it_leads(self, client, store):
        (request,) = sent(store)
        evil = client.get(path(store, request) + "?to=https://evil.example.com&url=//evil", headers={"Host": "evil"})
        assert evil.headers["location"] == REVIEWS

    def test_a_store_that_is_away_closes_no_door(self):
        def away():
            raise StoreUnavailable("away")

        client = TestClient(Starlette(routes=[link_route(away, REVIEWS, Clock())]), follow_redirects=False)
        assert client.get("/r/1-abcdefgh").headers["location"] == REVIEWS

    def test_the_text_that_leaves_holds_the_link_that_works(self, client, store):
        (request,) = ask(store)
        drain(engine(store, connector := Scripted(), Clock()))
        (message,) = connector.sent
        assert path(store, request) in message.body
        assert client.get(path(store, request)).status_code == 302


class TestUnsubscribe:
    def test_get_only_shows_a_page_and_post_acts(self, client, store):
        (request,) = sent(store, channel=Channel.EMAIL, email="ann@example.com")
        (waiting,) = ask(store, channel=Channel.EMAIL, email="ann@example.com")
        page = client.get(path(store, request, "u"))
        assert page.status_code == 200
        assert "The &lt;Shop&gt;" in page.text
        assert '<form method="post">' in page.text
        assert store.rows("SELECT id FROM inbox") == []
        done = client.post(path(store, request, "u"), data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        fold(store)
        assert "opted_out" in events(store, request)
        assert (row(store, waiting)["status"], row(store, waiting)["code"]) == ("cancelled", "suppressed")
        kept = store.rows("SELECT basis, address FROM suppression")
        assert {"basis": "unsubscribed", "address": "ann@example.com"} in kept

    def test_each_time_is_written_down(self, client, store):
        (request,) = sent(store, channel=Channel.EMAIL, email="ann@example.com")
        for _ in range(2):
            client.post(path(store, request, "u"))
        assert kinds(store) == ["unsubscribe", "unsubscribe"]

    def test_who_was_allowed_again_can_leave_again_by_the_same_mail(self, client, store, clock):
        (request,) = sent(store, channel=Channel.EMAIL, email="ann@example.com")
        for _ in range(2):
            client.post(path(store, request, "u"))
            fold(store)
            with store.transaction() as work:
                assert lift(work, "ann@example.com", None, "console", "She asked", "Sam", NOW)
            clock.forward(hours=1)

    def test_an_email_carries_both_headers_and_a_foot(self, store):
        ask(store, channel=Channel.EMAIL)
        drain(engine(store, connector := Scripted(), Clock()))
        (message,) = connector.sent
        assert message.unsubscribe.startswith("https://ask.example.com/u/")
        assert "1 Main Street" in message.body
        assert message.unsubscribe in message.body

    def test_a_store_that_is_away_is_said(self):
        def away():
            raise StoreUnavailable("away")

        client = TestClient(Starlette(routes=[unsubscribe_route(away, "Shop", Clock())]))
        assert client.post("/u/1-abcdefgh").status_code == 503


@given(st.integers(1, 2**62), st.text("abcXYZ019", min_size=1, max_size=12))
def test_a_code_says_the_same_message_again(id, token):
    assert decode(code(id, token)) == (id, token)
    assert link("https://x.example", token, id) == f"https://x.example/r/{code(id, token)}"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_at_all_upsets_the_decoder_or_the_classifier(text):
    found = decode(text)
    assert found is None or found[0] > 0
    assert is_machine(text) in (True, False)
