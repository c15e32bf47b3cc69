"""Deciding about a whole list at once, beyond the page: offered, confirmed, and carried out in sight."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from data import bulk, commands, decisions
from data.bulk import Bulk
from data.decisions import Cancelled
from data.filters import Filters
from data.store import Store
from pages.wording import ACTOR, count, requests
from pages.workspace import now, reader_zone, store, workspace

_ALL, _JOB = "bulk-all", "bulk-job"


def everything(filters: Filters, ids: Sequence[int]) -> bool:
    """Whether all of this list was asked for; another list or other ticks end that."""
    return bool(ids) and st.session_state.get(_ALL) == (filters, tuple(ids))


def offer(filters: Filters, ids: Sequence[int], shown: int) -> None:
    """Beside some that are ticked: all that the filters let through."""
    if shown > len(ids):
        st.button(
            f"Select all {count(shown)} of this list", type="tertiary", key="bulk_all", on_click=_take_all,
            args=(filters, tuple(ids)),
        )  # fmt: skip


def _take_all(filters: Filters, ids: tuple[int, ...]) -> None:
    st.session_state[_ALL] = (filters, ids)


def of_everything(filters: Filters, shown: int) -> None:
    """What can be done with all of a list."""
    number = _waiting(filters)
    st.markdown(f"All **{count(shown)}** selected · {count(number)} still wait", width="content")
    if number:
        for verb, icon in (("Pause", ":material/pause:"), ("Resume", ":material/play_arrow:")):
            st.button(verb, icon=icon, on_click=start, args=(filters, verb), key=f"bulk_{verb.lower()}_all")
        with st.popover("Cancel", icon=":material/cancel:", key="bulk_cancel_all"):
            typed = st.datetime_input("Only what is due before", None, key="bulk-before", format="YYYY-MM-DD", step=300)
            before = _moment(typed)
            confirmed(
                bulk.waiting(store(), filters, before) if before else number, "bulk_cancel_all_now",
                lambda: start(filters, "Cancel", before),
            )  # fmt: skip


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def _waiting(filters: Filters) -> int:
    """See bulk.waiting; the list is drawn again every few seconds, and this looks at all of it."""
    return bulk.waiting(store(), filters)


def _moment(typed: datetime | None) -> datetime | None:
    return typed.replace(tzinfo=reader_zone()).astimezone(UTC) if typed else None


def confirmed(number: int, key: str, act: Callable[[], None]) -> None:
    """What cancelling means, and the button that does it."""
    st.markdown(
        f"Cancel {requests(number)}?  \nWhat waits is not sent, and **follow-ups end**.  \nWhat was sent stays."
    )
    st.button(f"Cancel {requests(number)}", type="primary", key=key, on_click=act, disabled=not number)


def cancel(ids: Sequence[int]) -> str:
    """Cancels these; returns what is to be said of it."""
    return cancelled(_cancel(store(), ids), len(ids))


def cancelled(done: Cancelled, asked: int) -> str:
    """What cancelling so many came to."""
    idle, one = asked - done.reached, done.under_way == 1
    parts = [
        f"Cancelled {requests(done.asks)}.",
        f"{requests(done.follow_ups)} that had left will have no follow-ups." if done.follow_ups else "",
        f"{requests(done.under_way)} {'is' if one else 'are'} just being sent: nothing follows, and what comes back is"
        " cancelled." if done.under_way else "",
        f"{requests(idle)} did not wait any more." if idle else "",
    ]  # fmt: skip
    return " ".join(filter(None, parts))


def _pause(into: Store, ids: Sequence[int]) -> int:
    return len(commands.pause(into, ids, ACTOR, now()))


def _resume(into: Store, ids: Sequence[int]) -> int:
    return len(commands.resume(into, ids, ACTOR, now()))


def _cancel(into: Store, ids: Sequence[int]) -> Cancelled:
    return decisions.cancel(into, ids, ACTOR, now(), workspace().timezone)


class _Cancelling:
    """Adds up what the batches come to."""

    def __init__(self) -> None:
        self._done = Cancelled()

    def act(self, into: Store, ids: Sequence[int]) -> int:
        done = _cancel(into, ids)
        self._done += done
        return done.reached

    def words(self, job: Bulk) -> str:
        return cancelled(self._done, job.total)


Words = Callable[[Bulk], str]
"""What is said of a job at its end."""


def start(filters: Filters, verb: str, due_before: datetime | None = None) -> None:
    """Pauses, resumes or cancels all of a list."""
    match verb:
        case "Pause":
            begin(filters, _pause, "Pausing", reached("Paused"))
        case "Resume":
            begin(filters, _resume, "Resuming", reached("Resumed"))
        case _:
            cancelling = _Cancelling()
            begin(filters, cancelling.act, "Cancelling", cancelling.words, due_before)
    st.session_state.pop(_ALL, None)
    st.session_state["page_again"] = True  # the whole page waits for it, not only the list


def begin(filters: Filters, act: bulk.Act, doing: str, words: Words, due_before: datetime | None = None) -> None:
    """Begins with the next run; any rerun goes on where the last one stopped."""
    st.session_state[_JOB] = (Bulk.of(store(), filters, act, due_before), doing, words)


def carry_on() -> str | None:
    """Carries out what was begun, a batch at a time; returns what is to be said of it at its end."""
    if _JOB not in st.session_state:
        return None
    job, doing, words = st.session_state[_JOB]
    bar, foot = st.empty(), st.empty()
    with foot.container(horizontal=True, vertical_alignment="center"):
        st.caption("This goes on while you stay on this page.")
        st.button("Stop here", key="bulk_stop", on_click=lambda: st.session_state.pop(_JOB, None))
    while not job.is_done:
        bar.progress(min(job.done / job.total, 1.0), f"{doing} {count(job.done)} of {requests(job.total)}")
        job.step(store())
    st.session_state.pop(_JOB)
    bar.empty()
    foot.empty()
    return words(job)


def reached(done: str) -> Words:
    """As `said` has it."""
    return lambda job: said(done, job.reached, job.total)


def said(done: str, reached: int, asked: int, others: str = "had already left or stood so") -> str:
    """How many of those asked for were reached."""
    if reached == asked:
        return f"{done} {requests(reached)}."
    return f"{done} {count(reached)} of {count(asked)}: the others {others}."
