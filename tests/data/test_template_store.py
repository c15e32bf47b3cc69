"""Templates as they are kept: versions, refusals, retiring; on both stores."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data import audit, sequences
from data.lifecycle import Channel
from data.queries import template_texts, templates
from data.sequences import Step
from data.store import Store
from data.template_store import (
    Draft,
    Kept,
    NotKept,
    draft_of,
    in_use,
    keep,
    retire,
    starter_templates,
    troubles,
    versions,
)
from data.texts.whatsapp import rejected
from tests.builders import NOW, ask, row, sent

SMS = Draft(Channel.SMS, "Short", "{business}: how was it? {link}\nReply STOP to opt out")
WHATSAPP = Draft(
    Channel.WHATSAPP, "Visit", "Hi {first_name|there}, thank you for visiting {business}. How was it? {link}", None,
    "visit_review", "en_US", "utility", {"1": "{first_name|there}", "2": "link"},
)  # fmt: skip


def saved(store: Store, draft: Draft = SMS, based_on: Kept | None = None, **how) -> Kept:
    found = keep(store, draft, "Cafe", "Ann", how.get("now", NOW), based_on)
    assert isinstance(found, Kept)
    return found


def refused(store: Store, draft: Draft, based_on: Kept | None = None) -> str:
    before = store.rows("SELECT id, version FROM template ORDER BY id, version")
    found = keep(store, draft, "Cafe", "Ann", NOW, based_on)
    assert isinstance(found, NotKept)
    assert store.rows("SELECT id, version FROM template ORDER BY id, version") == before
    return " ".join(found.sentences)


def test_every_column_comes_back_as_it_was_written(store: Store):
    one, other = saved(store, WHATSAPP), saved(store)

    found = {row["id"]: draft_of(row) for row in in_use(store, NOW)}
    assert found == {one.id: WHATSAPP, other.id: SMS}


def test_what_a_variable_says_is_read_like_the_text(store: Store):
    bad = replace(WHATSAPP, variables={"1": "{first_name|there}, get a 10% discount for 5 stars", "2": "link"})
    assert "10% discount" in refused(store, bad)


def test_saving_makes_a_new_version_and_messages_keep_theirs(store: Store):
    first = saved(store)
    second = saved(store, replace(SMS, body="{business} asks: how was it? {link} Reply STOP to opt out"), first)

    assert second == Kept(first.id, 2)
    assert [row["version"] for row in versions(store, first.id)] == [2, 1]
    assert [row["version"] for row in templates(store)] == [2]
    texts = template_texts(store)
    assert texts[first.id, 1]["body"] == SMS.body
    assert texts[first.id, 2]["body"].startswith("{business} asks")
    assert [one["detail"] for one in audit.newest(store, 9)] != []


def test_saving_what_is_kept_already_makes_no_version(store: Store):
    first = saved(store)

    assert saved(store, SMS, first) == first
    assert len(versions(store, first.id)) == 1


def test_of_two_who_write_at_once_the_second_is_told(store: Store):
    first = saved(store)
    saved(store, replace(SMS, name="Ann's"), first)

    assert "Somebody saved version 2" in refused(store, replace(SMS, name="Bo's"), first)


def test_a_bad_text_is_not_kept_and_every_reason_is_given(store: Store):
    said = refused(store, replace(SMS, name=" ", body="Leave us a 5-star review {link}"))

    for reason in ("no name", "number of stars", "opt out", "who is asking", "“5-star review”"):
        assert reason in said


def test_two_templates_of_a_channel_have_two_names(store: Store):
    first = saved(store)

    assert "already" in refused(store, replace(SMS, name="SHORT "))
    assert saved(store, replace(WHATSAPP, name="Short")).id != first.id
    assert "80 is the most" in refused(store, replace(SMS, name="x" * 81))


def test_a_retired_template_is_gone_for_good_and_its_versions_stay_readable(store: Store):
    first = saved(store)
    second = saved(store, replace(SMS, name="Shorter"), first)

    assert retire(store, first.id, "Ann", NOW) is None
    assert in_use(store, NOW) == []
    assert templates(store) == []
    assert set(template_texts(store)) == {(first.id, 1), (first.id, 2)}
    assert "retired" in refused(store, SMS, second)
    assert [one["action"] for one in audit.newest(store, 9)].count("retire template") == 1
    retire(store, first.id, "Ann", NOW)
    assert [one["action"] for one in audit.newest(store, 9)].count("retire template") == 1


def test_a_template_that_follow_ups_need_is_not_retired(store: Store):
    first = saved(store)
    with store.transaction() as work:
        sequences.keep(work, None, [Step(24, "sms", first.id)], "Ann", NOW)

    refusal = retire(store, first.id, "Ann", NOW)
    assert refusal
    assert "Follow-ups" in refusal.sentences[0]
    assert len(in_use(store, NOW)) == 1


def test_how_much_a_template_was_used_lately_is_counted(store: Store):
    lately, long_ago = sent(store, at=NOW - timedelta(days=2)), sent(store, at=NOW - timedelta(days=31))
    waiting = ask(store)

    found = {one["id"]: one["sent_lately"] for one in in_use(store, NOW)}
    counts = [found[row(store, request)["template_id"]] for request in (*lately, *long_ago, *waiting)]
    assert counts == [1, 0, 0]


def test_a_queued_ask_keeps_its_version_when_its_template_changes(store: Store):
    (request,) = ask(store)
    used = row(store, request)["template_id"]

    saved(store, SMS, Kept(used, 1))
    assert store.rows("SELECT template_version FROM message") == [{"template_version": 1}]


def test_starters_come_back_only_where_there_never_was_a_template(store: Store):
    for channel in starter_templates(store, NOW).values():
        for id, _ in channel:
            retire(store, id, "Ann", NOW)

    assert starter_templates(store, NOW) == {channel: [] for channel in Channel}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"provider_name": "Visit Review"}, "neither a Twilio content SID"),
        ({"provider_name": "HX123"}, "neither a Twilio content SID"),
        ({"language": "english"}, "written like en"),
        ({"category": "authentication"}, "utility or marketing"),
        ({"variables": {"1": "link", "3": "name"}}, "without a gap"),
        ({"variables": {"1": "link", "who": "name"}}, "without a gap"),
        ({"variables": {"the link": "link"}}, "letters, digits and _"),
        ({"variables": {"1": "phone", "2": "link"}}, "one of our fields"),
        ({"variables": {"1": "name"}}, "None of the provider's variables is the link"),
    ],
)
def test_what_whatsapp_would_not_take_is_said(change: dict, says: str):
    assert says in " ".join(troubles(replace(WHATSAPP, **change), "Cafe"))


def test_what_whatsapp_takes_is_kept():
    assert troubles(WHATSAPP, "Cafe") == ()
    assert troubles(replace(WHATSAPP, provider_name="HX" + "0a" * 16), "Cafe") == ()
    assert troubles(replace(WHATSAPP, provider_name=None, variables={}), "Cafe") == ()


def test_a_real_provider_wants_its_own_kind_of_name():
    assert rejected(None, "sandbox") is None
    assert rejected("visit_review", "meta") is None
    assert rejected("HX" + "0a" * 16, "twilio") is None
    assert "HX" in str(rejected("visit_review", "twilio"))
    assert "Meta" in str(rejected("HX" + "0a" * 16, "meta"))
    assert "approved" in str(rejected(None, "meta"))


def test_a_name_holds_no_hidden_marks():
    (found,) = troubles(replace(SMS, name="Sho\u202ert"), "Shop")
    assert "hidden mark (U+202E)" in found
