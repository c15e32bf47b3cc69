"""Asking instead of being told: the same words and keys as the hooks would have brought."""

from datetime import timedelta

import pytest

from connectors import sendgrid_poll, twilio_poll
from connectors.contract import Accepted, Page, Polled, Reply, Report, Scope, TryLater
from connectors.keywords import Keyword
from tests.connectors.sendgrid_standin import SendGridStandIn
from tests.connectors.standins import NOW, answers, example
from tests.connectors.test_contract import meta, sendgrid, twilio
from tests.connectors.twilio_standin import TwilioStandIn

SINCE = NOW - timedelta(hours=3)


async def pages(connector) -> list[Page | TryLater]:
    return [page async for page in connector.poll(SINCE)]


async def heard(connector) -> list[Report | Reply]:
    return [one for page in await pages(connector) for one in page.said]


@pytest.fixture
def at_twilio(enter, session):
    remote = enter(TwilioStandIn())
    return remote, twilio(session, remote.url)


@pytest.fixture
def at_sendgrid(enter, session):
    remote = enter(SendGridStandIn())
    return remote, sendgrid(session, remote.url)


def test_who_can_be_asked(session):
    assert isinstance(twilio(session, ""), Polled)
    assert isinstance(sendgrid(session, ""), Polled)
    assert not isinstance(meta(session, ""), Polled)


@pytest.mark.parametrize(
    ("status", "code"), [("sent", ""), ("delivered", ""), ("read", ""), ("undelivered", "30005"), ("failed", "")]
)
def test_twilios_list_says_what_its_hooks_say(at_twilio, run, status, code):
    remote, connector = at_twilio
    assert isinstance(run(connector.send(example())), Accepted)
    remote.accepted[0] |= {"status": status, "error_code": int(code) if code else None}
    (told,) = connector.reports(remote.hook(remote.accepted[0], status, **({"ErrorCode": code} if code else {})))
    (asked,) = run(heard(connector))
    assert isinstance(told, Report)
    assert isinstance(asked, Report)
    assert asked.reference == ""
    same = ("event", "key", "code", "reason", "provider_id", "suppress", "alert", "happened_at")
    assert {name: getattr(asked, name) for name in same} == {name: getattr(told, name) for name in same}


def test_twilios_list_is_read_page_by_page_from_the_moment_asked_for(at_twilio, run, monkeypatch):
    remote, connector = at_twilio
    monkeypatch.setattr(twilio_poll, "PAGE", 3)
    for number in range(8):
        run(connector.send(example(f"{number + 1}-abcdefgh")))
    remote.accepted[0]["moment"] = SINCE - timedelta(minutes=1)
    said = run(heard(connector))
    assert {one.provider_id for one in said} == {one["sid"] for one in remote.accepted[1:]}
    assert [len(page.said) for page in run(pages(connector))] == [3, 3, 1]


def test_what_people_wrote_is_heard_by_asking_too(at_twilio, run):
    remote, connector = at_twilio
    remote.wrote("+12024000001", "Stop")
    remote.wrote("+12024000002", "Thanks!")
    remote.inbound[1]["To"] = "+12025550000"  # of another system on the same account
    sid = remote.inbound[0]["sid"]
    assert run(heard(connector)) == [Reply("sms", "+12024000001", "Stop", NOW, f"reply {sid}", Keyword.STOP)]


def test_sendgrids_lists_name_addresses(at_sendgrid, run, monkeypatch):
    remote, connector = at_sendgrid
    monkeypatch.setattr(sendgrid_poll, "PAGE", 2)
    created = int(NOW.timestamp())
    for name in sendgrid_poll.LISTS:
        remote.listed[name] = [
            {"created": created, "email": f"{name}{n}@example.com", "reason": "No"} for n in range(3)
        ]
    remote.listed["bounces"][0]["created"] = int(SINCE.timestamp()) - 1
    remote.listed["blocks"] += [{"created": 10**12, "email": "x@example.com"}]
    said = run(heard(connector))
    found = {one.address: (one.event, one.suppress) for one in said}
    assert len(found) == 14
    assert found["bounces1@example.com"] == ("undelivered", True)
    assert found["blocks2@example.com"] == ("undelivered", False)
    assert found["invalid_emails0@example.com"] == ("undelivered", True)
    assert found["spam_reports0@example.com"] == ("complained", True)
    assert found["unsubscribes0@example.com"] == ("opted_out", True)
    assert all(one.reference == "" and one.happened_at == NOW and one.key for one in said)


@pytest.mark.parametrize("place", ["at_twilio", "at_sendgrid"])
@pytest.mark.parametrize(
    ("trick", "after", "scope"),
    [
        (answers(429, Retry_After="90"), timedelta(seconds=90), Scope.CHANNEL),
        (answers(401), timedelta(hours=1), Scope.CHANNEL),
        (answers(500), timedelta(seconds=30), Scope.CHANNEL),
        (answers(200, text="<html>"), timedelta(seconds=30), Scope.CHANNEL),
    ],
)
def test_trouble_with_asking_is_a_value(request, run, place, trick, after, scope):
    remote, connector = request.getfixturevalue(place)
    remote.next_answers.append(trick)
    (said,) = run(pages(connector))
    assert isinstance(said, TryLater)
    assert (said.after, said.scope) == (after, scope)
