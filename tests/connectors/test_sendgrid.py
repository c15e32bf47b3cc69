"""What only SendGrid does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Fault, Forged, Hook, Refused, Scope, TryLater
from connectors.incoming import GARBAGE
from connectors.sendgrid import REFERENCE, SIGNATURE, TIMESTAMP, SendGrid
from tests.connectors.sendgrid_standin import HOOK_KEY, KEY, SENDER, SendGridStandIn, lone, signed, signed_body
from tests.connectors.standins import NOW, answers, can_be_kept, example

EMAIL = example(channel="email")


@pytest.fixture
def standin(enter):
    return enter(SendGridStandIn())


def connector(session=None, url="", **more) -> SendGrid:
    return SendGrid(session, KEY, SENDER, HOOK_KEY, lambda: NOW, api=url, **more)


@pytest.fixture
def sendgrid(session, standin):
    return connector(session, standin.url)


class TestSending:
    def test_one_person_per_mail_with_our_reference_where_only_it_belongs(self, run, sendgrid, standin):
        run(sendgrid.send(EMAIL))
        (mail,) = standin.accepted
        (person,) = mail["personalizations"]
        assert person == {"to": [{"email": "ann@example.com"}], "custom_args": {REFERENCE: "1-abcdefgh"}}
        assert "custom_args" not in mail
        assert (mail["subject"], mail["from"]) == ("How was it?", {"email": SENDER})

    def test_the_text_comes_twice_and_links_are_left_as_they_are(self, run, sendgrid, standin):
        run(sendgrid.send(replace(EMAIL, body='<b> & "you"\nhttps://a.example.com/r/x?y=1&z=2 bye')))
        plain, page = standin.accepted[0]["content"]
        assert (plain["type"], page["type"]) == ("text/plain", "text/html")
        assert '<a href="https://a.example.com/r/x?y=1&amp;z=2">' in page["value"]
        assert "&lt;b&gt; &amp; &quot;you&quot;\n" in page["value"]
        tracking = standin.accepted[0]["tracking_settings"]
        assert tracking == {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": True},
        }

    @pytest.mark.parametrize(
        "around", ["Tell us: {}.", "({})", "„{}“, please", "{}!?", "{} - thanks", "口コミは{}へ。"]
    )
    def test_what_stands_around_a_link_is_no_part_of_it(self, run, sendgrid, standin, around):
        link = "https://a.example.com/r/1z-abcdefgh"
        run(sendgrid.send(replace(EMAIL, body=around.format(link))))
        assert f'<a href="{link}">{link}</a>' in standin.accepted[0]["content"][1]["value"]

    def test_sender_name_and_reply_address(self, run, session, standin):
        run(connector(session, standin.url, sender_name="Ask Ltd", reply_to="team@example.com").send(EMAIL))
        assert standin.accepted[0]["from"] == {"email": SENDER, "name": "Ask Ltd"}
        assert standin.accepted[0]["reply_to"] == {"email": "team@example.com"}

    @pytest.mark.parametrize("address", ["", "ann", "Ann <ann@example.com>", "a@example.com, b@example.com", "\n"])
    def test_an_address_that_is_not_just_one_address_never_leaves(self, run, sendgrid, standin, address):
        outcome = run(sendgrid.send(replace(EMAIL, address=address)))
        assert outcome == Refused(Fault.UNDELIVERED, "400 to", "The email address is not valid")
        assert standin.seen == []

    def test_a_key_in_the_text_never_leaves(self, run, sendgrid, standin):
        assert run(sendgrid.send(replace(EMAIL, body="SG.abc.def"))).fault is Fault.FAILED
        assert standin.seen == []

    @pytest.mark.parametrize(
        ("field", "fault"),
        [("personalizations.0.to.0.email", Fault.UNDELIVERED), ("content.0.value", Fault.FAILED), (None, Fault.FAILED)],
    )
    def test_a_refusal_names_its_field(self, run, sendgrid, standin, field, fault):
        standin.next_answers = [answers(400, {"errors": [{"message": "Not so", "field": field}]})]
        outcome = run(sendgrid.send(EMAIL))
        assert outcome.fault is fault
        assert outcome.reason == ("Not so" if fault is Fault.FAILED else "The email address is not valid")

    @pytest.mark.parametrize("field", ["from", "from.email", "template_id", "asm.group_id", "reply_to.email"])
    def test_what_is_set_up_wrongly_stops_the_channel(self, run, sendgrid, standin, field):
        standin.next_answers = [answers(400, {"errors": [{"message": "Not so", "field": field}]})]
        outcome = run(sendgrid.send(EMAIL))
        assert (type(outcome), outcome.scope, outcome.needs_person) == (TryLater, Scope.CHANNEL, True)

    def test_why_the_key_is_not_permitted_is_told(self, run, sendgrid, standin):
        standin.next_answers = [answers(403, {"errors": [{"message": "Maximum credits exceeded", "field": None}]})]
        assert run(sendgrid.send(EMAIL)).reason.endswith("Maximum credits exceeded")

    def test_the_page_of_a_proxy_that_finds_it_too_large(self, run, sendgrid, standin):
        standin.next_answers = [answers(413, text="<html>")]
        assert run(sendgrid.send(EMAIL)) == Refused(Fault.FAILED, "413", "The message is too large")


def only(event: dict):
    (report,) = connector().reports(signed([event]))
    return report


class TestReports:
    def test_an_odd_event_takes_no_other_along(self):
        hook = signed([{**lone("delivered"), "timestamp": None}, lone("unsubscribe")])
        assert [report.event for report in connector().reports(hook)] == ["opted_out"]
        assert connector().reports(signed([lone("delivered"), 5]))[0].event == "delivered"
        with pytest.raises(ValueError, match="read"):
            connector().reports(signed([{**lone("delivered"), "timestamp": "soon"}]))

    @pytest.mark.parametrize(
        ("event", "word"),
        [
            (lone("processed"), "accepted"),
            (lone("deferred", response="451 later"), "accepted"),
            (lone("delivered"), "delivered"),
            (lone("open"), "opened"),
            (lone("open", sg_machine_open=False), "opened"),
            (lone("open", sg_machine_open=True), "machine_opened"),
            (lone("click", url="https://x.example.com"), "clicked"),
        ],
    )
    def test_events_in_the_houses_words(self, event, word):
        report = only(event)
        assert (report.event, report.happened_at, report.provider_id, report.suppress) == (word, NOW, "m", False)

    @pytest.mark.parametrize(
        ("event", "word"),
        [
            (lone("spamreport"), "complained"),
            (lone("unsubscribe"), "opted_out"),
            (lone("group_unsubscribe"), "opted_out"),
        ],
    )
    def test_who_wants_no_more_is_never_written_to_again(self, event, word):
        assert (only(event).event, only(event).suppress) == (word, True)

    @pytest.mark.parametrize(
        ("reason", "word"), [("Unsubscribed Address", "opted_out"), ("Spam Reporting Address", "complained")]
    )
    def test_mail_dropped_for_what_they_said_to_other_mail_tells_that_too(self, reason, word):
        told = connector().reports(signed([lone("dropped", reason=reason)]))
        assert [(one.event, one.suppress) for one in told] == [("undelivered", False), (word, True)]
        assert len({one.key for one in told}) == 2

    @pytest.mark.parametrize(
        ("event", "word", "suppress", "alert"),
        [
            (lone("bounce", type="bounce", bounce_classification="Invalid Address"), "undelivered", True, False),
            (lone("bounce", type="bounce", bounce_classification="Mailbox Unavailable"), "undelivered", False, False),
            (lone("bounce", type="bounce", bounce_classification="Content"), "failed", False, True),
            (lone("bounce", type="blocked", bounce_classification="Content"), "failed", False, True),
            (lone("bounce", type="blocked", bounce_classification="Reputation"), "undelivered", False, True),
            (lone("bounce", type="blocked", bounce_classification="Unclassified"), "undelivered", False, False),
            (lone("bounce"), "undelivered", False, False),
            (lone("bounce", type="new"), "failed", False, True),
            (lone("dropped", reason="Bounced Address"), "undelivered", True, False),
            (lone("dropped", reason="Invalid"), "undelivered", True, False),
            (lone("dropped", reason="Invalid SMTPAPI header"), "failed", False, False),
            (lone("dropped", reason="Spam Content (if Spam Checker app is enabled)"), "failed", False, False),
            (lone("dropped", reason="Recipient List over Package Quota"), "failed", False, True),
            (lone("dropped", reason="Something new"), "failed", False, True),
            (lone("dropped"), "failed", False, True),
        ],
    )
    def test_why_it_did_not_arrive(self, event, word, suppress, alert):
        report = only(event)
        assert (report.event, report.suppress, report.alert) == (word, suppress, alert)
        assert report.reason

    def test_events_are_told_apart_by_sendgrids_own_id(self):
        first, second = lone("open"), lone("open")
        again, other = connector().reports(signed([first, first])), connector().reports(signed([second]))
        assert len({report.key for report in [*again, *other]}) == 2

    def test_events_of_other_mail_and_new_kinds_of_event_are_passed_over(self):
        foreign = {key: value for key, value in lone("delivered").items() if key != REFERENCE}
        hook = signed([foreign, lone("group_resubscribe"), lone("received"), lone("delivered")])
        assert [report.event for report in connector().reports(hook)] == ["delivered"]


class TestSignature:
    @pytest.mark.parametrize("age", [timedelta(hours=-1), timedelta(hours=26), timedelta(days=400)])
    def test_an_old_hook_played_again_is_forged(self, age):
        with pytest.raises(Forged):
            connector().verify(signed([], (NOW - age).timestamp()))

    def test_a_repeat_within_a_day_is_welcome(self):
        connector().verify(signed([], (NOW - timedelta(hours=24)).timestamp()))

    def test_the_timestamp_is_signed_too(self):
        hook = signed([])
        with pytest.raises(Forged):
            connector().verify(
                replace(hook, headers={**hook.headers, TIMESTAMP.lower(): str(int(NOW.timestamp()) + 1)})
            )

    def test_a_line_end_belongs_to_the_body(self):
        hook = signed([])
        with pytest.raises(Forged):
            connector().verify(replace(hook, body=hook.body.rstrip()))

    def test_a_key_that_is_none_is_told_at_once(self):
        with pytest.raises(ValueError):
            SendGrid(None, KEY, SENDER, "nonsense", lambda: NOW, api="")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.text(), st.text() | st.just(str(int(NOW.timestamp()))), st.text())
def test_whatever_is_not_signed_is_forged(body, timestamp, signature):
    with pytest.raises(Forged):
        connector().verify(Hook("", {SIGNATURE: signature, TIMESTAMP: timestamp}, body))


@given(st.text(st.characters(codec="utf-8")))
def test_a_signed_body_that_is_no_list_of_events_is_garbage(body):
    with pytest.raises(GARBAGE):
        connector().reports(signed_body("x" + body))


def test_a_signed_body_nested_without_end_is_garbage():
    with pytest.raises(ValueError):
        connector().reports(signed_body("[" * 200_000))


EVENT = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["open", "bounce", "dropped", "delivered", "processed", "spamreport"]) | JSON,
        "timestamp": st.just(1772452800) | JSON,
        REFERENCE: st.text() | JSON,
    },
    optional=dict.fromkeys(["sg_event_id", "sg_message_id", "type", "reason", "bounce_classification"], JSON),
)


@given(JSON | st.lists(EVENT, max_size=3))
def test_whatever_is_rightly_signed_is_read_or_garbage(events):
    try:
        reports = connector().reports(signed(events))
    except GARBAGE:
        return
    assert all(can_be_kept(report) for report in reports)
