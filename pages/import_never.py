"""Those who said no in a file are left out of its import; here somebody may have it keep them out of everything."""

import streamlit as st

from data import barring
from data.checks.typed import shortened
from data.csvfile.columns import Mapping
from pages.import_job import Dropped
from pages.wording import ACTOR
from pages.workspace import now, store, workspace


def never_ask(dropped: Dropped, mapping: Mapping) -> None:
    """Offered where it would bar anybody; right after it, it can be taken back."""
    refusing = dropped.refusing(mapping, workspace().region)
    if not refusing:
        return
    file, key = shortened(dropped.name), f"never-asked-{dropped.key}"
    if barred := st.session_state.get(key):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":green[:material/check_circle:] Never asked again: {_addresses(barred)} that said no.")
            if st.button("Undo", icon=":material/undo:", type="tertiary", key="import-never-undo"):
                barring.allow_refusing(store(), refusing, file, ACTOR, now())
                del st.session_state[key]
                st.session_state.pop(f"{key}-wanted", None)
                st.rerun()
        return
    if not (wanted := _wanted(refusing, f"{key}-wanted")):
        return
    with st.popover(f"Never ask the {_addresses(wanted)} that said no", icon=":material/block:"):
        st.caption(
            "Also outside this file, by the channels they said no to. What is queued to them there is cancelled."
            " It can be taken back here, as long as this file is open, and under Contacts for whoever is one."
        )
        if st.button(f"Never ask {_addresses(wanted)} again", type="primary", key="import-never"):
            st.session_state[key] = barring.never_ask(store(), refusing, file, ACTOR, now())
            st.rerun()


def _wanted(refusing: barring.Refusing, key: str) -> int:
    """How many addresses would be barred; looked up once for each choice of columns, as a file may hold 200,000."""
    known = st.session_state.get(key)
    if known is None or known[0] is not refusing:
        with store().reading() as reading:
            known = refusing, len({address for _, address in barring.not_barred(reading, refusing)})
        st.session_state[key] = known
    return known[1]


def _addresses(many: int) -> str:
    return f"{many:,} addresses" if many > 1 else "one address"
