"""Once a channel reaches people, nothing that the sandbox played by it is in any number."""

from datetime import UTC

import pytest

from connectors.contract import NoAnswer
from data import audit, commands, decisions, exports, reports
from data.claims import claim
from data.filters import Filters
from data.follow_up_plan import follow
from data.lifecycle import Channel
from data.moves import News
from data.played import forget
from data.queries import story
from data.replies import Inbound, receive
from data.rules import Rules
from data.sequences import Step
from tests.builders import NOW, add_follow_up, ask, hear, messages, row, tell, template, token
from tests.engine.asks import put
from tests.engine.conftest import Scripted, drain, engine

ANSWERS, ARRIVES, REFUSED = "+12025550106", "+12025550100", "+12025550103"
FIRSTS = ("sent_at", "sent_on", "delivered_at", "clicked_at", "responded_at")


class Sandbox(Scripted):
    name = "sandbox"


@pytest.fixture
def played(store, clock, sandbox, mail) -> int:
    """A response that nobody gave."""
    (request,) = ask(store, phone=ANSWERS)
    drain(engine(store, sandbox, clock, mail))
    assert row(store, request)["responded_at"]
    return request


def counted(store) -> dict:
    return {one.key: (one.sent, one.responded) for one in reports.tally(store, Filters(), "channel")}


def begin(store, clock, real=tuple(Channel), others=None) -> Scripted:
    """An engine starts and finds the queue empty; `others` serve what is not `real`."""
    provider = Scripted()
    drain(engine(store, others or Sandbox(), clock, name="later", **dict.fromkeys(real, provider)))
    return provider


def test_it_leaves_reports_lists_and_exports(store, clock, played):
    begin(store, clock)
    found = row(store, played)
    assert counted(store) == {}
    assert found["status"] == "cancelled"
    assert "nobody got it" in found["reason"]
    assert not any(found[name] for name in FIRSTS)
    (line,) = exports.chunk(store, Filters(), played, played)
    assert dict(zip(exports.HEADER, line, strict=True))["Status"] == "Cancelled"


def test_its_story_is_still_told(store, clock, played):
    begin(store, clock)
    told = story(store, played)
    assert told
    assert [one["event"] for one in told["happenings"]][-1] == "cancelled"
    assert "responded" in [one["event"] for one in told["happenings"]]


@pytest.mark.parametrize("real", [(), (Channel.EMAIL,)])
def test_it_counts_while_the_sandbox_plays_the_channel(store, clock, played, real):
    begin(store, clock, real)
    assert counted(store) == {"sms": (1, 1)}
    assert row(store, played)["status"] == "delivered"


def test_a_click_on_its_link_afterwards_is_a_colleagues(store, clock, played):
    begin(store, clock)
    tell(store, played, "clicked", "responded", at=clock())
    assert row(store, played)["responded_at"] is None
    assert row(store, played)["status"] == "cancelled"


def test_its_follow_up_does_not_remind_of_what_never_came(store, clock, played):
    add_follow_up(store, played, 1)
    with store.transaction() as work:
        work.rows("UPDATE message SET sent_by = (SELECT max(sent_by) FROM request)")
        work.rows("UPDATE request SET next_number = 1, next_at = $now", now=NOW)
    assert begin(store, clock).sent == []
    assert row(store, played)["next_at"] is None


def test_a_request_that_a_provider_had_part_in_counts(store, clock, played):
    follow_up = add_follow_up(store, played, 1)
    hear(store, News(follow_up, "accepted", clock(), actor="sendgrid", provider_id="x"))
    begin(store, clock)
    assert counted(store) == {"sms": (1, 1)}


def test_what_the_sandbox_had_no_answer_for_leaves_if_a_person_wants_it_and_is_the_providers(store, clock):
    (request,) = ask(store)
    drain(engine(store, Sandbox(NoAnswer("cut")), clock))
    hear(store, News(messages(store, [request])[0], "failed", clock(), actor="sandbox", provider_id="SB1"))
    with store.transaction() as work:
        work.rows("UPDATE message SET status = 'queued'")
    assert len(begin(store, clock).sent) == 1
    begin(store, clock)
    assert row(store, request)["status"] == "sent"


def test_it_may_be_asked_again_from_the_same_file(store, clock, sandbox, mail):
    ask(store, phone=ARRIVES, key="row 1")
    drain(engine(store, sandbox, clock, mail))
    assert commands.known_keys(store, ["row 1"]) == {"row 1"}
    begin(store, clock)
    assert commands.known_keys(store, ["row 1"]) == set()


def test_what_a_person_marked_as_sent_counts_although_a_follow_up_was_played(store, clock, sandbox, mail):
    (request,) = ask(store, phone=ARRIVES)
    drain(engine(store, sandbox, clock, mail, name="real", sms=Scripted(NoAnswer("cut"))))
    decisions.mark_sent(store, [request], "Sam", clock(), UTC)
    follow_up = add_follow_up(store, request, 1)
    hear(store, News(follow_up, "accepted", clock(), actor="sandbox", provider_id="SB1"))
    begin(store, clock)
    assert counted(store) == {"sms": (1, 0)}
    assert row(store, request)["status"] != "cancelled"


def test_what_a_provider_may_have_sent_before_the_sandbox_played_it_again_stays(store, clock):
    (request,) = ask(store, key="row 1")
    drain(engine(store, Scripted(NoAnswer("cut")), clock))
    clock.forward(minutes=1)
    decisions.resend(store, [request], "Sam", clock(), UTC)
    drain(engine(store, Sandbox(), clock, name="mistaken"))
    clock.forward(minutes=1)
    begin(store, clock)
    assert row(store, request)["status"] == "sent"
    assert commands.known_keys(store, ["row 1"]) == {"row 1"}
    assert store.rows("SELECT message_id FROM reach") != []


def test_what_a_provider_may_be_sending_just_now_stays(store, clock, played):
    follow_up = add_follow_up(store, played, 1)
    with store.transaction() as work:
        work.rows("UPDATE message SET status = 'sending', claimed_by = 'dead' WHERE id = $id", id=follow_up)
        forget(work, tuple(Channel), clock())
    assert row(store, played)["responded_at"]


def test_what_it_refused_leaves_as_well(store, clock, sandbox, mail):
    (request,) = ask(store, phone=REFUSED)
    drain(engine(store, sandbox, clock, mail))
    begin(store, clock)
    assert counted(store) == {}
    assert row(store, request)["status"] == "cancelled"


def test_how_many_were_cancelled_is_among_the_decisions_and_in_the_log(store, clock, played, caplog):
    begin(store, clock)
    begin(store, clock)
    (noted,) = audit.newest(store, 9)
    assert (noted["actor"], noted["action"], noted["subject"]) == ("engine", "cancel", "1 request")
    assert "cancelled 1 request" in caplog.text


@pytest.mark.parametrize("fate", ["responded", "undelivered", "refused"])
@pytest.mark.parametrize("others", [{"sms": Scripted()}, {}])
def test_a_played_follow_up_invents_nothing_about_a_request_that_a_provider_began(
    store, clock, sandbox, mail, fate, others
):
    steps = (
        Step(1, "email", template(store, Channel.EMAIL)[0]),
        Step(1, "sms", template(store)[0]),
    )
    request = put(store, phone="+13105550143", email=f"{fate}@example.com", steps=steps)
    drain(engine(store, Scripted(), clock, name="real"))
    before = row(store, request)
    clock.forward(hours=1)
    drain(engine(store, sandbox, clock, mail, name="mixed", **others))
    found = row(store, request)
    assert {name: found[name] for name in (*FIRSTS, "status", "retries", "code")} == {
        name: before[name] for name in (*FIRSTS, "status", "retries", "code")
    }
    assert found["next_number"] == 2  # the sequence goes on
    assert [one["channel"] for one in store.rows("SELECT channel FROM message ORDER BY number")] == [
        "sms", "email", "sms",
    ]  # fmt: skip


def test_what_a_person_answers_ends_the_sequence_although_the_last_follow_up_was_played(store, clock, sandbox, mail):
    steps = (Step(1, None, None), Step(1, None, None))
    request = put(store, phone=ARRIVES, steps=steps)
    drain(engine(store, Scripted(), clock, name="real"))
    clock.forward(hours=1)
    drain(engine(store, sandbox, clock, mail, name="mistaken"))
    assert row(store, request)["next_number"] == 2
    said = Inbound("sms", ARRIVES, "Thank you!", clock(), "reply 1", None)
    with store.transaction() as work:
        follow(work, receive(work, [said], Rules(), clock(), UTC), Rules(), clock(), UTC, token())
    assert row(store, request)["next_number"] is None


def test_a_follow_up_that_a_dead_engine_may_have_sent_is_in_doubt_though_the_sandbox_serves_its_channel(store, clock):
    request = put(store, phone=ARRIVES, steps=(Step(1, None, None),))
    drain(engine(store, Scripted(), clock, name="real"))
    clock.forward(hours=1)
    with store.transaction() as work:
        (claimed,) = claim(work, "dead", clock(), 9)
    hear(store, News(claimed.id, "lost", clock(), "lost", actor="sandbox"))
    assert row(store, request)["status"] == "unsure"
