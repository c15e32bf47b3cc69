"""What Twilio reports and people answer: read, proven, or refused."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Forged, Hook, Reply
from connectors.incoming import LETTER
from connectors.twilio import INBOUND
from tests.connectors.standins import NOW, can_be_kept
from tests.connectors.test_twilio import connector
from tests.connectors.twilio_standin import HOOKS, SENDER, TOKEN, signed

URL = f"{HOOKS}?reference=1-abcdefgh"


def callback(status: str, **more: str) -> Hook:
    return signed(URL, urlencode({"MessageSid": "SM1", "MessageStatus": status, "To": "+12024000001", **more}))


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
            connector().verify(signed(url, urlencode({"MessageStatus": "delivered"})))

    def test_an_account_with_a_shared_key_is_proven_by_it_alone(self):
        body = urlencode({"MessageSid": "SM1", "MessageStatus": "delivered"})
        shared = signed(URL, body, "shared", "HMAC_SHA256")
        connector(hook_key="shared").verify(shared)
        assert {name.lower() for name in connector(hook_key="shared").signature_headers} == set(shared.headers)
        by_token = [signed(URL, body), signed(URL, body, TOKEN, "HMAC_SHA256")]
        for hook in [signed(URL, body, "shared"), signed(URL, body, "shared", "HMAC_SHA1"), *by_token]:
            with pytest.raises(Forged):
                connector(hook_key="shared").verify(hook)
        for hook in [shared, by_token[1]]:
            with pytest.raises(Forged):
                connector().verify(hook)

    def test_a_signature_for_one_address_does_not_hold_for_the_other(self):
        hook = callback("delivered")
        with pytest.raises(Forged):
            connector().verify(replace(hook, url=hook.url.replace(HOOKS, HOOKS + INBOUND)))

    def test_a_form_without_an_end_is_forged_before_it_is_read(self):
        with pytest.raises(Forged):
            connector().verify(signed(URL, "&".join(f"a{n}=1" for n in range(5000))))

    def test_another_accounts_signature_is_forged(self):
        with pytest.raises(Forged):
            connector().verify(signed(URL, "MessageStatus=delivered", token="other"))


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

    def test_what_an_rcs_sender_hands_on_counts_as_sms(self):
        (said,) = connector().reports(reply(From="rcs:+12024000001", To="rcs:shop_agent", Body="STOP"))
        assert (said.channel, said.address, said.keyword) == ("sms", "+12024000001", "stop")

    @pytest.mark.parametrize(
        ("body", "told", "keyword"),
        [
            (" Stop\n", "", "stop"),
            ("unsubscribe", "", "stop"),
            ("Stop it", "", None),
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

    @pytest.mark.parametrize(("told", "answered"), [("HELP", True), ("help", True), ("STOP", True), ("", False)])
    def test_what_twilio_names_it_has_answered(self, told, answered):
        (said,) = connector().reports(reply(Body="HELP", **({"OptOutType": told} if told else {})))
        assert said.answered is answered

    @pytest.mark.parametrize(
        ("form", "text"),
        [
            ({"NumMedia": "1", "MediaContentType0": "audio/ogg", "MessageType": "audio"}, "(a voice message)"),
            ({"NumMedia": "2", "MediaContentType0": "image/jpeg"}, "(a picture)"),
            ({"NumMedia": "1", "MediaContentType0": "application/pdf"}, "(a message without words)"),
            ({"NumMedia": "0", "MessageType": "location", "Latitude": "1"}, "(a place)"),
            ({"NumMedia": "0"}, "(a message without words)"),
        ],
    )
    def test_what_is_no_text_is_told_as_what_it_is(self, form, text):
        (said,) = connector().reports(reply(Body="", **form))
        assert (said.text, said.keyword) == (text, None)

    def test_a_picture_with_words_says_these(self):
        (said,) = connector().reports(reply(Body="Stop", NumMedia="1", MediaContentType0="image/jpeg"))
        assert (said.text, said.keyword) == ("Stop", "stop")

    def test_a_reply_has_an_end(self):
        assert len(connector().reports(reply(Body="x" * 50_000))[0].text) == LETTER


@given(st.text(), st.text(), st.text())
def test_whatever_is_not_signed_is_forged(query, body, signature):
    with pytest.raises(Forged):
        connector().verify(Hook(f"{HOOKS}?{query}", {"X-Twilio-Signature": signature}, body))


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


@given(st.text(st.characters(codec="utf-8")).filter(lambda body: "=" not in body))
def test_a_signed_body_that_is_no_form_says_nothing(body):
    assert connector().reports(signed(URL, body)) == []
