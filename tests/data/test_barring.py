"""Those who said no in a file: barred by a press, and let go by its undo."""

from datetime import UTC, timedelta

from data import barring, erasure
from data.consents import given_anew
from data.lifecycle import Channel
from data.store import Store
from data.suppressions import suppressed
from tests.builders import NOW, ask, row

LATER = NOW + timedelta(hours=1)


def test_who_said_no_in_a_file_is_taken_out_of_the_queue_by_that_channel(store: Store):
    both = {"phone": "+12025550143", "email": "ann@example.com"}
    (texted,), (mailed,) = ask(store, **both), ask(store, channel=Channel.EMAIL, **both)
    barring.never_ask(store, {(Channel.SMS, one): 2 for one in both.values()}, "spring.csv", "Sam", NOW)
    assert row(store, texted)["status"] == "cancelled"
    assert row(store, mailed)["status"] == "queued"


def test_a_bar_by_an_import_is_lifted_by_its_undo_and_no_other_bar(store: Store):
    before, no = "+12025550199", "+12025550143"
    barring.never_ask(store, {(Channel.SMS, before): 7}, "winter.csv", "Sam", NOW)
    refusing = {(one, at): 2 for one in Channel for at in (no, before)} | {(Channel.SMS, "ann@example.com"): 3}
    refusing |= {(Channel.SMS, "+12025550150"): 4}
    barring.never_ask(store, {(Channel.SMS, "+12025550150"): 4}, "winter.csv", "Sam", NOW)

    assert barring.not_barred(store, refusing) == {(one, at): 2 for one in Channel for at in (no, before)}
    assert barring.never_ask(store, refusing, "spring.csv", "Sam", LATER) == 2
    assert barring.not_barred(store, refusing) == {}
    assert barring.never_ask(store, refusing, "spring.csv", "Sam", LATER) == 0

    assert barring.allow_refusing(store, refusing, "spring.csv", "Sam", LATER) == 2
    assert suppressed(store, [(Channel.SMS, one) for one in (no, before, "+12025550150")]) == {
        (Channel.SMS, before): "never_ask", (Channel.SMS, "+12025550150"): "never_ask",
    }  # fmt: skip
    assert suppressed(store, [(Channel.WHATSAPP, before)]) == {}
    assert given_anew(store, [no]) == {}  # the team's word, not theirs
    assert barring.allow_refusing(store, refusing, "spring.csv", "Sam", LATER) == 0


def test_the_undo_of_an_import_asks_nobody_again_who_was_erased(store: Store):
    person = row(store, ask(store, phone="+12025550143")[0])["contact_id"]
    refusing = {(one, "+12025550143"): 2 for one in Channel}
    barring.never_ask(store, refusing, "spring.csv", "Sam", NOW)
    erasure.erase(store, person, "Sam", LATER, UTC)
    assert barring.allow_refusing(store, refusing, "spring.csv", "Sam", LATER) == 0
