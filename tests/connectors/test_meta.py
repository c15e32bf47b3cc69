"""What only Meta's Cloud API does."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Accepted, Fault, Forged, Hook, NoAnswer, Refused, Reply, Scope, TryLater
from connectors.meta import REFERENCE, SIGNATURE, Meta, challenge
from tests.connectors.meta_standin import NUMBER_ID, SECRET, TOKEN, MetaStandIn, error, lone, signed, signed_body
from tests.connectors.standins import NOW, answers, can_be_kept, example, held
from tests.connectors.test_sendgrid import GARBAGE, JSON

MESSAGE = example(channel="whatsapp")


@pytest.fixture
def standin(enter):
    return enter(MetaStandIn())


def connector(session=None, url="") -> Meta:
    return Meta(session, TOKEN, NUMBER_ID, SECRET, lambda: NOW, api=url)


@pytest.fixture
def meta(session, standin):
    return connector(session, standin.url)


class TestSending:
    def test_a_text_carries_our_reference(self, run, meta, standin):
        run(meta.send(MESSAGE))
        (sent,) = standin.accepted
        assert sent.pop("id")
        assert sent == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+12024000001",
            "type": "text",
            "text": {"preview_url": True, "body": MESSAGE.body},
            REFERENCE: "1-abcdefgh",
        }

    @pytest.mark.parametrize(
        ("variables", "parameters"),
        [
            ({"10": "j", "2": "b", "1": "a"}, [{"text": "a"}, {"text": "b"}, {"text": "j"}]),
            ({"name": "Ann"}, [{"parameter_name": "name", "text": "Ann"}]),
        ],
    )
    def test_a_template_is_filled_in_by_number_or_by_name(self, run, meta, standin, variables, parameters):
        run(meta.send(replace(MESSAGE, content_id="ask", variables=variables, language="de")))
        (sent,) = standin.accepted
        assert sent["type"] == "template"
        assert sent["template"]["name"] == "ask"
        assert sent["template"]["language"] == {"policy": "deterministic", "code": "de"}
        (body,) = sent["template"]["components"]
        assert body == {"type": "body", "parameters": [{"type": "text", **one} for one in parameters]}

    def test_a_template_without_variables_has_no_parts(self, run, meta, standin):
        run(meta.send(replace(MESSAGE, content_id="ask")))
        assert "components" not in standin.accepted[0]["template"]

    def test_a_message_that_meta_holds_back_for_a_look_is_accepted(self, run, meta, standin):
        checked = {"messages": [{"id": "wamid.1", "message_status": "held_for_quality_assessment"}]}
        standin.next_answers = [answers(200, checked)]
        assert run(meta.send(MESSAGE)) == Accepted("wamid.1")

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (131026, Refused(Fault.UNDELIVERED, "131026", "The number cannot get WhatsApp messages")),
            (131050, Refused(Fault.UNDELIVERED, "131050", "The recipient stopped marketing messages", suppress=True)),
            (132001, held("The template does not exist in this language (132001)")),
            (132008, held("The template's variables do not fit (132008)")),
            (132012, held("The template's variables do not fit (132012)")),
            (132005, Refused(Fault.FAILED, "132005", "The template's text gets too long", alert=True)),
            (100, Refused(Fault.FAILED, "100", "What Meta says")),
            (7777, Refused(Fault.FAILED, "7777", "What Meta says", alert=True)),
            (131056, TryLater(timedelta(seconds=10), Scope.MESSAGE, "Too many messages to the same person at once")),
            (130429, TryLater(timedelta(seconds=30), Scope.CHANNEL, "Meta asks to send more slowly")),
            (
                250,
                TryLater(
                    timedelta(hours=1), Scope.CHANNEL, "The key may not send WhatsApp messages", needs_person=True
                ),
            ),
            (
                130497,
                TryLater(
                    timedelta(hours=1),
                    Scope.COUNTRY,
                    "Meta does not let this account write to this country",
                    needs_person=True,
                ),
            ),
        ],
    )
    @pytest.mark.parametrize("status", [400, 403, 404])
    def test_the_code_decides_whatever_the_http_status(self, run, meta, standin, code, status, expected):
        standin.next_answers = [answers(status, error(code, "(#1) x", error_data={"details": "What Meta says"}))]
        if code == 7777 and status != 400:
            assert run(meta.send(MESSAGE)).needs_person
        else:
            assert run(meta.send(MESSAGE)) == expected

    @pytest.mark.parametrize("code", [2, 131000, 131016, 131057, 131056, 130429])
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_known_code_decides_even_where_the_status_says_slow_down_or_trouble(
        self, run, meta, standin, code, status
    ):
        standin.next_answers = [answers(each, error(code)) for each in (400, status)]
        assert run(meta.send(MESSAGE)) == run(meta.send(MESSAGE))

    def test_a_wait_that_meta_asks_for_is_kept(self, run, meta, standin):
        standin.next_answers = [answers(429, error(131056), Retry_After="90")]
        later = run(meta.send(MESSAGE))
        assert (later.scope, later.after) == (Scope.MESSAGE, timedelta(seconds=90))

    @pytest.mark.parametrize("body", [error(7777), {"error": "x"}, {}, [1]], ids=str)
    def test_else_the_status_does(self, run, meta, standin, body):
        standin.next_answers = [answers(status, body) for status in (429, 500)]
        assert run(meta.send(MESSAGE)).scope is Scope.CHANNEL
        assert isinstance(run(meta.send(MESSAGE)), NoAnswer)


class TestReports:
    @pytest.mark.parametrize(
        ("status", "word"), [("sent", "accepted"), ("delivered", "delivered"), ("read", "read"), ("played", "read")]
    )
    def test_statuses_in_the_houses_words(self, status, word):
        (report,) = connector().reports(signed(lone(status)))
        assert (report.event, report.happened_at, report.key, report.provider_id) == (
            word,
            NOW,
            f"{status} wamid.m",
            "wamid.m",
        )

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
        hook = signed(lone("sent"), foreign, lone("deleted"), lone("read"))
        assert [report.event for report in connector().reports(hook)] == ["accepted", "read"]

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
        assert connector().reports(written(letter())) == [
            Reply("whatsapp", "+12024000001", "Great", NOW, "reply wamid.in")
        ]

    def test_who_is_known_by_an_older_number_is_who_was_asked(self):
        (reply,) = connector().reports(written({**letter(), "from": "5215512345678"}))
        assert reply.address == "+525512345678"

    def test_a_button_says_what_stands_on_it(self):
        (said,) = connector().reports(written(letter("button", {"text": "Stop", "payload": "x"})))
        assert (said.text, said.keyword) == ("Stop", "stop")

    def test_pictures_hidden_numbers_and_other_numbers_of_the_account_say_nothing(self):
        hidden = letter(**{"from": "US.13491208655302741918"})
        assert connector().reports(written(letter("image", {"id": "1"}), hidden)) == []
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
        "type": st.sampled_from(["text", "button", "image"]) | JSON,
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
