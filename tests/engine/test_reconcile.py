"""Asking providers beside sending: the same as hooks, never in the way, never twice the same."""

import asyncio
from datetime import UTC, timedelta

import pytest

from connectors.contract import Page, Reply, Report, Scope, TryLater
from connectors.keywords import Keyword
from data.lifecycle import Channel
from data.moves import News
from data.suppressions import lift
from engine.dispatch import Engine
from engine.reconcile import DAY, OFTEN, PATIENCE, SELDOM
from tests.builders import NOW, ask, hear, messages, row
from tests.connectors.sendgrid_standin import SendGridStandIn
from tests.connectors.test_contract import sendgrid, twilio
from tests.connectors.twilio_standin import TwilioStandIn
from tests.engine.conftest import Asked, engine, write

LATER = NOW + timedelta(minutes=5)


def events(store, request: int) -> list[tuple[str, str]]:
    sql = "SELECT event, dedupe_key FROM happening WHERE request_id = $id ORDER BY recorded_at, event"
    return [(one["event"], one["dedupe_key"]) for one in store.rows(sql, id=request)]


def by_id(event: str, name: str = "id1", **more) -> Report:
    return Report("", event, LATER, f"{event} {name}", provider_id=name, **more)


def test_what_a_provider_answers_lands_as_its_hook_would_have(store, live):
    (request,) = ask(store)
    live(Asked([by_id("delivered")]), 0, 6)
    found = row(store, request)
    assert (found["status"], found["delivered_at"]) == ("delivered", LATER)
    assert ("delivered", "delivered id1") in events(store, request)


def test_the_same_answer_again_or_by_a_hook_changes_nothing(store, live):
    (request,) = ask(store)
    live(Asked([by_id("delivered"), by_id("clicked")]), 0, 6, 6, 6)
    before = events(store, request)
    hear(store, News(messages(store, [request])[0], "delivered", LATER, "delivered id1"))
    assert events(store, request) == before
    assert [event for event, _ in before].count("delivered") == 1
    assert [event for event, _ in before].count("clicked") == 1


def test_answers_about_other_peoples_messages_are_passed_over(store, live):
    (request,) = ask(store)
    other = Report("", "opted_out", LATER, "x", suppress=True, address="stranger@example.com")
    live(Asked([by_id("undelivered", "somebody else's"), other]), 0, 6)
    assert row(store, request)["status"] == "sent"


def test_an_address_means_the_last_email_to_it_before_that_moment(store, live, clock):
    first, second = (ask(store, channel=Channel.EMAIL, email=f"{name}@example.com")[0] for name in ("ann", "bea"))
    bounce = Report("", "undelivered", NOW, "listed", "bounce", "No such box", None, True, address="ANN@example.com")
    early = Report("", "undelivered", NOW - timedelta(hours=1), "listed", address="bea@example.com")
    live(Asked([bounce, early]), 0, 6, 6)
    assert (row(store, first)["status"], row(store, first)["reason"]) == ("undelivered", "No such box")
    assert row(store, second)["status"] == "sent", "that was before it was sent"
    assert [one["basis"] for one in store.rows("SELECT basis FROM suppression")] == ["bounced"]
    assert [event for event, _ in events(store, first)].count("undelivered") == 1


def test_a_list_repeats_nothing_that_a_hook_has_told_under_another_key(store, live):
    (request,) = ask(store, channel=Channel.EMAIL, email="ann@example.com")
    live(Asked(), 0)
    hear(store, News(messages(store, [request])[0], "complained", LATER, "hook's own key"))
    listed = [
        Report("", word, LATER, f"listed {word}", address="ann@example.com") for word in ("complained", "clicked")
    ]
    live(Asked(listed), 6)
    words = [event for event, _ in events(store, request)]
    assert (words.count("complained"), words.count("clicked")) == (1, 1)


def test_a_list_tells_of_who_leaves_a_second_time(store, live):
    ask(store, channel=Channel.EMAIL, email="ann@example.com")
    live(Asked(), 0)
    for hours in (1, 2):
        then = NOW + timedelta(hours=hours)
        listed = Report("", "opted_out", then, f"listed {then}", suppress=True, address="ann@example.com")
        live(Asked([listed]), 60)
        with store.transaction() as work:
            assert lift(work, "ann@example.com", None, "console", "She asked", "Sam", then)
        live(Asked([listed]), 2)
        assert store.rows("SELECT id FROM suppression WHERE lifted_at IS NULL AND address LIKE '%@%'") == []


def test_a_complaint_counts_however_old_the_mail_is(store, live):
    (request,) = ask(store, channel=Channel.EMAIL, email="ann@example.com")
    live(Asked(), 0, 90 * 24 * 60)
    then = NOW + timedelta(days=90)
    listed = Report("", "complained", then, "listed", suppress=True, address="Ann@example.com")
    live(Asked([listed]), 1)
    assert "complained" in [event for event, _ in events(store, request)]
    assert "ann@example.com" in {one["address"] for one in store.rows("SELECT address FROM suppression")}


def test_a_stop_is_heard_by_asking_once(store, live):
    ask(store, phone="+12024000001")
    live(Asked([Reply("sms", "+12024000001", "STOP", LATER, "reply 1", Keyword.STOP)]), 0, 6, 6)
    assert len(store.rows("SELECT id FROM reply")) == 1
    stopped = store.rows("SELECT address_key, basis FROM suppression")
    assert {one["basis"] for one in stopped} == {"opted_out"}
    assert len(stopped) == len({one["address_key"] for one in stopped}) == 2, "the number and the email, once each"


class Long(Asked):
    """Its list has a page for each message that was ever sent, the newest first."""

    async def poll(self, since):
        self.polls.append(0)
        for number, message in enumerate(reversed(self.sent)):
            self.polls[-1] += 1
            name = f"id{len(self.sent) - number}"
            stop = Reply("sms", message.address, "STOP", LATER, f"reply {name}", Keyword.STOP)
            yield Page([by_id("delivered", name), stop], LATER - timedelta(minutes=number))


def test_a_list_without_end_is_heard_to_its_end_over_several_looks(store, live, monkeypatch):
    monkeypatch.setattr("engine.reconcile.PAGES", 3)
    requests = ask(store, 20)
    live(Long(), 0, 6, 1, 1, 1, 1, 1, 1, 1)
    assert {row(store, request)["status"] for request in requests} == {"delivered"}
    assert len(store.rows("SELECT id FROM reply")) == 20


def test_without_hooks_a_provider_is_asked_every_minute(store, live):
    connector = Asked()
    live(connector, 0, 0.5, 0.5, 1, 1)
    assert len(connector.polls) == 4
    assert connector.polls[0] <= NOW - DAY
    assert connector.polls[-1] > NOW - timedelta(minutes=10), "then only about what is new"


def test_a_clock_that_was_ahead_and_is_put_right_does_not_end_the_questions(store, live):
    connector = Asked()
    live(connector, 180, -180, 1)
    assert len(connector.polls) == 3
    assert connector.polls[1] <= NOW - DAY, "about all the time that may have been missed"


@pytest.mark.parametrize("reached", [True, False])
def test_after_a_long_weekend_it_is_asked_about_all_of_it(live, clock, reached):
    live(Asked(), 0, reached=reached, name="before")
    clock.forward(days=4)
    connector = Asked()
    live(connector, 0, reached=reached, name="after")
    assert connector.polls[0] <= NOW


def test_with_hooks_it_is_asked_seldom_for_answers_and_for_what_is_long_without_an_end(store, live, clock):
    ask(store)
    live(Asked(), 0, reached=True)
    connector, seldom = Asked(), SELDOM / timedelta(minutes=1)
    live(connector, 0, 1, 1, seldom, PATIENCE / timedelta(minutes=1), reached=True)
    assert len(connector.polls) == 3
    assert connector.polls[1] > NOW - timedelta(minutes=10), "nothing is long without an end"
    assert connector.polls[2] <= NOW


def test_a_provider_that_asks_for_patience_gets_it(store, live, caplog):
    connector = Asked(lambda: TryLater(timedelta(minutes=10), Scope.CHANNEL, "Too many questions"))
    live(connector, 0, *[1] * 9)
    assert len(connector.polls) == 1
    assert len(caplog.records) == 1
    assert "Too many questions" in caplog.text


def test_a_question_without_an_answer_does_not_hold_up_the_queue(store, clock):
    requests = ask(store, 3)

    class Mute(Asked):
        async def poll(self, since):
            await asyncio.sleep(60)
            yield Page([], since)

    one = engine(store, Mute(), clock, reached=False)

    async def lives():
        stop = asyncio.Event()
        running = asyncio.create_task(one.run(stop))
        while any(row(store, request)["status"] != "sent" for request in requests):
            await asyncio.sleep(0.02)
        stop.set()
        await asyncio.wait_for(running, 10)

    asyncio.run(asyncio.wait_for(lives(), 20))


def test_a_bug_in_asking_stops_nothing(store, live, caplog):
    (request,) = ask(store)

    def broken():
        raise RuntimeError("bug")

    live(Asked(broken), 0, 2)
    assert row(store, request)["status"] == "sent"
    assert "could not be asked" in caplog.text


class Remembers(Asked):
    """Its list tells what became of a message by now, and only to who asks back to when it was sent."""

    def __init__(self, clock, *became: tuple[timedelta, str]) -> None:
        super().__init__()
        self.clock, self.became = clock, became

    async def poll(self, since):
        self.polls.append(since)
        told = [by_id(word) for after, word in self.became if self.clock() >= NOW + after]
        yield Page(told if since <= NOW and self.sent else [], since)


def test_without_hooks_reading_is_heard_long_after_delivery(store, live, clock):
    (request,) = ask(store, channel=Channel.WHATSAPP)
    became = (timedelta(minutes=1), "delivered"), (timedelta(minutes=9), "read")
    live(Remembers(clock, *became), 0, *[2] * 7)
    assert row(store, request)["status"] == "read"


def test_and_delivery_to_a_phone_that_was_off_for_days(store, live, clock):
    (request,) = ask(store)
    live(Remembers(clock, (timedelta(hours=60), "delivered")), 0, *[60] * 61)
    assert row(store, request)["status"] == "delivered"


@pytest.mark.parametrize(("channel", "reached"), [(Channel.SMS, False), (Channel.WHATSAPP, True)])
def test_what_was_delivered_is_asked_about_no_more_where_reading_is_not_told_so(store, live, clock, channel, reached):
    (request,) = ask(store, channel=channel)
    provider = Remembers(clock, (timedelta(minutes=1), "delivered"))
    live(provider, 0, 70, *[22] * 3, reached=reached)
    assert row(store, request)["status"] == "delivered"
    assert provider.polls[-1] > NOW


def test_twilio_and_sendgrid_without_a_public_address(store, clock, run, enter, session):
    phone, box = enter(TwilioStandIn()), enter(SendGridStandIn())
    phone.clock = box.clock = clock
    (text,), (mail, fine) = ask(store), ask(store, 2, channel=Channel.EMAIL)
    senders = {"sms": twilio(session, phone.url), "email": sendgrid(session, box.url)}
    one = Engine(store, senders, write, name="e", clock=clock, zone=UTC, in_flight=9, mail=[], reached=False)
    run(one.run(asyncio.Event(), drain=True))
    assert {row(store, request)["status"] for request in (text, mail, fine)} == {"sent"}
    clock.forward(minutes=OFTEN / timedelta(minutes=1))
    phone.accepted[0]["status"] = "delivered"
    bounced = row(store, mail)["address"]
    box.listed["bounces"] = [{"created": int(clock().timestamp()), "email": bounced, "reason": "550 no such box"}]
    run(one.run(asyncio.Event(), drain=True))
    assert [row(store, request)["status"] for request in (text, mail, fine)] == ["delivered", "undelivered", "sent"]
    assert row(store, mail)["reason"] == "550 no such box"


def test_who_is_on_sendgrids_bounce_list_is_not_written_to_again(store, clock, run, enter, session):
    box = enter(SendGridStandIn())
    (mail,) = ask(store, channel=Channel.EMAIL, email="gone@example.com")
    senders = {"email": sendgrid(session, box.url)}
    one = Engine(store, senders, write, name="e", clock=clock, zone=UTC, in_flight=9, mail=[], reached=False)
    run(one.run(asyncio.Event(), drain=True))
    clock.forward(minutes=3)
    box.listed["bounces"] = [{"created": int(clock().timestamp()), "email": "gone@example.com", "reason": "550 no"}]
    run(one.run(asyncio.Event(), drain=True))
    assert row(store, mail)["status"] == "undelivered"
    assert [one["basis"] for one in store.rows("SELECT basis FROM suppression")] == ["bounced"]
