"""In the drawer of a person: another phone or email, and what of the queue goes to it."""

import streamlit as st

from data import addresses, merging, people
from data.addresses import Corrected
from data.lifecycle import Channel
from data.store import Row
from pages.asking import beside
from pages.contact_actions import merging_of
from pages.literal import literal
from pages.wording import ACTOR, count
from pages.workspace import now, store, workspace

_LABELS = {"phone": "Phone", "email": "Email"}


def another_address(id: int, contact: Row) -> None:
    """Corrects how a person is reached."""
    with st.expander("Correct phone or email", icon=":material/contact_phone:"):
        for kind, label in _LABELS.items():
            _draw(id, kind, contact)
            st.text_input(label, key=f"{kind}-of-{id}", max_chars=320)
            beside(st.session_state.pop(f"{kind}-of-{id}-trouble", None))
            _taken(id, kind, st.session_state.pop(f"{kind}-of-{id}-other", None))
        _queued(id, contact)
        st.caption(
            "The old address stays known as theirs: a stop said there holds, and replies from it still find them."
            " Leave a field empty to remove it: what is queued for it is cancelled."
        )
        st.checkbox(
            "The old address was never theirs", key=f"addresses-stranger-{id}",
            help="A wrong number, say: what is said there is somebody else's. A never ask of this person holds.",
        )  # fmt: skip
        st.button("Save", key=f"addresses-save-{id}", on_click=_save, args=(id,))


def _draw(id: int, kind: str, contact: Row, *, anew: bool = False) -> None:
    """Fills a field, and keeps what with: another person's change shows in the record, not in what is being typed."""
    if anew or f"{kind}-of-{id}" not in st.session_state:
        st.session_state[f"{kind}-of-{id}"] = st.session_state[f"{kind}-drawn-{id}"] = contact[kind] or ""


def _queued(id: int, contact: Row) -> None:
    """What goes where, and whether it is to go to the new one."""
    lines = addresses.waiting(store(), id)
    st.caption("  \n".join(map(_line, lines)))
    if any(one["status"] == "queued" and one["address"] in (contact["phone"], contact["email"]) for one in lines):
        st.checkbox("Send what is queued for a changed address to the new one", value=True, key=f"addresses-move-{id}")


def _line(one: Row) -> str:
    number = count(one["n"])
    state = "being sent: too late to change" if one["status"] == "sending" else "queued"
    return f"{number} by {Channel(one['channel']).label} to {literal(one['address'])}, {state}"


def _taken(id: int, kind: str, other: int | None) -> None:
    if other is not None:
        beside(f"Another contact has this {_LABELS[kind].lower()}. If they are one person, merge them.")
        merging_of(merging.pair(store(), id, other), "may be one person.")


def _save(id: int) -> None:
    typed = {kind: str(st.session_state[f"{kind}-of-{id}"] or "") for kind in _LABELS}
    moving = bool(st.session_state.get(f"addresses-move-{id}", True))  # also what was queued once this was drawn
    theirs = not st.session_state[f"addresses-stranger-{id}"]
    drawn = {kind: str(st.session_state[f"{kind}-drawn-{id}"]) for kind in _LABELS}
    done = addresses.correct(
        store(), id, drawn, typed, ACTOR, now(), workspace().timezone, workspace().region,
        moving=moving, theirs=theirs,
    )  # fmt: skip
    for kind in _LABELS:
        st.session_state[f"{kind}-of-{id}-trouble"] = done.troubles.get(kind)
        st.session_state[f"{kind}-of-{id}-other"] = done.others.get(kind)
    saved = not (done.troubles or done.others)
    if found := people.person(store(), id, str(workspace().timezone)):
        for kind in _LABELS:
            if saved or done.troubles.get(kind) == addresses.MEANWHILE:
                _draw(id, kind, found["contact"], anew=True)
    if saved:
        st.session_state[f"addresses-stranger-{id}"] = False  # it was said of the address that is gone now
        st.session_state["note"] = " ".join(["Saved.", *_said(done)])
        st.session_state["people_again"] = True


def _said(done: Corrected) -> list[str]:
    """What became of the queue."""
    moved, cancelled = done.moved, done.cancelled
    goes = f"{count(moved)} queued {'message goes' if moved == 1 else 'messages go'} to the new address."
    gone = f"{count(cancelled)} queued {'message was' if cancelled == 1 else 'messages were'} cancelled."
    return [goes] * bool(moved) + [gone] * bool(cancelled)
