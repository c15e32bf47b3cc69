"""What every connector must do, whichever provider it speaks to."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from connectors.contract import (
    Accepted,
    CannotTell,
    Connector,
    Forged,
    Found,
    Hook,
    NoAnswer,
    NotFound,
    Refused,
    Scope,
    TryLater,
)
from connectors.http import timeouts
from connectors.meta import Meta
from connectors.sandbox import Sandbox
from connectors.sendgrid import SendGrid
from connectors.twilio import Account, Twilio
from data.lifecycle import FACTS, MOVES, Channel, Status, after
from tests.connectors import meta_standin, sendgrid_standin, twilio_standin
from tests.connectors.standins import (
    NOW,
    StandIn,
    accepts_and_cuts,
    accepts_and_cuts_within_the_answer,
    accepts_and_is_late,
    accepts_but_says,
    answers,
    example,
)

QUICK = timeouts(connect=0.3, read=0.3)


@dataclass
class Place:
    """A connector where it works: `hooks` are all that its provider has reported so far."""

    connector: Connector
    hooks: Callable[[], list[Hook]]
    standin: StandIn | None = None


def twilio(session, url, **changes) -> Twilio:
    given = {"sid": twilio_standin.SID, "token": twilio_standin.TOKEN, **changes}
    sender = {"sms": twilio_standin.SENDER, "whatsapp": twilio_standin.SENDER}
    return Twilio(session, Account(**given), sender, twilio_standin.HOOKS, lambda: NOW, api=url, timeout=QUICK)


def sendgrid(session, url, key=sendgrid_standin.KEY) -> SendGrid:
    sender, hook_key = sendgrid_standin.SENDER, sendgrid_standin.HOOK_KEY
    return SendGrid(session, key, sender, hook_key, lambda: NOW, api=url, timeout=QUICK)


def meta(session, url, token=meta_standin.TOKEN) -> Meta:
    number, secret = meta_standin.NUMBER_ID, meta_standin.SECRET
    return Meta(session, token, number, secret, lambda: NOW, api=url, timeout=QUICK)


PROVIDERS = {
    "twilio": (twilio_standin.TwilioStandIn, twilio, {"token": "wrong"}),
    "sendgrid": (sendgrid_standin.SendGridStandIn, sendgrid, {"key": "wrong"}),
    "meta": (meta_standin.MetaStandIn, meta, {"token": "wrong"}),
}


@pytest.fixture(params=PROVIDERS)
def remote(request, enter, session) -> Place:
    """The connectors that speak HTTP, each with a stand-in of its provider."""
    standin_of, connector_of, _ = PROVIDERS[request.param]
    standin = enter(standin_of())
    return Place(connector_of(session, standin.url), standin.hooks, standin)


@pytest.fixture(params=["sandbox", *PROVIDERS])
def place(request, tmp_path, enter, session):
    """One of each; a new provider is one more parameter."""
    if request.param in PROVIDERS:
        standin_of, connector_of, _ = PROVIDERS[request.param]
        standin = enter(standin_of())
        yield Place(connector_of(session, standin.url), standin.hooks, standin)
        return
    posted: list[Hook] = []
    sandbox = Sandbox("secret", lambda hook, _: posted.append(hook), tmp_path / "ledger", lambda: NOW, pace=0)
    yield Place(sandbox, lambda: posted)
    sandbox.close()


@pytest.fixture
def send(run):
    return lambda place, reference="1-abcdefgh": run(place.connector.send(example(reference, channel_of(place))))


def channel_of(place: Place) -> str:
    return min(place.connector.channels)


def test_it_names_itself_and_its_channels(place):
    assert place.connector.name
    assert place.connector.channels <= set(Channel)


def test_an_accepted_message_has_the_providers_own_id(place, send):
    outcome = send(place)
    assert isinstance(outcome, Accepted)
    assert outcome.provider_id


def test_our_reference_comes_back_in_every_report_in_the_houses_words(place, run):
    messages = [example(f"{n}-abcdefgh", channel) for n in range(20) for channel in place.connector.channels]
    for message in messages:
        run(place.connector.send(message))
    reports = [report for hook in place.hooks() for report in place.connector.reports(hook)]
    assert {report.reference for report in reports} == {message.reference for message in messages}
    assert {report.event for report in reports} <= set(MOVES) | FACTS
    assert all(report.happened_at.tzinfo and report.key for report in reports)


def test_a_repeated_hook_says_the_same_and_different_news_have_different_keys(place, send):
    send(place)
    hooks = place.hooks()
    first, again = ([one for hook in hooks for one in place.connector.reports(hook)] for _ in range(2))
    assert first == again
    events_by_key = {report.key: report.event for report in first}
    assert len(events_by_key) == len({(report.key, report.event) for report in first})


def test_news_in_any_order_end_in_the_same_status(place, send):
    send(place)
    reports = [report for hook in place.hooks() for report in place.connector.reports(hook)]
    ends = set()
    for seed in range(20):
        status = Status.SENDING
        for report in random.Random(seed).sample(reports, len(reports)):
            status = after(status, report.event)
        ends.add(status)
    assert len(ends) == 1


def test_a_forged_hook_is_refused_however_it_was_changed(place, send):
    send(place, "1-abcdefgh")
    genuine = place.hooks()[0]
    signature = next(name for name in genuine.headers if "signature" in name)
    changed_signatures = ["", "0" * 64, "ü", "\ud800", "A" * 96, genuine.headers[signature][:-4]]
    for forged in (
        replace(genuine, headers={}),
        *(replace(genuine, headers={**genuine.headers, signature: value}) for value in changed_signatures),
        replace(genuine, url=genuine.url.replace("1-abc", "2-abc"), body=genuine.body.replace("1-abc", "2-abc")),
        replace(genuine, body=genuine.body + " "),
        replace(genuine, body=genuine.body.rstrip()[:-1]),
        replace(genuine, body=""),
        replace(genuine, body="\ud800"),
    ):
        with pytest.raises(Forged):
            place.connector.verify(forged)


def test_headers_count_in_any_case(remote, send):
    send(remote)
    (hook, *_) = remote.hooks()
    loud = replace(hook, headers={name.upper(): value for name, value in hook.headers.items()})
    remote.connector.verify(loud)


def test_asked_after_a_crash_it_says_nothing_untrue(place, send, run):
    outcome = send(place, "7-abcdefgh")
    got, never = (run(place.connector.lookup(example(f"{n}-{t}", channel_of(place)))) for n, t in GOT_AND_NEVER)
    assert got in (Found(outcome.provider_id), CannotTell())
    assert never in (NotFound(), CannotTell())


GOT_AND_NEVER = ((7, "abcdefgh"), (8, "ijklmnop"))


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_wrong_key_stops_the_channel_until_a_person_acts(name, enter, session, send):
    standin_of, connector_of, wrong = PROVIDERS[name]
    standin = enter(standin_of())
    outcome = send(Place(connector_of(session, standin.url, **wrong), standin.hooks))
    assert isinstance(outcome, TryLater)
    assert (outcome.scope, outcome.needs_person) == (Scope.CHANNEL, True)
    assert standin.accepted == []


class TestTrouble:
    @pytest.mark.parametrize(
        "trick",
        [
            accepts_and_is_late(1),
            accepts_and_cuts,
            accepts_and_cuts_within_the_answer,
            *(accepts_but_says(status) for status in (200, 201, 408, 500, 502, 503, 504)),
            *(accepts_but_says(200, text) for text in ("", "{}", "[]", '{"sid": 5, "messages": [{}]}', '{"sid": ""}')),
        ],
    )
    def test_what_may_have_left_is_never_said_to_be_free_to_send_again(self, remote, send, trick):
        remote.standin.next_answers = [trick]
        assert isinstance(send(remote), NoAnswer)
        assert len(remote.standin.accepted) == len(remote.standin.seen) == 1

    @pytest.mark.parametrize("status", [301, 307, 308, 401, 403, 404, 405])
    @pytest.mark.parametrize("text", ["", "<html>", "{}", "[]", '{"errors": [], "error": [], "code": []}'])
    def test_what_only_a_person_can_put_right_stops_the_channel(self, remote, send, status, text):
        remote.standin.next_answers = [answers(status, text=text, Location="http://127.0.0.1:1/")]
        outcome = send(remote)
        assert (type(outcome), outcome.scope, outcome.needs_person) == (TryLater, Scope.CHANNEL, True)

    def test_too_fast_is_slowed_down(self, remote, send):
        remote.standin.next_answers = [answers(429, Retry_After="5")]
        outcome = send(remote)
        assert (outcome.after.total_seconds(), outcome.scope, outcome.needs_person) == (5, Scope.CHANNEL, False)

    @pytest.mark.parametrize("status", [400, 409, 418, 422])
    def test_an_unknown_refusal_is_failed_once_and_loudly(self, remote, send, status):
        remote.standin.next_answers = [answers(status, {"code": 99999, "error": {"code": 99999}})]
        outcome = send(remote)
        assert isinstance(outcome, Refused)
        assert (outcome.fault, outcome.alert, outcome.suppress) == ("failed", True, False)
        assert outcome.reason

    def test_nobody_gets_two_when_only_what_certainly_did_not_leave_is_sent_again(self, remote, send):
        """Sends 150 messages through all kinds of trouble, as the engine would."""
        lots = random.Random(5)
        tricks = [accepts_and_cuts, accepts_but_says(502), accepts_but_says(200), answers(429), answers(500)]
        waiting, unsure = [f"{n}-abcdefgh" for n in range(150)], []
        while waiting:
            reference = waiting.pop(0)
            if lots.random() < 0.5:
                remote.standin.next_answers = [lots.choice(tricks)]
            match send(remote, reference):
                case TryLater():
                    waiting.append(reference)
                case NoAnswer():
                    unsure.append(reference)
        times = Counter(report.reference for hook in remote.hooks() for report in remote.connector.reports(hook))
        hooks_each = len(remote.standin.hooks_of(remote.standin.accepted[0]))
        assert unsure
        assert len(remote.standin.accepted) == len(times)
        assert set(times) | set(unsure) == {f"{n}-abcdefgh" for n in range(150)}
        assert max(times.values()) <= 2 * hooks_each
