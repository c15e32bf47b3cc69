"""A dropped file becomes requests once, and every row that does not says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from data import barring, commands, decisions, imports, planning, template_store
from data.contacts import address_key
from data.csvfile import CsvFile, read
from data.csvfile import rows as csvrows
from data.csvfile.columns import Mapping, guess_columns
from data.csvfile.rows import CheckedRow
from data.csvfile.typed import refusing_addresses
from data.imports import Wording
from data.lifecycle import Channel
from data.queries import templates
from data.rules import Rules
from data.sequences import Step
from data.store import Store
from data.suppressions import Suppression, suppress
from engine import policy
from tests.builders import NOW, setting, template, token

COLUMNS = Mapping(name=0, phone=1, email=2, template=3)


def verdicts(*lines: str) -> list[CheckedRow]:
    file = read("\n".join(["Name,Phone,Email,Template", *lines]).encode())
    assert isinstance(file, CsvFile)
    return [verdict for chunk in csvrows.check_rows(file, COLUMNS) for verdict in chunk]


def wording(store: Store, *, chosen: Sequence[Channel] = (Channel.SMS, Channel.EMAIL)) -> Wording:
    rows = templates(store)
    by_channel = {channel: row for channel in chosen for row in rows if row["channel"] == channel}
    return Wording(by_channel, rows, "Sam Sender", "Our business", "https://example.com")


@pytest.fixture
def starters(store: Store) -> Store:
    template_store.starter_templates(store, NOW)
    return store


def import_all(store: Store, found: Sequence[CheckedRow]) -> int:
    words = wording(store)
    plan = imports.plan(found, imports.imported_before(store, found), words)
    sent_by = commands.member(store, words.sender, NOW)
    return imports.queue(store, plan.ready, words, sent_by, [NOW] * len(plan.ready), NOW, token(), setting())[0]


def test_a_row_becomes_a_request_with_both_addresses_kept(starters: Store):
    assert import_all(starters, verdicts("Ann Lee,(202) 555-0143,ANN@example.com,")) == 1

    request = starters.rows("SELECT * FROM request")[0]
    contact = starters.rows("SELECT * FROM contact")[0]
    assert (request["contact_name"], request["address"], request["channel"]) == ("Ann Lee", "+12025550143", "sms")
    assert (request["trigger"], request["status"]) == ("import", "queued")
    assert (contact["phone"], contact["email"]) == ("+12025550143", "ann@example.com")


def test_the_same_file_twice_queues_nothing_the_second_time(starters: Store):
    found = verdicts("Ann Lee,2025550143,,", "Bo Li,2025550144,,")
    assert import_all(starters, found) == 2

    plan = imports.plan(found, imports.imported_before(starters, found), wording(starters))

    assert [verdict.name for verdict in plan.known] == ["Ann Lee", "Bo Li"]
    assert plan.ready == plan.rejected == []
    assert import_all(starters, found) == 0


def test_rows_queued_by_somebody_else_since_the_plan_are_left_out(starters: Store):
    found = verdicts("Ann Lee,2025550143,,", "Bo Li,2025550144,,")
    words = wording(starters)
    stale = imports.plan(found, set(), words)
    import_all(starters, found[:1])

    assert imports.queue(starters, stale.ready, words, 1, [NOW] * len(stale.ready), NOW, token(), setting()) == (1, [])
    assert len(starters.rows("SELECT id FROM request")) == 2


def test_what_a_person_cancelled_may_be_imported_again_once(starters: Store):
    found = verdicts("Ann Lee,2025550143,,", "Bo Li,2025550144,,")
    import_all(starters, found)
    ids = [row["id"] for row in starters.rows("SELECT id FROM request WHERE contact_name = 'Ann Lee'")]
    decisions.cancel(starters, ids, "Sam", NOW, UTC)

    assert [import_all(starters, found), import_all(starters, found)] == [1, 0]


def test_a_longer_file_queues_only_its_new_rows(starters: Store):
    import_all(starters, verdicts("Ann Lee,2025550143,,"))

    assert import_all(starters, verdicts("Bo Li,2025550144,,", "Ann Lee,+1 202 555 0143,,")) == 1


def test_a_rejected_row_is_never_looked_up_nor_queued(starters: Store):
    found = verdicts("Ann Lee,12,,")

    assert imports.imported_before(starters, found) == set()
    assert import_all(starters, found) == 0
    assert starters.rows("SELECT id FROM request") == []


def test_a_row_may_name_its_template_in_any_case(starters: Store):
    import_all(starters, verdicts("Ann Lee,2025550143,,text REMINDER"))

    request = starters.rows("SELECT template_id FROM request")[0]
    assert request["template_id"] == next(row["id"] for row in templates(starters) if row["name"] == "Text reminder")


def test_a_template_of_another_channel_is_a_trouble_of_its_row(starters: Store):
    plan = imports.plan(verdicts("Ann Lee,2025550143,,Email reminder"), set(), wording(starters))

    assert [verdict.trouble for verdict in plan.rejected] == ["The template “Email reminder” is not one for SMS."]


def test_a_channel_without_a_template_is_a_trouble(starters: Store):
    plan = imports.plan(verdicts("Ann Lee,,ann@example.com,"), set(), wording(starters, chosen=[Channel.SMS]))

    assert [verdict.trouble for verdict in plan.rejected] == ["There is no template for Email."]


def test_a_row_without_the_name_that_its_template_needs_is_rejected(store: Store):
    template(store, body="Dear {name}, how was it? {link}")

    plan = imports.plan(verdicts(",2025550143,,", "Ann Lee,2025550144,,"), set(), wording(store, chosen=[Channel.SMS]))

    assert [verdict.name for verdict in plan.ready] == ["Ann Lee"]
    assert "{name}" in str(plan.rejected[0].trouble)
    assert plan.rejected[0].cells  # the row itself is still there for the file of rejects


def test_a_name_that_makes_the_text_too_long_is_a_trouble_of_its_row(store: Store):
    template(store, body="{name}: {link}".ljust(1500, "a"))
    long, short = f"Ann {'Lee ' * 45}".strip(), "Bo Li"

    plan = imports.plan(verdicts(f"{short},2025550144,,", f"{long},2025550143,,"), set(), wording(store))

    assert [verdict.name for verdict in plan.ready] == [short]
    assert "1600 is the most that can be sent" in str(plan.rejected[0].trouble)


def test_an_initial_is_no_first_name_for_a_template_that_needs_one(store: Store):
    template(store, body="Hi {first_name}, how was it? {link}")

    plan = imports.plan(verdicts("A. Lee,2025550143,,", "Bo Li,2025550144,,"), set(), wording(store))

    assert [verdict.name for verdict in plan.rejected] == ["A. Lee"]


def test_starter_templates_come_once(store: Store):
    first = template_store.starter_templates(store, NOW)

    assert template_store.starter_templates(store, NOW) == first
    assert len(templates(store)) == sum(map(len, first.values())) == 5


def test_starter_templates_stay_away_from_a_workspace_with_its_own(store: Store):
    own = template(store)

    assert template_store.starter_templates(store, NOW)[Channel.SMS] == [own]


def test_a_yes_goes_into_the_ledger_with_its_file(starters: Store):
    file = read(b"Name,Phone,SMS opt-in\nAnn Lee,2025550143,yes\nBo Li,2025550144,no")
    assert isinstance(file, CsvFile)
    columns = Mapping(name=0, phone=1, consent=(2,))
    found = [verdict for chunk in csvrows.check_rows(file, columns) for verdict in chunk]
    words = wording(starters)
    ready = imports.plan(found, set(), words).ready

    imports.queue(starters, ready, words, 1, [NOW] * len(ready), NOW, token(), setting(), "spring.csv")

    rows = starters.rows("SELECT basis, source, evidence, state FROM consent")
    assert rows == [{"basis": "agreed", "source": "spring.csv", "evidence": "SMS opt-in: yes", "state": "granted"}]


def test_what_a_file_says_takes_no_stop_back(starters: Store):
    found = [replace(one, agreed="Consent: yes") for one in verdicts("Ann Lee,2025550143,ann@example.com,")]
    words = wording(starters)
    imports.queue(starters, found, words, 1, [NOW], NOW, token(), setting(), "spring.csv")
    later = NOW + timedelta(days=1)
    with starters.transaction() as work:
        suppress(work, [Suppression("ann@example.com", "opted_out", "email", "recipient")], NOW - timedelta(days=1))

    again = replace(found[0], row_key="another")
    queued, refused = imports.queue(
        starters, [again], words, 1, [later], later, token(), setting(policy.judge, Rules(cooldown_days=0)), "b.csv"
    )

    assert queued == 0
    assert "The recipient said stop" in str(refused[0].trouble)


def test_a_follow_up_is_left_out_where_they_did_not_agree_to_its_channel(starters: Store):
    found = read(b"Channel,Email,Phone,Email opt-in,SMS opt-in\nemail,ann@example.com,+12025550143,yes,no")
    assert isinstance(found, CsvFile)
    rows = [row for part in csvrows.check_rows(found, guess_columns(found.headers, found.rows)) for row in part]
    ask = imports.ask_of(rows[0], wording(starters), 1, NOW)
    steps = {0: (Step(24, "sms", None), Step(24, None, None))}
    with starters.reading() as reading:
        planned = planning.plan(reading, [ask], replace(setting(), sequences=steps), NOW)
    assert planned[0].ask.steps == (Step(48, None, None),)


def test_who_said_no_in_a_file_can_be_barred_by_the_channels_that_they_said_it_to(store: Store):
    lines = [
        "Name,Phone,Email,Accepts Email Marketing,Accepts SMS Marketing",
        "Ann,2025550143,ann@example.com,yes,no",
        "Bo,2025550144,bo@example.com,unsubscribed,yes",
        "Cy,2025550145,cy@example.com,yes,yes",
    ]
    file = read("\n".join(lines).encode())
    assert isinstance(file, CsvFile)
    refusing = refusing_addresses(file, guess_columns(file.headers, file.sample()), "US")
    assert barring.never_ask(store, refusing, "spring.csv", "Sam", NOW) == 3
    barring.never_ask(store, refusing, "spring.csv", "Sam", NOW)
    asked = [
        [(Channel.EMAIL, "ann@example.com"), (Channel.EMAIL, "+12025550143")],
        [(Channel.SMS, "+12025550143"), (Channel.SMS, "ann@example.com")],
        [(Channel.WHATSAPP, "+12025550143"), (Channel.WHATSAPP, "ann@example.com")],
        [(Channel.EMAIL, "bo@example.com"), (Channel.EMAIL, "+12025550144")],
        [(Channel.SMS, "+12025550199"), (Channel.SMS, "bo@example.com")],
        [(Channel.SMS, "+12025550145"), (Channel.SMS, "cy@example.com")],
    ]
    assert barring.reasons(store, asked) == [None, "never_ask", None, "never_ask", "never_ask", None]
    kept = store.rows(
        "SELECT channel, source, evidence FROM consent WHERE address_key = $key", key=address_key("+12025550143")
    )
    assert kept == [{"channel": "sms", "source": "spring.csv", "evidence": "line 2"}]
