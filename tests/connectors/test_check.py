"""A look at a provider's set-up finds what is wrong, says what to do, sends nothing and tells no secret."""

from datetime import timedelta

import pytest

from connectors.findings import CheckStatus
from connectors.http import timeouts
from connectors.sendgrid import SendGrid
from connectors.twilio import Account, Twilio
from tests.connectors.meta_standin import SECRET as APP_SECRET
from tests.connectors.meta_standin import TOKEN as META_TOKEN
from tests.connectors.sendgrid_standin import HOOK_KEY, SENDER, SendGridStandIn
from tests.connectors.sendgrid_standin import KEY as SENDGRID_KEY
from tests.connectors.standins import NOW, answers, new_id
from tests.connectors.test_contract import PROVIDERS
from tests.connectors.twilio_standin import HOOKS, INBOUND, KEY, SECRET, SERVICE, SID, TOKEN, TwilioStandIn
from tests.connectors.twilio_standin import SENDER as NUMBER

PUBLIC = "https://ask.example.com"
SECRETS = (TOKEN, SECRET, SENDGRID_KEY, HOOK_KEY, META_TOKEN, APP_SECRET)


@pytest.fixture
def check(run):
    """What is found; whatever it is, no secret is told and what is wrong has a remedy."""

    def checked(connector):
        found = run(connector.check(PUBLIC))
        assert found
        for one in found:
            assert not any(secret in one.sentence + one.remedy for secret in SECRETS)
            assert bool(one.remedy) is (one.status is not CheckStatus.OK)
            assert one.sentence.endswith(".")
        return found

    return checked


def troubles(found) -> list[str]:
    return [one.sentence for one in found if one.status is CheckStatus.TROUBLE]


@pytest.mark.parametrize("name", PROVIDERS)
class TestAll:
    def test_a_sound_set_up_is_sound_and_nothing_is_sent(self, name, enter, session, check):
        standin_of, connector_of, _ = PROVIDERS[name]
        standin = enter(standin_of())
        assert {one.status for one in check(connector_of(session, standin.url))} == {CheckStatus.OK}
        assert standin.accepted == []
        assert {request.method for request in standin.seen} == {"GET"}

    def test_a_wrong_key_is_found(self, name, enter, session, check):
        standin_of, connector_of, wrong = PROVIDERS[name]
        standin = enter(standin_of())
        (said,) = troubles(check(connector_of(session, standin.url, **wrong)))
        assert "does not accept" in said

    def test_a_provider_that_is_not_there_is_trouble_not_an_exception(self, name, session, check):
        _, connector_of, _ = PROVIDERS[name]
        assert troubles(check(connector_of(session, "http://127.0.0.1:1")))

    @pytest.mark.parametrize(("minutes", "words"), [(6, "6 minutes behind"), (-90, "90 minutes ahead"), (1, None)])
    def test_a_clock_that_is_wrong_is_told(self, name, enter, session, check, minutes, words):
        standin_of, connector_of, _ = PROVIDERS[name]
        standin = enter(standin_of())
        standin.clock = lambda: NOW + timedelta(minutes=minutes)
        assert [said for said in troubles(check(connector_of(session, standin.url))) if "clock" in said] == (
            [f"The clock of this machine is {words}: hooks would be refused."] if words else []
        )

    @pytest.mark.parametrize("text", ["", "<html>", "[]", "[5]", '{"scopes": 5, "status": 5}'])
    @pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 429, 500])
    def test_whatever_it_answers_is_no_exception(self, name, enter, session, check, status, text):
        standin_of, connector_of, _ = PROVIDERS[name]
        standin = enter(standin_of())
        standin.next_answers = [answers(status, text=text, Location="/")] * 20
        found = check(connector_of(session, standin.url))
        assert any(one.status is not CheckStatus.OK for one in found)

    def test_what_is_not_the_provider_is_not_taken_for_it(self, name, enter, session, check):
        standin_of, connector_of, _ = PROVIDERS[name]
        standin = enter(standin_of())
        standin.next_answers = [answers(200, text='{"status": "active"}')] * 20
        (said,) = troubles(check(connector_of(session, standin.url)))
        assert "is not" in said
        assert "_BASE_URL" in said

    @pytest.mark.parametrize(("status", "text"), [(503, ""), (429, ""), (400, '{"error": {"code": 4}}')])
    def test_an_error_of_the_providers_own_blames_no_setting(self, name, enter, session, check, status, text):
        standin_of, connector_of, _ = PROVIDERS[name]
        standin = enter(standin_of())
        standin.next_answers = [answers(status, text=text)] * 20
        (said,) = troubles(check(connector_of(session, standin.url)))
        assert "_" not in said, "no setting is named"


class TestTwilio:
    @pytest.fixture
    def standin(self, enter):
        return enter(TwilioStandIn())

    def twilio(self, session, standin, sender=None, account=None) -> Twilio:
        sender = sender or {"sms": NUMBER, "whatsapp": NUMBER}
        account = account or Account(SID, TOKEN)
        return Twilio(session, account, sender, HOOKS, lambda: NOW, api=standin.url, timeout=timeouts(0.3, 0.3))

    def test_a_key_is_looked_at_apart_from_the_token(self, check, session, standin):
        found = check(self.twilio(session, standin, account=Account(SID, TOKEN, KEY, SECRET)))
        assert "Twilio accepts the API key." in [one.sentence for one in found]
        (said,) = troubles(check(self.twilio(session, standin, account=Account(SID, TOKEN, KEY, "wrong"))))
        assert "TWILIO_API_SECRET" in said
        found = troubles(check(self.twilio(session, standin, account=Account(SID, "wrong", KEY, SECRET))))
        assert "TWILIO_AUTH_TOKEN" in found[0]

    @pytest.mark.parametrize(
        ("change", "word"), [({"status": "suspended"}, "not active"), ({"type": "Trial"}, "trial")]
    )
    def test_an_account_that_may_not_send_to_all(self, check, session, standin, change, word):
        standin.account |= change
        (said,) = troubles(check(self.twilio(session, standin)))
        assert word in said

    def test_a_messaging_service(self, check, session, standin):
        service = self.twilio(session, standin, {"sms": SERVICE})
        assert troubles(check(service)) == []
        standin.service["use_inbound_webhook_on_number"] = True
        assert CheckStatus.UNKNOWN in {one.status for one in check(service)}
        standin.service |= {"use_inbound_webhook_on_number": False, "inbound_request_url": None}
        assert "STOP" in troubles(check(service))[0]
        standin.service |= {"inbound_request_url": INBOUND, "inbound_method": "GET"}
        assert "GET" in troubles(check(service))[0]
        standin.service["sid"] = new_id("MG")
        assert "TWILIO_MESSAGING_SERVICE_SID" in troubles(check(service))[0]

    @pytest.mark.parametrize(
        ("pool", "words"),
        [
            ({"ShortCodes": {"short_codes": [{"short_code": "24365"}]}}, []),
            ({"AlphaSenders": {"alpha_senders": [{"alpha_sender": "SHOP"}]}}, []),
            ({}, ["no number, short code or name"]),
        ],
    )
    def test_a_messaging_service_has_something_to_send_from(self, check, session, standin, pool, words):
        standin.pool |= {"PhoneNumbers": {"phone_numbers": []}, **pool}
        found = troubles(check(self.twilio(session, standin, {"sms": SERVICE})))
        assert len(found) == len(words)
        assert all(word in said for word, said in zip(words, found, strict=True))

    def test_a_pool_that_twilio_does_not_tell_is_not_known(self, check, session, standin):
        standin.pool = {"PhoneNumbers": {"phone_numbers": []}}
        found = check(self.twilio(session, standin, {"sms": SERVICE}))
        assert troubles(found) == []
        assert [one.sentence for one in found if one.status is CheckStatus.UNKNOWN]

    def test_a_host_that_twilio_does_not_take(self, run, session, standin):
        asked = self.twilio(session, standin).check("https://ask_us.example.com")
        assert "underscore" in troubles(run(asked))[0]

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"phone_number": "+12020000000"}, "no number of this"),
            ({"capabilities": {"sms": False}}, "cannot send texts"),
            ({"sms_url": "https://demo.twilio.com/welcome"}, "do not come here"),
            ({"sms_method": "GET"}, "come by GET"),
        ],
    )
    def test_a_number(self, check, session, standin, change, word):
        standin.number |= change
        found = check(self.twilio(session, standin, {"sms": NUMBER}))
        (said,) = troubles(found)
        assert word in said
        assert INBOUND in found[-1].remedy or "come here" not in said

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"sender_id": "whatsapp:+12020000000"}, "no WhatsApp sender"),
            ({"status": "OFFLINE"}, "not online"),
            ({"webhook": None}, "do not come here"),
            ({"webhook": {"callback_url": INBOUND, "callback_method": "GET"}}, "come by GET"),
        ],
    )
    def test_a_whatsapp_sender(self, check, session, standin, change, word):
        standin.sender |= change
        (said,) = troubles(check(self.twilio(session, standin, {"whatsapp": NUMBER})))
        assert word in said

    def test_where_no_hook_can_come_replies_are_asked_for(self, run, session, standin):
        standin.number["sms_url"] = "https://demo.twilio.com/welcome"
        assert troubles(run(self.twilio(session, standin, {"sms": NUMBER}).check("http://127.0.0.1:8501"))) == []
        service = self.twilio(session, standin, {"sms": SERVICE})
        standin.service["inbound_request_url"] = None
        assert "drops replies" in troubles(run(service.check("http://127.0.0.1:8501")))[0]
        standin.service["use_inbound_webhook_on_number"] = True
        assert troubles(run(service.check("http://127.0.0.1:8501"))) == []

    def test_services_and_senders_are_asked_at_twilios_other_host(self):
        from connectors.twilio_check import Place

        assert Place("https://api.twilio.com", SID, "").messaging == "https://messaging.twilio.com"
        assert (
            Place("https://api.dublin.ie1.twilio.com", SID, "").messaging == "https://messaging.dublin.ie1.twilio.com"
        )
        assert Place("http://127.0.0.1:4010", SID, "").messaging == "http://127.0.0.1:4010"


class TestSendGrid:
    @pytest.fixture
    def standin(self, enter):
        return enter(SendGridStandIn())

    @pytest.fixture
    def sendgrid(self, session, standin):
        return SendGrid(session, SENDGRID_KEY, SENDER, HOOK_KEY, lambda: NOW, api=standin.url)

    def test_a_key_that_may_not_send(self, check, sendgrid, standin):
        standin.scopes = ["stats.read"]
        (said,) = troubles(check(sendgrid))
        assert "may not send" in said

    def test_a_key_that_may_not_read_suppressions(self, check, sendgrid, standin):
        standin.denied = {"/v3/suppression/bounces"}
        (said,) = troubles(check(sendgrid))
        assert "may not read suppressions" in said

    def test_the_sender_or_its_domain_is_verified(self, check, sendgrid, standin):
        standin.senders = [{"from_email": "other@example.com", "verified": True}]
        standin.domains = [{"domain": SENDER.partition("@")[2], "valid": True}]
        assert troubles(check(sendgrid)) == []
        standin.domains[0]["valid"] = False
        standin.senders = [{"from_email": SENDER, "verified": False}]
        (said,) = troubles(check(sendgrid))
        assert "SENDGRID_FROM" in said

    @pytest.mark.parametrize("denied", ["/v3/verified_senders", "/v3/whitelabel/domains"])
    def test_a_key_that_may_not_look_proves_nothing_about_the_sender(self, check, sendgrid, standin, denied):
        standin.denied, standin.senders = {denied}, []
        found = check(sendgrid)
        assert troubles(found) == []
        assert CheckStatus.UNKNOWN in {one.status for one in found}

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"url": "https://other.example.com"}, ["No event webhook"]),
            ({"enabled": False}, ["No event webhook"]),
            ({"public_key": ""}, ["not signed"]),
            ({"public_key": "another"}, ["SENDGRID_WEBHOOK_PUBLIC_KEY"]),
            ({"open": False, "dropped": False}, ["leaves out dropped, open"]),
            ({"public_key": None, "bounce": False}, ["not signed", "leaves out bounce"]),
        ],
    )
    def test_the_event_webhook(self, check, sendgrid, standin, change, words):
        standin.webhook |= change
        found = troubles(check(sendgrid))
        assert len(found) == len(words)
        assert all(word in said for word, said in zip(words, found, strict=True))

    def test_without_its_key_no_webhook_is_looked_for(self, check, session, standin):
        standin.webhook["url"] = "https://other.example.com"
        assert troubles(check(SendGrid(session, SENDGRID_KEY, SENDER, "", lambda: NOW, api=standin.url))) == []

    def test_a_key_that_may_not_look_at_webhooks(self, check, sendgrid, standin):
        standin.denied = {"/v3/user/webhooks/event/settings/all"}
        assert check(sendgrid)[-1].status is CheckStatus.UNKNOWN


def test_the_sandbox_says_that_nothing_leaves(tmp_path, run):
    from connectors.sandbox import Sandbox

    sandbox = Sandbox("secret", lambda *_: None, tmp_path / "ledger", lambda: NOW)
    (found,) = run(sandbox.check(PUBLIC))
    assert found.status is CheckStatus.OK
    sandbox.close()
