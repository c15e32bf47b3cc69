"""Connectors are made from settings in one place: who sends, and who is only understood."""

import pytest

from connectors.contract import Accepted, Polled
from data.lifecycle import Channel
from providers import Past, connected, mark, remote
from settings import load
from tests.connectors import sendgrid_standin
from tests.connectors import test_meta_hooks as meta
from tests.connectors import test_twilio_hooks as twilio
from tests.connectors.sendgrid_standin import KEY, SendGridStandIn
from tests.connectors.standins import NOW, example
from tests.connectors.twilio_standin import SID, TOKEN, TwilioStandIn
from tests.test_settings import META, OWN, SENDGRID, TWILIO


@pytest.fixture
def given(tmp_path):
    return {"DATABASE": str(tmp_path / "x.duckdb"), "PUBLIC_URL": "https://ask.example.com/", **OWN}


def test_channels_go_to_whom_the_settings_say_and_others_are_still_understood(given, session):
    settings = load({**given, "SMS_PROVIDER": "twilio", **TWILIO, **META})
    with connected(settings, session, lambda *_: None, lambda: NOW) as providers:
        assert {channel: one.name for channel, one in providers.connectors.items()} == {
            "sms": "twilio", "whatsapp": "sandbox", "email": "sandbox",
        }  # fmt: skip
        assert {name for name, one in providers.by_name.items() if not isinstance(one, Past)} == {
            "sandbox", "twilio", "meta",
        }  # fmt: skip
        assert set(providers.connectors) == set(Channel)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("twilio", twilio.reply(Body="STOP")),
        ("sendgrid", sendgrid_standin.signed([sendgrid_standin.lone("unsubscribe")])),
        ("meta", meta.written({"id": "wamid.1", "from": "12024000001", "type": "text", "text": {"body": "STOP"},
                               "timestamp": str(int(NOW.timestamp()))})),
    ],
)  # fmt: skip
def test_what_a_provider_told_before_its_settings_were_removed_is_still_read(given, session, name, told):
    with connected(load(given), session, lambda *_: None, lambda: NOW) as providers:
        assert len(providers.by_name[name].reports(told)) == 1
        assert not isinstance(providers.by_name[name], Polled), "nobody can ask it any more"


def test_what_is_not_configured_is_never_made(session):
    assert remote(load({}), session, lambda: NOW) == {}


def test_a_text_goes_to_the_configured_address_and_its_reports_come_to_the_public_one(given, session, run, enter):
    standin = enter(TwilioStandIn())
    settings = load(
        {**given, **TWILIO, "SMS_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN,
         "TWILIO_BASE_URL": standin.url + "/"}
    )  # fmt: skip
    texts = remote(settings, session, lambda: NOW)["twilio"]
    assert isinstance(run(texts.send(example())), Accepted)
    (sent,) = standin.accepted
    assert sent["From"] == TWILIO["TWILIO_SMS_FROM"]
    assert sent["StatusCallback"].startswith("https://ask.example.com/hooks/twilio?")
    assert [report.event for hook in standin.hooks() for report in texts.reports(hook)] == ["accepted", "delivered"]


def test_an_email_comes_from_the_business_by_its_name_and_its_answers_go_to_a_mailbox_of_choice(
    given, session, run, enter
):
    standin = enter(SendGridStandIn())
    settings = load(
        {**given, **SENDGRID, "SENDGRID_API_KEY": KEY, "SENDGRID_BASE_URL": standin.url, "BUSINESS_NAME": "The Shop",
         "EMAIL_REPLY_TO": "desk@example.com"}
    )  # fmt: skip
    sendgrid = remote(settings, session, lambda: NOW)["sendgrid"]
    assert isinstance(run(sendgrid.send(example(channel="email"))), Accepted)
    assert standin.accepted[0]["from"] == {"email": "asks@example.com", "name": "The Shop"}
    assert standin.accepted[0]["reply_to"] == {"email": "desk@example.com"}


def test_the_mark_of_a_database_keeps_its_name_when_the_password_is_another():
    one = mark("postgresql://ask:old@db:5432/askwell")
    assert one == mark("host=db port=5432 user=ask password=new dbname=askwell")
    others = {mark("postgresql://ask:old@db:5433/askwell"), mark("postgresql://ask:old@db:5432/other")}
    assert len({one, *others}) == 3
