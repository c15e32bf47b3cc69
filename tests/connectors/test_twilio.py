"""What only Twilio does."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import codes as codes_module
from connectors.codes import table
from connectors.contract import CannotTell, Fault, Forged, Found, Hook, NoAnswer, Refused, Reply, Scope, TryLater
from connectors.incoming import LETTER
from connectors.twilio import INBOUND, Account, Twilio
from tests.connectors.standins import NOW, answers, can_be_kept, example, held
from tests.connectors.twilio_standin import HOOKS, SENDER, SID, TOKEN, TwilioStandIn, signed

SERVICE = "MG" + "2" * 32
URL = f"{HOOKS}?reference=1-abcdefgh"


@pytest.fixture
def standin(enter):
    return enter(TwilioStandIn())


def connector(session=None, url="", sender=None) -> Twilio:
    sender = sender or {"sms": SENDER, "whatsapp": SENDER}
    return Twilio(session, Account(SID, TOKEN), sender, HOOKS, lambda: NOW, api=url)


@pytest.fixture
def twilio(session, standin):
    return connector(session, standin.url)


def callback(status: str, **more: str) -> Hook:
    return signed(URL, urlencode({"MessageSid": "SM1", "MessageStatus": status, "To": "+12024000001", **more}))


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


class TestReports:
    @pytest.mark.parametrize("status", ["accepted", "queued", "sending", "sent", "partially_delivered", "scheduled"])
    def test_all_steps_until_it_is_sent_are_one_fact(self, status):
        (report,) = connector().reports(callback(status))
        assert (report.event, report.key, report.provider_id) == ("accepted", "twilio accepted SM1", "SM1")

    def test_when_it_was_received_is_when_it_happened(self):
        earlier = NOW - timedelta(hours=3)
        assert connector().reports(replace(callback("delivered"), received_at=earlier))[0].happened_at == earlier
        assert connector().reports(callback("delivered"))[0].happened_at == NOW

    @pytest.mark.parametrize(
        ("status", "code", "event", "suppress", "alert"),
        [
            ("undelivered", "30003", "undelivered", False, False),
            ("failed", "30006", "undelivered", False, False),  # Twilio's "failed" is the recipient's trouble here
            ("undelivered", "30007", "failed", False, True),  # and its "undelivered" the content's
            ("failed", "21610", "undelivered", True, False),
            ("failed", "30034", "failed", False, True),
            ("undelivered", "30017", "undelivered", False, False),
            ("failed", "63049", "undelivered", False, False),
            ("failed", "12345", "failed", False, True),
        ],
    )
    def test_the_code_decides_what_a_failure_means(self, status, code, event, suppress, alert):
        (report,) = connector().reports(callback(status, ErrorCode=code))
        assert (report.event, report.code, report.suppress, report.alert) == (event, code, suppress, alert)
        assert report.reason

    def test_a_failure_without_a_code_still_has_a_reason(self):
        reports = [connector().reports(callback(status))[0] for status in ("undelivered", "failed", "canceled")]
        assert [(report.event, bool(report.reason)) for report in reports] == [
            ("undelivered", True), ("failed", True), ("failed", True),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "hook",
        [
            callback("received"),
            callback(""),
            signed(HOOKS, urlencode({"MessageSid": "SM1", "MessageStatus": "delivered"})),
            signed(URL, urlencode({"Body": "STOP", "From": "12345", "MessageSid": "SM1"})),
            signed(URL, urlencode({"Body": "STOP", "From": "+12024000001"})),
            signed(URL, urlencode({"From": "+12024000001", "MessageSid": "SM1"})),
        ],
    )
    def test_what_is_no_status_of_ours_says_nothing(self, hook):
        assert connector().reports(hook) == []

    def test_fields_that_twilio_adds_later_do_not_matter(self):
        assert connector().reports(callback("delivered", Newness="é ü", Empty=""))[0].event == "delivered"

    @pytest.mark.parametrize(
        "url",
        [
            URL.replace("https://ask.example.com", "http://127.0.0.1:8501"),
            URL.replace("ask.example.com", "ask.example.com.evil.example"),
            URL.replace("/hooks/twilio", "/hooks/twilio/other"),
        ],
    )
    def test_a_signature_for_an_address_that_is_not_ours_is_forged(self, url):
        with pytest.raises(Forged):
            connector().reports(signed(url, urlencode({"MessageStatus": "delivered"})))

    def test_a_signature_for_one_address_does_not_hold_for_the_other(self):
        hook = callback("delivered")
        with pytest.raises(Forged):
            connector().reports(replace(hook, url=hook.url.replace(HOOKS, HOOKS + INBOUND)))

    def test_a_form_without_an_end_is_forged_before_it_is_read(self):
        with pytest.raises(Forged):
            connector().reports(signed(URL, "&".join(f"a{n}=1" for n in range(5000))))

    def test_another_accounts_signature_is_forged(self):
        with pytest.raises(Forged):
            connector().reports(signed(URL, "MessageStatus=delivered", token="other"))


def reply(**more: str) -> Hook:
    form = {"MessageSid": "SM9", "From": "+12024000001", "To": SENDER, "SmsStatus": "received", **more}
    return signed(HOOKS + INBOUND, urlencode(form))


class TestReplies:
    def test_what_a_person_writes_comes_with_their_number_and_when_it_was_received(self):
        hook = replace(reply(Body="Great!\nThanks"), received_at=NOW - timedelta(hours=1))
        (said,) = connector().reports(hook)
        assert said == Reply("sms", "+12024000001", "Great! Thanks", NOW - timedelta(hours=1), "reply SM9")

    def test_whatsapp_is_told_from_sms(self):
        (said,) = connector().reports(reply(From="whatsapp:+12024000001", Body="x"))
        assert (said.channel, said.address) == ("whatsapp", "+12024000001")

    @pytest.mark.parametrize(
        ("body", "told", "keyword"),
        [
            (" Stop\n", "", "stop"),
            ("unsubscribe", "", "stop"),
            ("Please stop", "", None),
            ("stop", "START", "start"),
            ("arrêt", "STOP", "stop"),
            ("yes", "", "start"),
            ("INFO", "", "help"),
            ("", "", None),
        ],
    )
    def test_the_word_of_twilio_counts_before_the_persons(self, body, told, keyword):
        (said,) = connector().reports(reply(Body=body, **({"OptOutType": told} if told else {})))
        assert said.keyword == keyword

    def test_a_reply_has_an_end(self):
        assert len(connector().reports(reply(Body="x" * 50_000))[0].text) == LETTER


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


@given(st.text(), st.text(), st.text())
def test_whatever_is_not_signed_is_forged(query, body, signature):
    with pytest.raises(Forged):
        connector().reports(Hook(f"{HOOKS}?{query}", {"X-Twilio-Signature": signature}, body))


@given(
    st.dictionaries(
        st.sampled_from(["MessageSid", "MessageStatus", "ErrorCode", "ChannelStatusMessage", "X"]),
        st.text(st.characters(codec="utf-8")) | st.sampled_from(["failed", "delivered", "30003", "undelivered"]),
    ),
    st.text(st.characters(codec="utf-8")),
)
def test_whatever_is_rightly_signed_is_read_without_an_exception(form, reference):
    url = f"{HOOKS}?{urlencode({'reference': reference})}"
    for report in connector().reports(signed(url, urlencode(form))):
        assert report.reference == reference
        assert report.event in {"accepted", "delivered", "read", "undelivered", "failed"}
        assert can_be_kept(report)


@given(st.text(st.characters(codec="utf-8")))
def test_a_signed_body_that_is_no_form_says_nothing(body):
    connector().reports(signed(URL, body))


def test_every_row_of_every_table_is_complete():
    for provider in ("twilio", "sendgrid", "meta"):
        codes = table(provider)
        assert "no such code" not in codes
        path = Path(codes_module.__file__).with_name(f"{provider}_codes.csv")
        for row in csv.DictReader(path.read_text().splitlines()):
            found = codes.meaning(row["code"].partition("-")[0], "Said")
            assert found.kind == row["class"]
            assert found.kind in {"T", "TP", "U", "US", "UA", "F", "FA", "FT", "C", "Cc", "A"}
            assert found.words[0].isupper()
            assert not found.words.endswith(".")
