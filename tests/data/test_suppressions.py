"""Who must not be written to: said once, found by every channel, lifted only by whom it concerns."""

from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.consents import given_anew
from data.contacts import address_key, find_or_create
from data.lifecycle import Channel
from data.opt_outs import stop_person
from data.owners import owners
from data.statements import span
from data.store import Store
from data.suppressions import Suppression, is_suppressed, lift, suppress, suppressed, suppressed_since
from data.suppressions import start as said_again
from tests.builders import NOW, ask, row

PHONE, EMAIL = "+12025550143", "ann@example.com"
LATER = NOW + timedelta(minutes=1)


def bar(store: Store, address: str = PHONE, basis: str = "opted_out", channel: str | None = None) -> None:
    with store.transaction() as work:
        suppress(work, [Suppression(address, basis, "sms", "recipient", channel, "STOP")], NOW)


def start(store: Store, address: str = PHONE, channel: str | None = None) -> bool:
    with store.transaction() as work:
        return lift(work, address, channel, "sms", "START", "recipient", LATER)


def stop(store: Store, address: str, *, whole_person: bool) -> set[int]:
    with store.transaction() as work:
        return stop_person(
            work, address, "opted_out", source="sms", evidence="STOP", actor="recipient", now=LATER, zone=UTC,
            whole_person=whole_person,
        )  # fmt: skip


def found(store: Store, *pairs: tuple[str, str]) -> dict[tuple[str, str], str]:
    return suppressed(store, pairs or [(channel.value, PHONE) for channel in Channel])


def ledger(store: Store) -> list[tuple[str, str]]:
    return [(r["state"], r["basis"]) for r in store.rows("SELECT * FROM consent ORDER BY recorded_at")]


def test_what_was_said_twice_is_kept_once(store: Store):
    bar(store)
    bar(store)
    bar(store, channel="sms")  # within what was said already

    assert len(store.rows("SELECT id FROM suppression")) == 1
    assert ledger(store) == [("withdrawn", "opted_out")]


def test_a_wider_word_is_kept_beside_a_narrower_one(store: Store):
    bar(store, channel="sms")
    bar(store)

    assert len(store.rows("SELECT id FROM suppression")) == 2
    assert set(found(store)) == {(channel.value, PHONE) for channel in Channel}


def test_the_oldest_word_is_the_one_that_is_named(store: Store):
    bar(store, basis="complained")
    bar(store)

    assert set(found(store).values()) == {"complained"}


def test_who_was_let_in_again_is_not_barred_since(store: Store):
    bar(store)
    assert is_suppressed(suppressed_since(store, NOW), "sms", PHONE)
    start(store)

    assert suppressed_since(store, NOW) == frozenset()


def test_the_newest_consent_counts(store: Store):
    for hour in (5, 1):
        with store.transaction() as work:
            said_again(work, PHONE, "sms", "START", NOW + timedelta(hours=hour), NOW + timedelta(hours=6))

    assert given_anew(store, [PHONE]) == {PHONE: NOW + timedelta(hours=5)}


def test_one_channel_leaves_the_others_open(store: Store):
    bar(store, channel="whatsapp")

    assert found(store) == {("whatsapp", PHONE): "opted_out"}


def test_an_address_nobody_spoke_of_is_open(store: Store):
    bar(store)

    assert found(store, ("sms", "+12025550144"), ("email", EMAIL)) == {}
    assert suppressed(store, []) == {}


@pytest.mark.parametrize("basis", ["opted_out", "unsubscribed"])
def test_start_takes_their_own_word_back(store: Store, basis: str):
    bar(store, basis=basis)

    assert start(store)
    assert found(store) == {}
    assert ledger(store) == [("withdrawn", basis), ("granted", "consent")]
    assert not start(store)


@pytest.mark.parametrize("basis", ["never_ask", "complained", "bounced"])
def test_start_does_not_take_back_what_others_said(store: Store, basis: str):
    bar(store, basis=basis)
    bar(store)

    assert start(store)
    assert set(found(store).values()) == {basis}


def test_start_on_one_channel_lifts_nothing_general(store: Store):
    bar(store)
    bar(store, basis="unsubscribed", channel="sms")

    assert start(store, channel="sms")
    assert not start(store, channel="whatsapp")
    assert set(found(store).values()) == {"opted_out"}


def test_their_words_are_in_the_ledger_only(store: Store):
    bar(store)
    start(store)

    assert "START" not in str(store.rows("SELECT * FROM audit"))
    assert [r["evidence"] for r in store.rows("SELECT evidence FROM consent ORDER BY recorded_at")] == ["STOP", "START"]


def test_stop_of_the_whole_person_empties_the_queue_of_every_address(store: Store):
    (by_sms,) = ask(store, phone=PHONE, email=EMAIL)
    (by_email,) = ask(store, phone=PHONE, email=EMAIL, channel=Channel.EMAIL)
    (other,) = ask(store)

    assert stop(store, PHONE, whole_person=True) == {by_sms, by_email}
    assert [(row(store, id)["status"], row(store, id)["code"]) for id in (by_sms, by_email, other)] == [
        ("cancelled", "suppressed"), ("cancelled", "suppressed"), ("queued", None),
    ]  # fmt: skip
    assert set(found(store, ("sms", PHONE), ("email", EMAIL))) == {("sms", PHONE), ("email", EMAIL)}
    assert stop(store, PHONE, whole_person=True) == set()


def test_stop_of_an_address_leaves_the_others_of_its_owner(store: Store):
    (by_sms,) = ask(store, phone=PHONE, email=EMAIL)
    (by_email,) = ask(store, phone=PHONE, email=EMAIL, channel=Channel.EMAIL)

    assert stop(store, PHONE, whole_person=False) == {by_sms}
    assert row(store, by_email)["status"] == "queued"
    assert found(store, ("sms", PHONE), ("email", EMAIL)) == {("sms", PHONE): "opted_out"}


def test_stop_calls_off_what_was_still_planned(store: Store):
    (request,) = ask(store, phone=PHONE)
    store_plan(store, request)

    stop(store, PHONE, whole_person=False)

    assert row(store, request)["plan"] is None


def store_plan(store: Store, request: int) -> None:
    with store.transaction() as work:
        work.rows(
            "UPDATE request SET plan = '[]' WHERE id BETWEEN $low AND $high AND id = ANY($ids)", **span([request])
        )


def test_a_stranger_who_says_stop_is_kept_too(store: Store):
    assert stop(store, PHONE, whole_person=True) == set()
    assert set(found(store).values()) == {"opted_out"}


@pytest.mark.parametrize("sender", ["AMAZON", "", "+", "12" * 40, "@"])
def test_strange_senders_own_nothing(store: Store, sender: str):
    assert owners(store, [sender]) == {sender: []}


def test_two_emails_with_one_hash_are_two_people(store: Store):
    with store.transaction() as work:
        find_or_create(work, [("Ann", EMAIL, None)], NOW)
        work.rows("UPDATE contact SET email_key = $key", key=address_key("bob@example.com"))

    assert owners(store, ["bob@example.com"]) == {"bob@example.com": []}


ADDRESSES, CHANNELS = (PHONE, EMAIL), (None, "sms", "email")
BASES = ("opted_out", "unsubscribed", "complained", "never_ask")
WORDS = st.tuples(
    st.sampled_from(["bar", "start"]), st.sampled_from(ADDRESSES), st.sampled_from(CHANNELS), st.sampled_from(BASES)
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=12))
def test_lookups_agree_with_a_plain_model(store: Store, words: list[tuple[str, str, str | None, str]]):
    with store.transaction() as work:
        work.rows("DELETE FROM suppression")
    model: dict[str, set[tuple[str | None, str]]] = {address: set() for address in ADDRESSES}
    for verb, address, channel, basis in words:
        if verb == "bar":
            bar(store, address, basis, channel)
            model[address].add((channel, basis))
        else:
            start(store, address, channel)
            mine = ("opted_out", "unsubscribed")
            model[address] -= {one for one in model[address] if one[1] in mine and channel in (None, one[0])}

    pairs = [(channel, address) for address in ADDRESSES for channel in ("sms", "email", "whatsapp")]
    expected = {pair: {b for c, b in model[pair[1]] if c in (None, pair[0])} for pair in pairs}
    got = found(store, *pairs)
    assert set(got) == {pair for pair, bases in expected.items() if bases}
    assert all(got[pair] in expected[pair] for pair in got)


def test_stop_reaches_a_second_email_under_which_the_same_person_was_asked(store: Store):
    ask(store, phone=PHONE, email=EMAIL)
    (second,) = ask(store, phone=PHONE, email="ann@work.example", channel=Channel.EMAIL)

    assert second in stop(store, PHONE, whole_person=True)
    assert row(store, second)["status"] == "cancelled"
    assert found(store, ("email", "ann@work.example"))


def test_a_word_from_the_second_email_counts_for_the_whole_person(store: Store):
    (text,) = ask(store, phone=PHONE, email=EMAIL)
    ask(store, phone=PHONE, email="ann@work.example", channel=Channel.EMAIL)

    assert text in stop(store, "ann@work.example", whole_person=True)
    assert set(found(store, ("sms", PHONE), ("email", EMAIL))) == {("sms", PHONE), ("email", EMAIL)}


def test_a_word_from_the_second_email_alone_leaves_the_rest(store: Store):
    (text,) = ask(store, phone=PHONE, email=EMAIL)
    ask(store, phone=PHONE, email="ann@work.example", channel=Channel.EMAIL)

    assert text not in stop(store, "ann@work.example", whole_person=False)
