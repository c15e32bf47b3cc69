"""The people who ask: corrected, retired, their queue handed over; what has left stays with who sent it."""

import pytest

from data import commands, queries, team
from tests.builders import NOW, add_follow_up, ask, row, sent


@pytest.fixture
def pair(store):
    return commands.member(store, "Blair Dmeo", NOW), commands.member(store, "Devon Demo", NOW)


def audited(store) -> list[tuple]:
    rows = store.rows("SELECT action, subject, detail FROM audit ORDER BY happened_at, action")
    return [(one["action"], one["subject"], one["detail"]) for one in rows]


def test_a_name_is_corrected_and_another_ones_cannot_be_had(store, pair):
    blair, devon = pair
    assert team.rename(store, blair, " Blair  Demo ", "Sam", NOW) is None
    assert queries.members(store)[blair] == "Blair Demo"
    assert "somebody else" in team.rename(store, blair, "devon demo", "Sam", NOW)
    assert team.rename(store, blair, " ", "Sam", NOW)
    assert team.rename(store, blair, "blair demo", "Sam", NOW) is None  # only the case
    assert team.rename(store, blair, "blair demo", "Sam", NOW) is None  # nothing to write down
    assert audited(store) == [
        ("rename sender", f"sender {blair}", "Blair Dmeo -> Blair Demo"),
        ("rename sender", f"sender {blair}", "Blair Demo -> blair demo"),
    ]
    assert queries.members(store)[devon] == "Devon Demo"


def test_who_left_is_not_offered_but_kept_until_brought_back(store, pair):
    blair, devon = pair
    team.retire(store, blair, "Sam", NOW)
    team.retire(store, blair, "Sam", NOW)
    assert team.askers(store) == {devon: "Devon Demo"}
    assert set(queries.members(store)) == {blair, devon}
    assert team.called(store, "BLAIR DMEO")["retired_at"] == NOW
    team.bring_back(store, blair, "Sam", NOW)
    assert set(team.askers(store)) == {blair, devon}
    assert sorted(audited(store)) == [
        ("bring back sender", f"sender {blair}", ""), ("retire sender", f"sender {blair}", ""),
    ]  # fmt: skip


def test_what_waits_is_handed_over_and_what_left_stays(store, pair):
    blair, devon = pair
    (left,) = sent(store, sender="Blair Dmeo")
    follow_up = add_follow_up(store, left, 1)
    waits = ask(store, 2, sender="Blair Dmeo")
    assert team.hand_over(store, [left, *waits], devon, "Sam", NOW) == 2
    assert [row(store, one)["sent_by"] for one in [left, *waits]] == [blair, devon, devon]
    kept = store.rows("SELECT request_id, sent_by FROM message WHERE status = 'queued' AND id <> $id", id=follow_up)
    assert {one["sent_by"] for one in kept} == {devon}
    story = queries.story(store, waits[0])["happenings"]
    assert [(one["event"], one["actor"], one["detail"]) for one in story][-1] == (
        "handed_over", "Sam", "Devon Demo is accountable now",
    )  # fmt: skip
    assert audited(store) == [("hand over", "2 requests", "to Devon Demo")]
    assert team.hand_over(store, [left, *waits], devon, "Sam", NOW) == 0
    assert team.hand_over(store, [], devon, "Sam", NOW) == 0
