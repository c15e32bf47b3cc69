"""The team, where its numbers are: a name corrected, somebody who left taken off, their queue handed over."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from data import bulk as lists
from data import team
from data.filters import Filters
from data.lifecycle import Status
from data.store import Row, Store
from pages import bulk
from pages.asking import beside
from pages.wording import ACTOR, requests
from pages.workspace import now, store


def block() -> None:
    """Folded: its contents are looked up when it is opened."""
    if done := bulk.carry_on():
        st.toast(done)
    with st.expander("Team", icon=":material/group:", key="team", on_change="rerun") as folded:
        if folded.open:
            _team(team.everybody(store()))


def _team(members: list[Row]) -> None:
    found = {row["id"]: row for row in members}
    if not found:
        st.caption("Nobody yet: whoever is named under “Sent by” joins the team.")
        return
    left, _ = st.columns(2)
    with left:
        who = st.selectbox(
            "Who", list(found), format_func=lambda id: _label(found[id]) if id in found else "", key="team-who"
        )
    if who is None:
        return
    name, waits, leaves = st.columns(3, gap="large")
    with name:
        _name(found[who])
    with waits:
        _queue(who, found)
    with leaves:
        _on_or_off(found[who])


def _label(member: Row) -> str:
    return f"{member['name']} (not on the team any more)" if member["retired_at"] else member["name"]


def _name(member: Row) -> None:
    key = f"team-name-{member['id']}"
    st.text_input("Name", member["name"], key=key, max_chars=100)
    st.button("Rename", key="team-rename", on_click=_rename, args=(member["id"], key))
    beside(st.session_state.pop("team-trouble", None))
    st.caption("Lists and charts show the new name, of the past too; messages that have left said the old one.")


def _rename(id: int, key: str) -> None:
    st.session_state["team-trouble"] = team.rename(store(), id, str(st.session_state[key]), ACTOR, now())


def _queue(who: int, found: dict[int, Row]) -> None:
    others = {id: row["name"] for id, row in found.items() if id != who and not row["retired_at"]}
    waiting = Filters(senders=(who,), statuses=(Status.QUEUED,))
    number = lists.waiting(store(), waiting)
    to = st.selectbox(
        "What waits goes to", list(others), index=None, format_func=lambda id: others.get(id, ""), key=f"team-to-{who}",
        placeholder="Choose somebody", disabled=not (number and others),
    )  # fmt: skip
    st.button(
        f"Hand over {requests(number)}" if number else "Nothing waits", key="team-hand-over",
        disabled=not (number and to), on_click=_hand_over, args=(waiting, to),
    )  # fmt: skip
    st.caption("Only asks that still wait: what has left, and its follow-ups, stays in the numbers of who sent it.")


def _hand_over(waiting: Filters, to: int) -> None:
    bulk.begin(
        waiting, lambda into, ids: team.hand_over(into, ids, to, ACTOR, now()), "Handing over",
        bulk.reached("Handed over"),
    )  # fmt: skip


def _on_or_off(member: Row) -> None:
    act = team.bring_back if member["retired_at"] else team.retire
    st.markdown("Offered under “Sent by” when somebody asks" if not member["retired_at"] else "Not offered any more")
    st.button(
        "Bring back" if member["retired_at"] else "Take off the team", key="team-on-off", on_click=_set,
        args=(act, member["id"]),
    )  # fmt: skip
    st.caption("Filters and charts keep the name, and what waits still leaves, unless it is handed over.")


def _set(act: Callable[[Store, int, str, datetime], None], id: int) -> None:
    act(store(), id, ACTOR, now())
