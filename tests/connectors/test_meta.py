"""What only Meta's Cloud API does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Accepted, Fault, NoAnswer, Refused, Scope, TryLater
from connectors.meta import REFERENCE, Meta
from tests.connectors.meta_standin import NUMBER_ID, SECRET, TOKEN, MetaStandIn, error
from tests.connectors.standins import NOW, answers, example, held

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

    @pytest.mark.parametrize(
        ("status", "words", "alert"),
        [
            ("held_for_quality_assessment", "holds it back", False),
            ("paused", "has paused it", True),
        ],
    )
    def test_a_message_that_meta_holds_back_is_accepted_and_says_so(self, run, meta, standin, status, words, alert):
        standin.next_answers = [answers(200, {"messages": [{"id": "wamid.1", "message_status": status}]})]
        taken = run(meta.send(MESSAGE))
        assert (taken.provider_id, taken.code, taken.alert) == ("wamid.1", status, alert)
        assert words in taken.reason

    @pytest.mark.parametrize("status", ["accepted", "something new", None, 5])
    def test_any_other_is_on_its_way(self, run, meta, standin, status):
        standin.next_answers = [answers(200, {"messages": [{"id": "wamid.1", "message_status": status}]})]
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
