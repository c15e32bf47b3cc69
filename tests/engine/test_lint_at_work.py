"""A text that the linter refuses does not leave, however it came into the store, and waits for a better one."""

from dataclasses import replace
from datetime import UTC

from data import planning, template_store, versions, why
from data.commands import Ask
from data.filters import Filters
from data.holds import let_judge
from data.lifecycle import Channel
from data.sequences import Step
from data.template_store import Kept
from data.texts import lint
from data.versions import Around
from engine.dispatch import Engine
from engine.policy import judge
from tests.builders import NOW, SMS_TEXT, row, setting, template
from tests.engine.asks import WEST, put
from tests.engine.conftest import Scripted, drain, engine, write

STARS = "Give {business} a 5-star review: {link} Reply STOP to opt out"


def spoil(store, used) -> None:
    """As if written straight into the store, past the editor."""
    with store.transaction() as work:
        work.rows(
            "UPDATE template SET body = $body WHERE id = $id AND version = $version",
            body=STARS, id=used[0], version=used[1],
        )  # fmt: skip


def correct(store, used, body=SMS_TEXT, now=NOW) -> None:
    spoilt = template_store.versions(store, used[0])[0]
    draft = replace(template_store.draft_of(spoilt), body=body)
    kept = template_store.keep(store, draft, "The Shop", "Sam", now, Kept(*used))
    assert kept == Kept(used[0], used[1] + 1)


def held(store, clock):
    """A template that is refused by now, a request that waits for a better one, and what it will leave by."""
    used = template(store)
    request = put(store, template=used)
    spoil(store, used)
    drain(engine(store, connector := Scripted(), clock))
    return used, request, connector


def test_what_was_queued_before_waits_when_its_turn_comes(store, clock):
    _used, request, connector = held(store, clock)
    found = row(store, request)
    assert connector.sent == []
    assert (found["status"], found["hold_code"]) == ("queued", "lint")
    assert "5-star" in found["hold_reason"]
    (reason,) = why.reasons(store, Filters())
    assert (reason.code, reason.label, reason.next_at) == ("lint", "Its text must not be sent", None)
    assert reason.remedy == "Whoever keeps the templates has to write a new version."


def test_it_leaves_with_the_corrected_text_as_soon_as_there_is_one(store, clock):
    used, request, connector = held(store, clock)
    clock.forward(hours=1)
    correct(store, used, now=clock())
    assert (row(store, request)["hold_code"], row(store, request)["due_at"]) == (None, clock())
    drain(engine(store, connector, clock))
    (message,) = connector.sent
    assert "star" not in message.body
    assert store.rows("SELECT template_version FROM message") == [{"template_version": 2}]


def test_one_still_refused_is_held_again_and_says_why(store, clock):
    _used, request, connector = held(store, clock)
    clock.forward(minutes=1)
    with store.transaction() as work:
        let_judge(work, {request: None}, clock())
    drain(engine(store, connector, clock))
    assert (connector.sent, row(store, request)["hold_code"]) == ([], "lint")
    for _ in range(3):
        clock.forward(days=1)
        drain(engine(store, connector, clock))
    assert store.rows("SELECT count(*) AS n FROM happening WHERE event = 'held'") == [{"n": 1}], "not one each day"


def test_where_the_newest_version_may_be_sent_nobody_has_to_do_anything(store, clock):
    used = template(store)
    put(store, template=used)
    correct(store, used, "How was {business}? {link} Reply STOP to opt out")
    spoil(store, used)
    drain(engine(store, connector := Scripted(), clock))
    assert [message.body[:17] for message in connector.sent] == ["How was The Shop?"]


def test_a_held_follow_up_leaves_with_the_corrected_text_too(store, clock):
    used = template(store)
    request = put(store, template=used, steps=(Step(24, None, used[0]),))
    drain(engine(store, connector := Scripted(), clock))
    spoil(store, used)
    clock.forward(days=1, minutes=1)
    drain(engine(store, connector, clock))
    assert (len(connector.sent), row(store, request)["hold_code"]) == (1, "lint")
    correct(store, used, now=clock())
    assert row(store, request)["next_at"] == clock()
    drain(engine(store, connector, clock))
    assert len(connector.sent) == 2


def test_what_waits_for_its_text_too_long_is_not_sent_any_more(store, clock):
    _used, request, connector = held(store, clock)
    clock.forward(days=31)
    drain(engine(store, connector, clock))
    assert (row(store, request)["status"], row(store, request)["code"]) == ("cancelled", "expired")


def test_it_is_planned_to_wait(store):
    one = Ask("Ann", Channel.SMS, WEST, 1, template(store, body=STARS), NOW, "api", None, WEST)
    with store.reading() as reading:
        held = planning.plan(reading, [one], setting(judge), NOW)[0].ask.hold
    assert getattr(held, "code", None) == "lint"


def test_a_variable_that_came_past_the_editor_is_read_too(store, clock):
    used = template(store, Channel.WHATSAPP)
    request = put(store, channel=Channel.WHATSAPP, template=used)
    with store.transaction() as work:
        said = '{"1": "{first_name|there}, get a 10% discount", "2": "link"}'
        work.rows("UPDATE template SET variables = $said WHERE id = $id", said=said, id=used[0])
    drain(engine(store, connector := Scripted(), clock))
    assert (connector.sent, row(store, request)["hold_code"]) == ([], "lint")


def test_a_business_may_be_called_what_it_likes(store, clock):
    put(store, template=template(store, body="The Shop asks: how was it? {link} Reply STOP to opt out"))
    drain(engine(store, connector := Scripted(), clock))
    assert len(connector.sent) == 1


def real(store, clock, connector, address="", whatsapp="meta") -> Engine:
    """As with providers outside; their own names are the connectors' to know."""
    providers = {Channel.SMS: "twilio", Channel.WHATSAPP: whatsapp, Channel.EMAIL: "sendgrid"}
    return Engine(
        store, dict.fromkeys(Channel, connector), write, name="real", clock=clock, zone=UTC, in_flight=9, mail=[],
        business="The Shop",
        unusable=lambda channel, name: template_store.unusable(channel, providers[channel], name, address),
    )  # fmt: skip


def test_a_whatsapp_follow_up_waits_until_its_template_has_the_approved_name(store, clock):
    used = template(store, Channel.WHATSAPP)
    request = put(store, phone=WEST, steps=(Step(72, "whatsapp", used[0]),))
    drain(real(store, clock, connector := Scripted()))
    clock.forward(days=4)
    drain(real(store, clock, connector))
    assert len(connector.sent) == 1
    assert "WhatsApp delivers approved templates only" in row(store, request)["hold_reason"]
    draft = template_store.draft_of(template_store.versions(store, used[0])[0])
    draft = replace(draft, provider_name="ask", language="en", variables={"1": "link"})
    template_store.keep(store, draft, "The Shop", "Sam", clock(), Kept(*used))
    drain(real(store, clock, connector))
    assert connector.sent[1].content_id == "ask"


def test_an_email_waits_while_there_is_no_postal_address(store, clock):
    used = template(store, Channel.EMAIL)
    request = put(store, email="ann@example.com", steps=(Step(72, "email", used[0]),))
    drain(real(store, clock, connector := Scripted()))
    clock.forward(days=4)
    drain(real(store, clock, connector))
    assert len(connector.sent) == 1
    assert "BUSINESS_ADDRESS" in row(store, request)["hold_reason"]
    clock.forward(days=1)
    drain(real(store, clock, connector, address="1 Main Street"))
    assert len(connector.sent) == 2


def test_a_text_is_read_once_not_once_a_message(store):
    used = template(store)
    with store.reading() as reading:
        versions.texts(reading, {used}, Around("The Shop"))
        before = lint.look.cache_info().misses
        for _ in range(50):
            assert versions.texts(reading, {used}, Around("The Shop")).refused == {}
    assert lint.look.cache_info().misses == before
