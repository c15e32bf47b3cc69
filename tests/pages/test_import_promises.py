"""What the Import page promises before the button is what is queued after it, and who is left out says why."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, rules, sequences, template_store
from data.lifecycle import Channel
from data.rules import Rules
from data.sequences import Step
from data.store import Store
from data.suppressions import Suppression, suppress
from engine.policy import judge
from pages import workspace as pages
from tests.builders import NOW, SMS_TEXT
from tests.pages.conftest import workspace
from tests.pages.test_send_many import counts, drop, lines, opened, press, requests, said, verdicts


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store, judge=judge))
    commands.member(duckdb_store, "Sam Sender", NOW)
    return duckdb_store


def downloads(app: AppTest) -> list[str]:
    return [one.label for one in app.get("download_button")]


def visited(ago: int) -> str:
    return (datetime.now(UTC) - timedelta(days=ago)).strftime("%Y-%m-%d")


def test_a_drip_promises_whom_it_queues_and_says_who_would_be_too_late(store: Store):
    people = [f"P{place} Lee,+1202555{1000 + place},{visited(2)}" for place in range(60)]
    app = drop(opened(), lines(*people, headings="Name,Phone,Visited"))
    app.toggle(key="import-drip-0").set_value(True).run()
    app.number_input(key="import-per-day-0").set_value(1).run()

    promised = int(counts(app)["Will be sent"])
    assert 15 < promised < 30
    assert "Too late to ask" in verdicts(app, "Not sent")["P59 Lee"]
    press(app)
    assert len(requests(store)) == promised
    assert f"{promised} requests queued" in said(app)
    assert "meanwhile" not in said(app)


def test_whom_a_rule_blocks_while_queueing_is_shown_with_the_reason(store: Store, monkeypatch: pytest.MonkeyPatch):
    app = drop(opened(), lines("Ann Lee,2025550143,", "Bo Li,2025550144,"))
    monkeypatch.setattr("data.cases.barring.reasons", lambda _, pairs: ["opted_out", *[None] * (len(pairs) - 1)])
    press(app)

    assert "1 request queued" in said(app)
    assert "1 may not be asked any more" in said(app)
    assert "The recipient said stop" in verdicts(app)["Ann Lee"]
    assert "Download rows not sent" in downloads(app)


def test_whom_a_rule_blocked_before_is_in_the_download_after_queueing_too(store: Store):
    with store.transaction() as work:
        suppress(work, [Suppression("+12025550143", "opted_out", "sms", "recipient")], NOW)
    app = press(drop(opened(), lines("Ann Lee,2025550143,", "Bo Li,2025550144,")))

    assert "1 request queued" in said(app)
    assert "Download rows not sent" in downloads(app)


def test_who_a_rule_forbids_is_counted_within_those_not_sent_and_channels_stand_in_their_order(store: Store):
    with store.transaction() as work:
        suppress(work, [Suppression("+12025550143", "opted_out", "sms", "recipient")], NOW)
    people = ("Ann Lee,2025550143,", "Bo Li,2025550144,", "Cy Ng,,cy@example.com", "Di Oz,12,")
    app = drop(opened(), lines(*people))
    assert counts(app)["Not sent"] == "2"
    assert "1 of the 2 not sent: a rule forbids it" in said(app)
    assert "Segments and messages: SMS 1, Email 1." in said(app)


def test_segments_are_those_of_the_sender_chosen_and_not_doubled_before(store: Store):
    commands.member(store, "Zoë Ξένου", NOW)  # two: nobody is chosen
    template_store.add_template(store, Channel.SMS, "Ours", f"{SMS_TEXT} {{sender}}", None, NOW)
    app = drop(opened(), lines("Ann Lee,2025550143,", "Bo Li,2025550144,"))
    assert "Segments and messages: SMS 2." in said(app)
    app.selectbox(key="ask-sender").set_value("Zoë Ξένου").run()
    assert "Segments and messages: SMS 4." in said(app)


def test_the_cost_is_told_with_all_follow_ups_too(store: Store):
    steps = (Step(24, None, None), Step(24, "email", None), Step(24, None, None))  # there is no text for the email
    with store.transaction() as work:
        rules.keep(work, Rules(prices={"sms": 1.25, "email": 50}), "Sam", NOW)
    people = lines("Ann Lee,2025550143,ann@example.com", "Bo Li,2025550144,")
    assert "Cost: 2.50 USD" in said(drop(opened(), people))
    assert "follow-up" not in said(drop(opened(), people))
    with store.transaction() as work:
        sequences.keep(work, None, steps, "Sam", NOW)
    assert "Cost: 2.50 USD, up to 7.50 USD with all follow-ups" in said(drop(opened(), people))
    plan = "after 1 day by SMS, then after 1 day by Email, then after 1 day by Email"
    assert f"SMS, if they neither click nor reply: {plan}" in said(drop(opened(), people))


def test_who_said_no_is_not_sent_and_a_column_left_out_is_warned_of(store: Store):
    people = lines("Ann Lee,2025550143,no", "Bo Li,2025550144,yes", headings="Name,Phone,SMS opt-in")
    app = drop(opened(), people)
    assert verdicts(app, "Not sent") == {"Ann Lee": "They said no: “no” under “SMS opt-in”."}
    assert "looks like consent" not in said(app)

    app.multiselect[0].set_value([]).run()
    assert "“SMS opt-in” looks like consent but is not used" in said(app)
    assert counts(app)["Will be sent"] == "2"


def test_a_question_for_consent_is_heeded_and_other_columns_of_yes_and_no_are_named(store: Store):
    people = lines(
        "Ann Lee,2025550143,No,Yes", "Bo Li,2025550144,Yes,No", headings="Name,Phone,May we text you?,Zgadzam się"
    )
    app = drop(opened(), people)
    assert verdicts(app, "Not sent") == {"Ann Lee": "They said no: “No” under “May we text you?”."}
    assert "every cell says yes or no: “Zgadzam się”. Where" in said(app)
    app.multiselect[0].set_value([2, 3]).run()
    assert "every cell says yes or no" not in said(app)
    assert counts(app)["Will be sent"] == "0"


def test_a_second_drip_takes_the_days_that_the_first_left(store: Store):
    first, second = ([f"P{n} Lee,+1202555{n},{visited(1)}" for n in range(at, at + 3)] for at in (1000, 2000))
    for people in (first, second):
        app = drop(opened(), lines(*people, headings="Name,Phone,Visited"))
        app.toggle(key="import-drip-0").set_value(True).run()
        app.number_input(key="import-per-day-0").set_value(1).run()
        press(app)

    assert len(requests(store)) == 6
    assert len({row["wanted_at"].date() for row in requests(store)}) == 6
