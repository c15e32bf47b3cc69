"""The filters that pages share, kept in the address; those of several choices are wide enough for what is chosen."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

import streamlit as st

from data.filters import FIRST_DAY, LAST_DAY
from data.lifecycle import Channel

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


def channels(key: str, **how: Any) -> list[Any]:
    """Ways of asking; the rest as for `choices`."""
    return choices("Sent via", list(Channel), key, lambda one: Channel(one).label, **how)


def senders(names: Mapping[int, str], key: str, **how: Any) -> list[Any]:
    """Ids of people of the team; the rest as for `choices`."""
    return choices("Sent by", list(names), key, lambda id: names.get(id, "?"), **how)


def span(label: str, key: str, on_change: Callable[[], None] | None = None) -> tuple[date | None, date | None]:
    """The first and the last day, or neither."""
    days = st.date_input(
        label,
        cast("tuple[date]", ()),
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=key,
        bind="query-params",
        on_change=on_change,
        label_visibility="collapsed",
        width=252,  # both days, and the button that clears them
    )
    chosen = cast("tuple[date, ...]", days)
    return (chosen[0], chosen[-1]) if chosen else (None, None)


def _room(chosen: list[str]) -> int:
    """Pixels for the first two and the buttons beside them; the others go on below."""
    return min(96 + sum(26 + 7 * len(label) for label in chosen[:2]), WIDEST)
