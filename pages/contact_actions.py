"""What may be done about a person: place, bar, allow, merge, hand out, forget."""

import json

import streamlit as st

from data import erasure, merging, people, person_copy
from data.places import Place
from data.store import Row
from data.verdicts import LIFTED_BY_THEMSELVES
from pages.about_them import told, typed_place
from pages.asking import beside
from pages.literal import literal
from pages.wording import ACTOR
from pages.workspace import now, store, workspace

CONFIRM = "ERASE"


def _done(note: str) -> None:
    st.session_state["note"] = note
    st.session_state["people_again"] = True


def place(id: int, contact: Row) -> None:
    """On whose clock they live, as somebody knows it."""
    with st.expander("Where they live", icon=":material/public:"):
        typed_place(str(id), Place.of(contact))
        st.button("Save", key=f"place-{id}", on_click=_place, args=(id,))
        told(st.session_state.pop(f"place-trouble-{id}", {}))


def _place(id: int) -> None:
    said = Place(*(str(st.session_state[f"{name}-{id}"] or "") for name in ("zone", "region", "postal")))
    troubles = people.set_place(
        store(), id, said, ACTOR, now(), str(workspace().timezone), workspace().region
    )  # fmt: skip
    if troubles:
        st.session_state[f"place-trouble-{id}"] = troubles
    else:
        _done("Saved. What is queued for them goes by the new clock.")


def asking(id: int, addresses: dict[str, list[Row]]) -> None:
    """Never again, or again."""
    bases = {bar["basis"] for bars in addresses.values() for bar in bars}
    with st.container(horizontal=True):
        if any(
            ("never_ask", None) not in {(bar["basis"], bar["channel"]) for bar in bars} for bars in addresses.values()
        ):
            with st.popover("Never ask", icon=":material/block:", key=f"never-ask-{id}"):
                st.text_input("Why", key=f"never-why-{id}", max_chars=200, placeholder="Kept with this person")
                st.caption("Bars every phone and email of theirs and cancels what is queued.")
                st.button("Never ask again", type="primary", key=f"never-{id}", on_click=_never, args=(id,))
        if bases:
            with st.popover("Allow again", icon=":material/undo:", key=f"allow-again-{id}"):
                _allow_form(id, bases)


def _allow_form(id: int, bases: set[str]) -> None:
    said = bool(bases & set(LIFTED_BY_THEMSELVES))
    if said:
        st.caption("They said no themselves. Say how they have consented anew; it is kept in the ledger.")
        st.text_input("Their consent", key=f"consent-{id}", max_chars=200, placeholder="Signed our form on 3 May")
    st.button("Allow again", key=f"allow-{id}", on_click=_allow, args=(id, said))
    if trouble := st.session_state.pop(f"allow-trouble-{id}", None):
        st.markdown(f":red[:material/error: {trouble}]")


def _never(id: int) -> None:
    reason = str(st.session_state.get(f"never-why-{id}", ""))
    taken = people.never_ask(store(), id, reason, ACTOR, now(), workspace().timezone)
    _done(f"Never asked again. {taken} taken out of the queue." if taken else "Never asked again.")


def _allow(id: int, said: bool) -> None:
    consent = str(st.session_state.get(f"consent-{id}", "")).strip()
    if said and not consent:
        st.session_state[f"allow-trouble-{id}"] = "Only their consent lifts this. Write how they gave it."
    elif people.allow_again(store(), id, consent, ACTOR, now()):
        _done("May be asked again.")


def duplicates_of(id: int) -> None:
    """Who else has the same phone or email."""
    for pair in merging.duplicates_of(store(), id):
        merging_of(pair)


def merging_of(pair: Row, why: str = "share a phone or an email.") -> None:
    """Two contacts that share something, and the question whether they are one person."""
    key = f"{pair['keep']}-{pair['other']}"
    with st.container(border=True):
        st.markdown(f"**{literal(pair['keep_name'])}** and **{literal(pair['other_name'])}** {why}")
        with st.popover("Merge", icon=":material/merge:"):
            st.markdown(
                f"Keep **{literal(pair['other_name'])}** (contact {pair['other']}) under"
                f" **{literal(pair['keep_name'])}** (contact {pair['keep']})? All requests and replies move."
                " This cannot be undone."
            )
            st.button(
                "They are one person", type="primary", key=f"merge-{key}", on_click=_merge,
                args=(pair["keep"], pair["other"]),
            )  # fmt: skip


def _merge(keep: int, other: int) -> None:
    done = merging.merge(store(), keep, other, ACTOR, now(), workspace().timezone)
    if done and st.session_state.get("person") == other:
        st.session_state["person"] = keep
    _done("Merged." if done else "One of the two was merged already.")


def copy_and_erasure(id: int) -> None:
    """What a person may ask for by law."""
    st.download_button(
        "Export everything kept", lambda: _copy(id), file_name=f"contact-{id}.json", mime="application/json",
        key=f"export-{id}", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    with st.expander("Erase", icon=":material/delete_forever:"):
        st.caption(
            "Name, addresses, links and replies are overwritten, what is queued is cancelled, and they are never asked"
            " again. Counts stay. This cannot be undone."
        )
        st.text_input(f"Type {CONFIRM} to confirm", key=f"erase-typed-{id}")
        st.button("Erase this person", type="primary", key=f"erase-{id}", on_click=_erase, args=(id,))
        if st.session_state.pop(f"erase-unsaid-{id}", False):
            beside(f"Nothing was erased: type {CONFIRM} above, in capitals.")


def _copy(id: int) -> str:
    with store().reading() as reading:
        return json.dumps(person_copy.export_person(reading, id), indent=2, ensure_ascii=False)


def _erase(id: int) -> None:
    if st.session_state.get(f"erase-typed-{id}") == CONFIRM:
        erasure.erase(store(), id, ACTOR, now(), workspace().timezone)
        _done("Erased.")
    else:
        st.session_state[f"erase-unsaid-{id}"] = True
