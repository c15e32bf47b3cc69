"""Consent to one channel of several: it decides by which an ask goes, and by which a follow-up may."""

import pytest

from data.sequences import Step, without
from tests.data.csvfile.test_rows import judged


def test_who_never_agreed_to_texts_may_be_asked_by_email_and_the_other_way_round():
    text = "Name,Email,Phone,Accepts Email Marketing,Accepts SMS Marketing\n"
    rows = "Ann,ann@example.com,,yes,no\nBo,bo@example.com,+12025550144,yes,\nCy,,+12025550145,no,yes"
    by_email = judged(text + rows, default_channel="email")
    assert [row.trouble for row in by_email[:2]] == [None, None]
    assert {row.agreed for row in by_email[:2]} == {"Accepts Email Marketing: yes"}
    by_sms = judged(text + rows, default_channel="sms")
    assert [row.trouble for row in by_sms] == [
        "They said no: “no” under “Accepts SMS Marketing”.",
        "Nothing is said under “Accepts SMS Marketing”; write yes for who agreed.", None,
    ]  # fmt: skip
    assert by_sms[2].agreed == "Accepts SMS Marketing: yes"


@pytest.mark.parametrize(
    ("row", "channel", "why"),
    [
        ("ann@example.com,+12025550143,yes,no", "email", "They said no: “no” under “Accepts SMS Marketing”."),
        (
            "ann@example.com,+12025550143,yes,", "email",
            "Nothing is said under “Accepts SMS Marketing”; write yes for who agreed.",
        ),
        ("ann@example.com,+12025550143,no,yes", "sms", None),
        ("ann@example.com,+12025550143,no,no", "sms", "They said no: “no” under “Accepts SMS Marketing”."),
        (",+12025550143,yes,no", "sms", "They said no: “no” under “Accepts SMS Marketing”."),
        ("ann@example.com,+12025550143,yes,unsubscribed", "sms", "They said no: “unsubscribed” under “Accepts SMS"),
    ],
)  # fmt: skip
def test_where_the_channel_is_auto_who_may_not_be_texted_is_asked_by_email(row: str, channel: str, why: str | None):
    (found,) = judged(f"Name,Email,Phone,Accepts Email Marketing,Accepts SMS Marketing\nAnn,{row}")
    assert found.channel == channel
    if channel == "email":
        assert (found.trouble, found.note) == (None, f"By email, not SMS: {why}")
        assert (found.agreed, found.not_by) == ("Accepts Email Marketing: yes", {"sms"})
    else:
        assert (found.trouble or "").startswith(why or "")
        assert (found.trouble is None) is (why is None)


def test_no_follow_up_goes_by_a_channel_that_they_did_not_agree_to():
    rows = [
        "Channel,Name,Email,Phone,Accepts Email Marketing,Accepts SMS Marketing",
        "email,Ann,ann@example.com,+12025550143,yes,no",
        "sms,Bo,bo@example.com,+12025550144,,yes",
        "sms,Cy,cy@example.com,+12025550145,yes,yes",
    ]
    found = judged("\n".join(rows))
    assert [(row.trouble, row.not_by) for row in found] == [(None, {"sms"}), (None, {"email"}), (None, set())]
    steps = (Step(24, "sms", 1), Step(48, None, None), Step(24, "email", 2))
    assert without(steps, found[0].not_by) == (Step(72, None, None), Step(24, "email", 2))
    assert without(steps, found[2].not_by) == steps


def test_a_no_to_texts_bars_texts_on_the_other_lines_and_nothing_else():
    rows = "Ann,ann@example.com,+12025550143,email,no\nBo,bo@example.com,+12025550143,{},yes"
    text = "Name,Email,Phone,Channel,SMS opt-in\n" + rows
    assert [row.trouble for row in judged(text.format("email"))] == [None, None]
    assert [row.trouble for row in judged(text.format("sms"))] == [None, "They said no on line 2."]
