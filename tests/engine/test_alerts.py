"""What concerns more than one message reaches a person: codes nobody knows, and templates that a provider rejects."""

from datetime import timedelta

import pytest

from connectors.codes import table
from connectors.contract import Accepted, Fault, Refused, Report, Scope, TryLater
from data import alerts, cases, commands, stops, template_store, why
from data.lifecycle import Channel
from data.moves import News
from data.stops import ActiveStops, Stop
from data.template_store import Draft, Kept
from engine.inbox import news
from tests.builders import NOW, SMS_TEXT, ask, hear, messages, row, sent, template
from tests.engine.asks import put
from tests.engine.conftest import Clock, Scripted, drain, engine

PAUSED = TryLater(timedelta(0), Scope.TEMPLATE, "WhatsApp paused the template (63041)", needs_person=True)
SHOP = "The Shop"


def strange(_message) -> Refused:
    return Refused(Fault.FAILED, "99999", "What the provider says", alert=True)


def dispatched(store, connector, now=NOW) -> None:
    drain(engine(store, connector, Clock(now)))


def only(store) -> dict:
    (found,) = alerts.unseen(store)
    return found


def test_what_its_provider_has_and_holds_back_says_so_until_it_arrives(store, clock):
    request = put(store)
    held = Accepted("wamid.1", "paused", "Meta has paused it", alert=True)
    drain(engine(store, Scripted(held), clock))
    assert [row(store, request)[name] for name in ("status", "code", "reason")] == [
        "sent",
        "paused",
        "Meta has paused it",
    ]
    assert (only(store)["code"], only(store)["meaning"]) == ("paused", "Meta has paused it")
    hear(store, News(messages(store, [request])[0], "delivered", NOW))
    assert [row(store, request)[name] for name in ("status", "code", "reason")] == ["delivered", None, None]


def reaches(store, request) -> int:
    return len(cases.reaches(store, {row(store, request)["contact_id"]}, NOW - timedelta(days=1)))


def queued(store, ids) -> list[bool]:
    return [row(store, id)["status"] == "queued" for id in ids]


class TestAlerts:
    def test_a_strange_code_is_told_once_with_the_number_of_messages(self, store):
        ask(store, 3)
        dispatched(store, Scripted(strange))
        told = only(store)
        assert (told["provider"], told["code"], told["meaning"]) == ("scripted", "99999", "What the provider says")
        assert (told["messages"], told["channel"], told["first_at"]) == (3, "sms", NOW)

    def test_it_counts_on_until_somebody_has_seen_it_and_then_anew(self, store):
        for hour in range(2):
            ask(store)
            dispatched(store, Scripted(strange), NOW + timedelta(hours=hour))
        told = only(store)
        assert (told["messages"], told["first_at"], told["last_at"]) == (2, NOW, NOW + timedelta(hours=1))
        assert alerts.see(store, told["id"], "Sam", NOW)
        assert not alerts.see(store, told["id"], "Kim", NOW)
        assert alerts.unseen(store) == []
        ask(store)
        dispatched(store, Scripted(strange), NOW + timedelta(hours=2))
        assert only(store)["messages"] == 1

    def test_only_codes_in_no_table_are_unknown(self, store):
        first, second = messages(store, sent(store, 2))
        tell(store, [told(first, "failed", "30007", alert=True), told(second, "failed", "99998", alert=True)])
        assert {one["code"]: one["known"] for one in alerts.unseen(store)} == {"30007": True, "99998": False}

    def test_the_same_hook_again_is_no_second_message(self, store):
        (message,) = messages(store, sent(store))
        tell(store, [told(message, "failed", "30007", alert=True)] * 2)
        tell(store, [told(message, "failed", "30007", alert=True)])
        assert only(store)["messages"] == 1


class TestTemplates:
    def test_a_rejected_template_is_held_and_its_messages_wait(self, store):
        rejected, fine = ask(store, 3), ask(store, 1, channel=Channel.EMAIL)
        connector = Scripted(lambda message: PAUSED if message.channel == "sms" else None)
        dispatched(store, connector)
        assert queued(store, [*rejected, *fine]) == [True, True, True, False]
        (stop,) = stops.active(store, NOW)
        assert (stop["scope"], stop["reason"], stop["needs_person"]) == ("template", PAUSED.reason, True)
        assert why.waiting_behind(store, stop, NOW).due == 3
        tried = len(connector.sent)
        dispatched(store, connector, NOW + timedelta(days=1))
        assert len(connector.sent) == tried

    def test_use_again_lets_them_leave(self, store):
        waiting = ask(store, 2)
        dispatched(store, Scripted(PAUSED))
        (stop,) = stops.active(store, NOW)
        with store.transaction() as work:
            stops.lift(work, stop["id"], "Sam", NOW)
        dispatched(store, Scripted())
        assert queued(store, waiting) == [False, False]

    def test_an_edited_template_is_used_with_its_new_text(self, store):
        waiting = ask(store)
        dispatched(store, Scripted(PAUSED))
        (id,) = template_store.held(store, NOW)
        draft = Draft(Channel.SMS, "Test", SMS_TEXT.replace("how was", "how did you like"))
        assert template_store.keep(store, draft, SHOP, "Sam", NOW, Kept(id, 1)) == Kept(id, 2)
        assert template_store.held(store, NOW) == {}
        connector = Scripted()
        dispatched(store, connector)
        assert [("how did you like" in message.body) for message in connector.sent] == [True]
        assert queued(store, waiting) == [False]

    def test_a_hook_that_tells_of_it_holds_it_too(self, store):
        (message,) = messages(store, sent(store))
        used = store.rows("SELECT template_id FROM message")[0]["template_id"]
        tell(store, [told(message, "failed", "63041", halt=PAUSED)])
        assert template_store.held(store, NOW) == {used: "WhatsApp paused the template (63041)"}

    @pytest.mark.parametrize(("halt", "reached"), [(PAUSED, 0), (None, 1)])
    def test_whoever_got_nothing_because_of_the_template_may_be_asked_anew(self, store, halt, reached):
        request = put(store)
        dispatched(store, Scripted())
        (message,) = messages(store, [request])
        tell(store, [told(message, "failed", "63041", halt=halt)])
        assert row(store, request)["status"] == "failed"
        assert reaches(store, request) == reached

    def test_whoever_got_it_after_all_is_not_asked_anew(self, store):
        request = put(store)
        dispatched(store, Scripted())
        (message,) = messages(store, [request])
        tell(store, [told(message, "failed", "63041", halt=PAUSED)])
        tell(store, [told(message, "delivered", "")])
        assert row(store, request)["status"] == "delivered"
        assert reaches(store, request) == 1

    def test_a_stop_that_an_answer_brings_adds_to_those_in_force(self):
        known = ActiveStops(templates=frozenset({7}))
        assert known.and_by(Stop("template", "9", "provider", "", "twilio")).templates == {7, 9}
        assert known.and_by(Stop("channel", "sms", "provider", "", "twilio", "sms")).templates == {7}

    def test_other_templates_of_the_channel_are_not_held(self, store):
        ask(store)
        dispatched(store, Scripted(PAUSED))
        other = template(store)
        sent_by = commands.member(store, "Sam Sender", NOW)
        one = commands.Ask("Bob", Channel.SMS, "+12025550199", sent_by, other, NOW, "manual", None, "+12025550199")
        (free,) = commands.ask(store, [one], NOW, lambda: "t-free")
        dispatched(store, Scripted())
        assert queued(store, [free]) == [False]


class TestHooksThatConcernTheSender:
    @pytest.mark.parametrize(
        ("code", "scope", "subject", "waits"),
        [
            ("30034", "channel", "sms", None),
            ("30018", "country", "US", None),
            ("30027", "channel", "sms", timedelta(hours=6)),
            ("30022", "channel", "sms", timedelta(minutes=1)),
        ],
    )
    def test_they_stop_the_queue_as_the_answer_would_have_and_who_got_nothing_may_be_asked_anew(
        self, store, code, scope, subject, waits
    ):
        first = put(store, phone="+12025550101")
        dispatched(store, Scripted())
        second = put(store, phone="+12025550102")
        (message,) = messages(store, [first])
        tell(store, [news(table("twilio").report(code, "", "", NOW, "hook", "SM1"), message, "twilio")])
        (stop,) = stops.active(store, NOW)
        assert (stop["scope"], stop["subject"], stop["channel"]) == (scope, subject, "sms")
        short = waits and waits < timedelta(minutes=15)
        assert (stop["until"], stop["needs_person"]) == (waits and NOW + waits, not short)
        dispatched(store, Scripted())
        assert queued(store, [second]) == [True]
        assert reaches(store, first) == 0


def told(message: int, event: str, code: str, **how) -> News:
    reason = "WhatsApp paused the template" if how.get("halt") else "Said of it"
    return news(Report("", event, NOW, f"{event} {code}", code, reason, **how), message, "twilio")


def tell(store, heard: list[News]) -> None:
    """Applies news as a turn of the engine does, with what follows from them."""
    from datetime import UTC

    from data import moves, rules
    from engine import consequences

    with store.transaction() as work:
        changes = moves.apply(work, heard, NOW, UTC).changes
        consequences.of_changes(work, changes, rules.load(work), NOW, UTC, lambda: "t-new")
