"""What is still to come after a phone or an email was put right, removed, or was never theirs."""

from datetime import UTC, timedelta

import pytest

from data import commands, follow_up_plan, people, queries
from data.addresses import Corrected, correct
from data.claims import claim
from data.commands import Ask
from data.lifecycle import Channel
from data.moves import News, apply
from data.opt_outs import stop_person
from data.rules import Rules
from data.sequences import Step
from data.store import Store
from tests.builders import NOW, ask, row, template, token

OLD, NEW, EMAIL, OTHER = "+12025550143", "+13105550143", "ann@example.com", "ann@new.example"
LATER = NOW + timedelta(hours=1)


def put_right(store: Store, request: int, phone: str, email: str, *, theirs: bool = True) -> Corrected:
    contact = row(store, request)["contact_id"]
    (kept,) = store.rows("SELECT phone, email FROM contact WHERE id = $id", id=contact)
    drawn = {kind: kept[kind] or "" for kind in kept}
    typed = {"phone": phone, "email": email}
    return correct(store, contact, drawn, typed, "Sam", LATER, UTC, "US", moving=True, theirs=theirs)


def asked(store: Store, *channels: Channel) -> int:
    """A request with a step for each further channel."""
    by = {channel: template(store, channel) for channel in Channel}
    first, *others = channels
    steps = tuple(Step(72, channel, by[channel][0]) for channel in others)
    to = EMAIL if first is Channel.EMAIL else OLD
    sam = commands.member(store, "Sam", NOW)
    one = Ask("Ann", first, to, sam, by[first], NOW, "manual", email=EMAIL, phone=OLD, steps=steps)
    return commands.ask(store, [one], NOW, token())[0]


def hold(store: Store, days: int) -> None:
    with store.transaction() as work:
        assert len(claim(work, "test", NOW + timedelta(days=days), 10)) == 1


def leaves(store: Store, request: int, number: int, days: int = 0, *, held: bool = False) -> None:
    if not held:
        hold(store, days)
    (message,) = store.rows(
        "SELECT id FROM message WHERE request_id = $id AND number = $number", id=request, number=number
    )
    at = NOW + timedelta(days=days)
    with store.transaction() as work:
        applied = apply(work, [News(message["id"], "accepted", at)], at, UTC)
        follow_up_plan.follow(work, applied.changes, Rules(), at, UTC, token())


def goes_to(store: Store, request: int) -> list[tuple[str, str]]:
    rows = store.rows("SELECT address, status FROM message WHERE request_id = $id ORDER BY number", id=request)
    return [(one["address"], one["status"]) for one in rows]


@pytest.mark.parametrize(
    ("channels", "reached"),
    [
        ((Channel.SMS, Channel.EMAIL, Channel.SMS), [OLD, OTHER, NEW]),
        ((Channel.EMAIL, Channel.SMS, Channel.EMAIL), [EMAIL, NEW, OTHER]),
    ],
)
def test_follow_ups_that_are_still_to_come_go_to_the_new_address(
    store: Store, channels: tuple[Channel, ...], reached: list[str]
):
    request = asked(store, *channels)
    leaves(store, request, 0)
    assert put_right(store, request, NEW, OTHER).moved == 1
    assert row(store, request)["address"] == reached[0]
    leaves(store, request, 1, 4)
    assert [at for at, _ in goes_to(store, request)] == reached


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_so_does_what_follows_a_message_that_was_being_sent_meanwhile(store: Store, channel: Channel):
    request = asked(store, channel, channel)
    hold(store, 0)
    put_right(store, request, NEW, OTHER)
    leaves(store, request, 0, held=True)
    first, then = (EMAIL, OTHER) if channel is Channel.EMAIL else (OLD, NEW)
    assert [at for at, _ in goes_to(store, request)] == [first, then]


def test_what_is_queued_for_a_removed_address_is_cancelled_and_said(store: Store):
    (texted,), (mailed,) = (ask(store, channel=one, phone=OLD, email=EMAIL) for one in (Channel.SMS, Channel.EMAIL))
    assert put_right(store, texted, "", EMAIL) == Corrected(cancelled=1)
    assert (goes_to(store, texted), row(store, texted)["status"]) == ([(OLD, "cancelled")], "cancelled")
    assert goes_to(store, mailed) == [(EMAIL, "queued")]
    told = queries.story(store, texted)["happenings"][-1]
    assert (told["event"], told["actor"], told["detail"]) == ("cancelled", "Sam", "Their phone was removed")
    (noted,) = store.rows("SELECT detail FROM audit")
    assert noted["detail"] == "phone removed; queued messages cancelled: 1"


@pytest.mark.parametrize(
    ("channels", "phone", "email"),
    [
        ((Channel.SMS, Channel.EMAIL, Channel.SMS), "", EMAIL),
        ((Channel.EMAIL, Channel.SMS, Channel.EMAIL), OLD, ""),
    ],
)
def test_no_follow_up_goes_to_a_removed_address(store: Store, channels: tuple[Channel, ...], phone: str, email: str):
    request = asked(store, *channels)
    leaves(store, request, 0)
    put_right(store, request, phone, email)
    leaves(store, request, 1, 4)
    assert len(goes_to(store, request)) == 2


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_nor_after_what_was_being_sent_there(store: Store, channel: Channel):
    request = asked(store, channel, channel)
    hold(store, 0)
    put_right(store, request, *(("", EMAIL) if channel is Channel.SMS else (OLD, "")))
    leaves(store, request, 0, held=True)
    assert len(goes_to(store, request)) == 1


def test_a_stop_from_an_address_that_was_never_theirs_is_not_theirs(store: Store):
    (request,) = ask(store, phone=OLD, email=EMAIL)
    (theirs,) = ask(store, phone="+12025550144", email="bo@example.com")
    put_right(store, request, NEW, EMAIL, theirs=False)
    put_right(store, theirs, "+13105550144", "bo@example.com")
    assert OLD not in people.addresses_of(store, row(store, request)["contact_id"])
    assert "+12025550144" in people.addresses_of(store, row(store, theirs)["contact_id"])
    with store.transaction() as work:
        stop_person(
            work, OLD, "opted_out", source="sms", evidence="STOP", actor="recipient", now=NOW, zone=UTC,
            whole_person=True,
        )  # fmt: skip
    assert people.barred(store, NEW) == []


def test_never_ask_holds_though_the_old_address_was_never_theirs(store: Store):
    (request,) = ask(store, phone=OLD)
    people.never_ask(store, row(store, request)["contact_id"], "", "Sam", NOW, UTC)
    put_right(store, request, NEW, row(store, request)["email"] or "", theirs=False)
    assert [bar["basis"] for bar in people.barred(store, NEW)] == ["never_ask"]
