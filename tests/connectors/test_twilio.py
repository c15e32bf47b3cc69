"""What only Twilio does."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import codes as codes_module
from connectors.codes import table
from connectors.contract import CannotTell, Fault, Found, NoAnswer, Refused, Scope, TryLater
from connectors.twilio import Account, Twilio
from tests.connectors.standins import NOW, answers, example, held
from tests.connectors.twilio_standin import HOOKS, SENDER, SID, TOKEN, TwilioStandIn

SERVICE = "MG" + "2" * 32


@pytest.fixture
def standin(enter):
    return enter(TwilioStandIn())


def connector(session=None, url="", sender=None, **account) -> Twilio:
    sender = sender or {"sms": SENDER, "whatsapp": SENDER}
    return Twilio(session, Account(SID, TOKEN, **account), sender, HOOKS, lambda: NOW, api=url)


@pytest.fixture
def twilio(session, standin):
    return connector(session, standin.url)


class TestSending:
    def test_a_text_goes_from_the_number_and_asks_for_reports_at_an_address_with_our_reference(
        self, run, twilio, standin
    ):
        run(twilio.send(example("1-a&b=c d")))
        (sent,) = standin.accepted
        assert (sent["To"], sent["From"]) == ("+12024000001", SENDER)
        assert sent["Body"].startswith("Hi Ann")
        assert parse_qs(urlsplit(sent["StatusCallback"]).query) == {"reference": ["1-a&b=c d"]}
        assert sent["StatusCallback"].startswith(HOOKS + "?")

    def test_what_twilio_says_of_trouble_is_told_in_its_newer_form_too(self, run, twilio, standin):
        problem = {"type": "x", "title": "Body was refused", "detail": "It is odd", "status": 400, "code": 29999}
        standin.next_answers = [answers(400, problem), answers(400, {**problem, "detail": None})]
        assert [run(twilio.send(example())).reason for _ in range(2)] == [
            "Body was refused: It is odd",
            "Body was refused",
        ]

    def test_where_no_hook_can_come_no_report_is_asked_for_since_twilio_would_refuse_the_message(
        self, run, session, standin
    ):
        local = "http://127.0.0.1:8501/hooks/twilio"
        run(Twilio(session, Account(SID, TOKEN), {"sms": SENDER}, local, lambda: NOW, api=standin.url).send(example()))
        assert "StatusCallback" not in standin.accepted[0]

    def test_whatsapp_addresses_say_so(self, run, twilio, standin):
        run(twilio.send(example(channel="whatsapp")))
        assert (standin.accepted[0]["To"], standin.accepted[0]["From"]) == (
            "whatsapp:+12024000001",
            f"whatsapp:{SENDER}",
        )

    def test_a_template_goes_as_its_content_with_variables_as_json(self, run, twilio, standin):
        message = replace(example(channel="whatsapp"), content_id="HX1", variables={"1": "Änn", "2": "x"})
        run(twilio.send(message))
        (sent,) = standin.accepted
        assert sent["ContentSid"] == "HX1"
        assert json.loads(sent["ContentVariables"]) == {"1": "Änn", "2": "x"}
        assert "Body" not in sent

    def test_a_messaging_service_chooses_the_number_itself(self, run, session, standin):
        run(connector(session, standin.url, {"sms": SERVICE}).send(example()))
        assert standin.accepted[0]["MessagingServiceSid"] == SERVICE
        assert "From" not in standin.accepted[0]

    def test_an_api_key_is_used_in_place_of_the_token(self, run, session, standin):
        account = Account(SID, TOKEN, "SK1", "secret")
        run(Twilio(session, account, {"sms": SENDER}, HOOKS, lambda: NOW, api=standin.url).send(example()))
        assert standin.seen[0].headers["Authorization"] == "Basic U0sxOnNlY3JldA=="

    def test_a_message_that_failed_at_once_is_refused_since_no_hook_will_tell(self, run, twilio, standin):
        standin.next_answers = [answers(201, {"sid": "SM1", "status": "failed", "error_code": 30006})]
        outcome = run(twilio.send(example()))
        assert (outcome.fault, outcome.code) == (Fault.UNDELIVERED, "30006")

    @pytest.mark.parametrize(
        ("code", "status", "expected"),
        [
            (21211, 400, Refused(Fault.UNDELIVERED, "21211", "The number is not valid")),
            (21610, 400, Refused(Fault.UNDELIVERED, "21610", "The recipient opted out", suppress=True)),
            (21617, 400, Refused(Fault.FAILED, "21617", "The message is too long")),
            (21654, 400, held("The content template does not exist at Twilio (21654)")),
            (30450, 400, Refused(Fault.UNDELIVERED, "30450", "Held back as suspected SMS pumping", alert=True)),
            (99999, 400, Refused(Fault.FAILED, "99999", "What Twilio says", alert=True)),
            (
                20003,
                401,
                TryLater(
                    timedelta(hours=1),
                    Scope.CHANNEL,
                    "Twilio does not accept the account or its key",
                    needs_person=True,
                ),
            ),
            (
                21408,
                400,
                TryLater(
                    timedelta(hours=1),
                    Scope.COUNTRY,
                    "Sending to this country is not switched on in the Twilio account",
                    needs_person=True,
                ),
            ),
            (21611, 400, TryLater(timedelta(hours=1), Scope.SENDER, "The sender's queue at Twilio is full")),
            (63017, 400, TryLater(timedelta(minutes=1), Scope.SENDER, "WhatsApp asks to send more slowly")),
            (63009, 400, TryLater(timedelta(minutes=1), Scope.MESSAGE, "WhatsApp had trouble", tries=2)),
            (20500, 400, NoAnswer("Twilio had trouble while answering")),
        ],
    )
    def test_each_class_of_error(self, run, twilio, standin, code, status, expected):
        standin.next_answers = [answers(status, {"code": code, "message": "What Twilio says", "status": status})]
        assert run(twilio.send(example())) == expected


class TestLookup:
    def test_the_link_in_the_text_is_the_proof(self, run, twilio, standin):
        accepted = run(twilio.send(example("7-abcdefgh")))
        run(twilio.send(example("8-ijklmnop")))
        assert run(twilio.lookup(example("7-abcdefgh"))) == Found(accepted.provider_id)

    def test_without_a_link_nothing_is_proven(self, run, twilio, standin):
        message = replace(example(), body="Hi Ann")
        run(twilio.send(message))
        assert run(twilio.lookup(message)) == CannotTell()
        assert len(standin.seen) == 1

    def test_two_that_match_another_sender_another_recipient_prove_nothing(self, run, twilio, standin):
        run(twilio.send(example()))
        standin.accepted *= 2
        assert run(twilio.lookup(example())) == CannotTell()
        standin.accepted = [{**standin.accepted[0], "From": "+12020000000"}]
        assert run(twilio.lookup(example())) == CannotTell()
        listed = {"sid": "SM1", "to": "+12020000000", "from": SENDER, "body": example().body}
        standin.next_answers = [answers(200, {"messages": [listed]})]
        assert run(twilio.lookup(example())) == CannotTell()

    @pytest.mark.parametrize(
        "trick",
        [
            answers(500),
            answers(401),
            answers(429),
            answers(200, text="<html>"),
            answers(200, {"messages": 5}),
            answers(200, {"messages": [None, 5, {}, {"sid": 5}]}),
        ],
    )
    def test_trouble_proves_nothing(self, run, twilio, standin, trick):
        standin.next_answers = [trick]
        assert run(twilio.lookup(example())) == CannotTell()


def test_a_full_queue_is_told_from_a_rate_that_was_exceeded(run, twilio, standin):
    standin.next_answers = [answers(429, {"code": code}, Retry_After="20") for code in (21611, 20429)]
    waits = [run(twilio.send(example())).after for _ in range(2)]
    assert waits == [timedelta(hours=1), timedelta(seconds=20)]


def test_every_row_of_every_table_is_complete():
    for provider in ("twilio", "sendgrid", "meta"):
        codes = table(provider)
        assert "no such code" not in codes
        path = Path(codes_module.__file__).with_name(f"{provider}_codes.csv")
        for row in csv.DictReader(path.read_text().splitlines()):
            found = codes.meaning(row["code"].partition("-")[0], "Said")
            assert found.kind == row["class"]
            assert found.kind in {"T", "TP", "U", "US", "UN", "UA", "F", "FA", "FT", "C", "Cc", "A", "H", "HA"}
            assert found.words[0].isupper()
            assert not found.words.endswith(".")
