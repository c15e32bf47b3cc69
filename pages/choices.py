"""A filter of several choices, wide enough for what is chosen."""

from collections.abc import Callable
from typing import Any

import streamlit as st

WIDEST = 340  # pixels: the row of a phone; a pager as wide as it needs hides pages


def choices(
    label: str,
    options: list[Any],
    key: str,
    words: Callable[[Any], str],
    *,
    idle: int,
    placeholder: str = "",
    on_change: Callable[[], None] | None = None,
) -> list[Any]:
    """What is chosen, kept in the address; `idle` is the width in pixels while nothing is."""
    chosen = [words(one) for one in st.session_state[key]] if key in st.session_state else st.query_params.get_all(key)
    return st.multiselect(
        label,
        options,
        format_func=words,
        placeholder=placeholder or label,
        key=key,
        bind="query-params",
        on_change=on_change,
        label_visibility="collapsed",
        width=max(idle, _room(chosen)),
        wrap=True,
    )


def _room(chosen: list[str]) -> int:
    """Pixels for the first two and the buttons beside them; the others go on below."""
    return min(96 + sum(26 + 7 * len(label) for label in chosen[:2]), WIDEST)
