"""A text that the linter refuses does not leave, however it came into the store."""

from data import cases, lint, planning, why
from data.commands import Ask
from data.filters import Filters
from data.lifecycle import Channel
from engine.policy import judge
from tests.builders import NOW, row, setting, template
from tests.engine.asks import WEST, put
from tests.engine.conftest import Scripted, drain, engine

STARS = "Give {business} a 5-star review: {link} Reply STOP to opt out"


def spoil(store, used) -> None:
    """As if written straight into the store, past the editor."""
    with store.transaction() as work:
        work.rows("UPDATE template SET body = $body WHERE id = $id", body=STARS, id=used[0])


def test_what_was_queued_before_is_blocked_when_its_turn_comes(store, clock):
    used = template(store)
    request = put(store, template=used)
    spoil(store, used)
    drain(engine(store, connector := Scripted(), clock))
    found = row(store, request)
    assert connector.sent == []
    assert (found["status"], found["code"]) == ("cancelled", "lint")
    assert "5-star" in found["reason"]
    assert [(one.code, one.label) for one in why.reasons(store, Filters())] == [("lint", "Its text must not be sent")]


def test_it_is_not_even_planned(store):
    one = Ask("Ann", Channel.SMS, WEST, 1, template(store, body=STARS), NOW, "api", None, WEST)
    with store.reading() as reading:
        blocked = planning.plan(reading, [one], setting(judge), NOW)[0].blocked
    assert getattr(blocked, "code", None) == "lint"


def test_a_business_may_be_called_what_it_likes(store, clock):
    put(store, template=template(store, body="The Shop asks: how was it? {link} Reply STOP to opt out"))
    drain(engine(store, connector := Scripted(), clock))
    assert len(connector.sent) == 1


def test_a_text_is_read_once_not_once_a_message(store):
    used = template(store)
    with store.reading() as reading:
        cases.refused_texts(reading, {used}, "The Shop")
        before = lint.look.cache_info().misses
        for _ in range(50):
            assert cases.refused_texts(reading, {used}, "The Shop") == {}
    assert lint.look.cache_info().misses == before
