"""What Meta reports and people answer: read, proven, or refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Forged, Hook, Reply, Scope
from connectors.meta import REFERENCE, SIGNATURE, challenge
from tests.connectors.meta_standin import NUMBER_ID, lone, signed, signed_body
from tests.connectors.standins import NOW, can_be_kept
from tests.connectors.test_meta import connector
from tests.connectors.test_sendgrid import GARBAGE, JSON


class TestReports:
    @pytest.mark.parametrize(
        ("status", "word"), [("sent", "accepted"), ("delivered", "delivered"), ("read", "read"), ("played", "read")]
    )
    def test_statuses_in_the_houses_words(self, status, word):
        (report,) = connector().reports(signed(lone(status)))
        assert (report.event, report.happened_at, report.provider_id) == (word, NOW, "wamid.m")

    def test_keys_tell_repeats_and_not_whom_they_are_of(self):
        """Meta's ids hold the number, and keys stay when a person is forgotten."""
        one, other, again = connector().reports(signed(lone("sent"), lone("delivered"), lone("sent")))
        assert one.key == again.key != other.key
        stopped = {"wa_id": "12024000001", "value": "stop", "timestamp": "1772470800"}
        told = [one, *connector().reports(written(letter(), user_preferences=[stopped]))]
        assert len(told) == 3
        assert not any("wamid" in said.key or "12024000001" in said.key for said in told)

    @pytest.mark.parametrize(
        ("code", "word", "suppress", "alert"),
        [
            (131026, "undelivered", False, False),
            (131050, "undelivered", True, False),
            (131049, "undelivered", False, False),
            (131000, "undelivered", False, False),
            (132015, "failed", False, False),
            (131047, "failed", False, False),
            (131042, "failed", False, True),
            (7777, "failed", False, True),
        ],
    )
    def test_the_code_decides_what_a_failure_means(self, code, word, suppress, alert):
        (report,) = connector().reports(signed(lone("failed", errors=[{"code": code, "title": "Title"}])))
        assert (report.event, report.code, report.suppress, report.alert) == (word, str(code), suppress, alert)
        assert (report.halt and report.halt.scope) == {132015: Scope.TEMPLATE, 131042: Scope.CHANNEL}.get(code)
        assert report.reason

    def test_a_failure_without_a_reason_is_failed_and_looked_at(self):
        (report,) = connector().reports(signed(lone("failed")))
        assert (report.event, report.alert) == ("failed", True)

    def test_many_statuses_travel_together_and_others_are_passed_over(self):
        foreign = {key: value for key, value in lone("read").items() if key != REFERENCE}
        hook = signed(lone("sent"), {**foreign, "id": None}, lone("deleted"), lone("read"))
        assert [report.event for report in connector().reports(hook)] == ["accepted", "read"]

    def test_a_status_without_our_reference_is_of_the_message_that_meta_names(self):
        nameless = {key: value for key, value in lone("delivered").items() if key != REFERENCE}
        (report,) = connector().reports(signed(nameless))
        assert (report.reference, report.provider_id, report.event) == ("", "wamid.m", "delivered")

    def test_other_fields_say_nothing(self):
        changes = [{"field": "account_update", "value": {}}]
        assert connector().reports(signed_body(json.dumps({"entry": [{"changes": changes}]}))) == []


def written(*messages, number: str = NUMBER_ID, beside=(), **more) -> Hook:
    """`beside` are other changes, `more` is in the same one."""
    value = {"metadata": {"phone_number_id": number}, "messages": messages, **more}
    changes = [*beside, {"field": "messages", "value": value}]
    return signed_body(json.dumps({"entry": [{"changes": changes}]}))


def letter(kind: str = "text", content=None, **more) -> dict:
    content = {"body": "Great"} if content is None else content
    stamp = str(int(NOW.timestamp()))
    return {"from": "12024000001", "id": "wamid.in", "timestamp": stamp, "type": kind, kind: content, **more}


class TestReplies:
    def test_a_text_comes_with_number_and_time(self):
        (reply,) = connector().reports(written(letter()))
        assert reply == Reply("whatsapp", "+12024000001", "Great", NOW, reply.key)

    def test_who_is_known_by_an_older_number_is_who_was_asked(self):
        (reply,) = connector().reports(written({**letter(), "from": "5215512345678"}))
        assert reply.address == "+525512345678"

    def test_a_button_says_what_stands_on_it(self):
        (said,) = connector().reports(written(letter("button", {"text": "Stop", "payload": "x"})))
        assert (said.text, said.keyword) == ("Stop", "stop")

    @pytest.mark.parametrize(
        ("kind", "content", "text"),
        [
            ("image", {"id": "1", "caption": "STOP"}, "STOP"),
            ("document", {"id": "1", "caption": "Never write\nagain"}, "Never write again"),
            ("interactive", {"type": "button_reply", "button_reply": {"id": "x", "title": "STOP"}}, "STOP"),
            ("interactive", {"type": "list_reply", "list_reply": {"id": "x", "title": "Later"}}, "Later"),
            ("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}, "(a message without words)"),
            ("image", {"id": "1"}, "(a picture)"),
            ("audio", {"id": "1"}, "(a voice message)"),
            ("location", {"latitude": 1}, "(a place)"),
            ("contacts", [], "(a contact)"),
            ("unsupported", None, "(a message without words)"),
        ],
    )
    def test_what_is_no_text_is_an_answer_too(self, kind, content, text):
        (said,) = connector().reports(written({**letter(kind, {}), kind: content}))
        assert said.text == text
        assert said.keyword == ("stop" if text == "STOP" else None)

    @pytest.mark.parametrize("kind", ["reaction", "system", "request_welcome"])
    def test_what_is_no_answer_says_nothing(self, kind):
        assert connector().reports(written(letter(kind, {"emoji": "👎"}))) == []

    @pytest.mark.parametrize("hidden", [{"from": "US.13491208655302741918"}, {"from": None}])
    def test_who_hides_their_number_is_known_by_the_message_they_answer(self, hidden):
        button = letter("button", {"text": "Stop"}, context={"id": "wamid.m"}, **hidden)
        (said,) = connector().reports(written(button))
        assert (said.address, said.about, said.keyword) == ("", "wamid.m", "stop")

    @pytest.mark.parametrize("context", [{}, {"context": {"forwarded": True}}, {"context": {"id": None}}])
    def test_who_hides_their_number_and_answers_nothing_is_nobody(self, context):
        assert connector().reports(written(letter(**{"from": "US.13491208655302741918"}, **context))) == []

    def test_other_numbers_of_the_account_say_nothing(self):
        assert connector().reports(written(letter(), number="999")) == []


ODD = [None, "text", 5, {}, {"value": None}, {"value": "text"}, {"value": {"metadata": None, "statuses": []}}]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_change_takes_no_stop_beside_it_along(odd):
    (said,) = connector().reports(written(letter(content={"body": "STOP"}), beside=[odd]))
    assert said.keyword == "stop"


@pytest.mark.parametrize("odd", [None, "text", 5, {"id": 1}, [None]], ids=str)
@pytest.mark.parametrize("name", ["statuses", "user_preferences"])
def test_nor_does_an_odd_part_of_the_same_change(name, odd):
    (said,) = connector().reports(written(letter(content={"body": "STOP"}), **{name: odd}))
    assert said.keyword == "stop"


def test_nor_an_odd_entry():
    whole = json.loads(written(letter(content={"body": "STOP"})).body)
    odd = [None, "text", {}, {"changes": None}]
    (said,) = connector().reports(signed_body(json.dumps({"entry": [*odd, *whole["entry"]]})))
    assert said.keyword == "stop"


def test_who_stops_marketing_messages_with_whatsapps_own_button_says_stop():
    stopped = {
        "wa_id": "12024000001", "detail": "User requested to stop marketing messages",
        "category": "marketing_messages", "value": "stop", "timestamp": int(NOW.timestamp()),
    }  # fmt: skip
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "user_preferences": [stopped, {**stopped, "value": "resume"}]}
    changes = [{"field": "user_preferences", "value": value}]
    (said,) = connector().reports(signed_body(json.dumps({"entry": [{"changes": changes}]})))
    assert (said.address, said.keyword, said.happened_at) == ("+12024000001", "stop", NOW)
    assert said.text == stopped["detail"]


GIVEN = {"hub.mode": "subscribe", "hub.verify_token": "tök", "hub.challenge": "123"}


class TestChallenge:
    def test_is_answered_to_who_knows_the_token(self):
        assert challenge(GIVEN, "tök") == "123"

    @pytest.mark.parametrize("change", [{"hub.mode": "x"}, {"hub.verify_token": "x"}, {"hub.verify_token": "\ud800"}])
    def test_is_not_answered_to_others(self, change):
        assert challenge({**GIVEN, **change}, "tök") is None
        assert challenge({}, "tök") is None


@given(st.text(), st.text())
def test_whatever_is_not_signed_is_forged(body, signature):
    with pytest.raises(Forged):
        connector().verify(Hook("", {SIGNATURE: signature}, body))


@given(st.text(st.characters(codec="utf-8")) | JSON.map(json.dumps))
def test_a_signed_body_without_entries_is_garbage(body):
    with pytest.raises(GARBAGE):
        connector().reports(signed_body(body))


def test_a_signed_body_nested_without_end_is_garbage():
    with pytest.raises(ValueError):
        connector().reports(signed_body('{"entry":' * 200_000))


STATUS = st.fixed_dictionaries(
    {
        "id": st.text() | JSON,
        "status": st.sampled_from(["failed", "read", "sent", "deleted"]) | JSON,
        "timestamp": st.just("1772452800") | JSON,
        REFERENCE: st.text() | JSON,
    },
    optional={"errors": JSON | st.lists(st.fixed_dictionaries({"code": JSON}, optional={"title": JSON}), max_size=2)},
)


@given(JSON | STATUS)
def test_whatever_is_rightly_signed_is_read_or_garbage(status):
    try:
        reports = connector().reports(signed(status))
    except GARBAGE:
        return
    assert all(can_be_kept(report) for report in reports)


LETTERS = st.fixed_dictionaries(
    {
        "from": st.just("12024000001") | JSON,
        "id": st.text() | JSON,
        "timestamp": st.just("1772452800") | JSON,
        "type": st.sampled_from(["text", "button", "image", "audio", "interactive"]) | JSON,
        "image": st.fixed_dictionaries({"caption": st.text() | JSON}) | JSON,
        "interactive": st.fixed_dictionaries({"type": st.just("list_reply") | JSON, "list_reply": JSON}) | JSON,
        "context": st.fixed_dictionaries({"id": st.text() | JSON}) | JSON,
        "text": st.fixed_dictionaries({"body": st.text() | JSON}) | JSON,
    }
)


@given(JSON | LETTERS)
def test_whatever_people_write_is_read_or_garbage(message):
    try:
        replies = connector().reports(written(message))
    except GARBAGE:
        return
    assert all(reply.text.isprintable() and reply.key.isprintable() for reply in replies)
