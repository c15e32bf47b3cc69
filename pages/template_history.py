"""Every version of a template: who wrote it, when, and its text; an old one may become the newest again."""

from collections.abc import Callable

import streamlit as st

from data.store import Row
from data.template_store import Draft, draft_of, versions
from pages.literal import literal
from pages.wording import exact
from pages.workspace import reader_zone, store


def history(id: int, restore: Callable[[Draft], None]) -> None:
    """The versions before the newest one, which the editor shows itself."""
    newest, *older = versions(store(), id)
    with st.expander(f"Versions ({len(older) + 1})", icon=":material/history:"):
        st.caption(literal(_written(newest)))
        for row in older:
            _version(row, restore)


def _version(row: Row, restore: Callable[[Draft], None]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.caption(literal(_written(row)))
        if row["subject"]:
            st.text(row["subject"])
        st.text(row["body"])
        st.button(
            "Restore", icon=":material/restore:", key=f"restore-{row['id']}-{row['version']}", on_click=restore,
            args=(draft_of(row),), help="Kept as a new version; messages keep the one they were sent with",
        )  # fmt: skip


def _written(row: Row) -> str:
    by = f", {row['created_by']}" if row["created_by"] else ""
    return f"Version {row['version']} “{row['name']}”{by}, {exact(row['created_at'], reader_zone())}"
