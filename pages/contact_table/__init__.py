"""The table of people: one row each, opened by its name, by mouse or keyboard."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypedDict

import streamlit as st

from pages.component_files import from_files
from pages.request_table.payloads import opened_from


class Row(TypedDict):
    """One person as the table shows them; every text is shown as it is, never as markup."""

    id: int
    name: str
    phone: str
    email: str
    barred: str
    since: str


_mount = from_files("contact_table", __file__, "table", "giving_back.js")
ORDERS = ("", "name", "-name")
"""Newest first, by name, by name from its end: as the address says it."""


def contact_table(
    rows: Sequence[Row], *, key: str, order: str, on_open: Callable[[int], None], on_order: Callable[[str], None]
) -> None:
    """Shows the rows as they are ordered; the callbacks run before the script, as any widget's do."""
    _mount(
        key=key,
        data={"rows": rows, "order": order},
        on_open_change=partial(_open, key, on_open),
        on_order_change=partial(_sort, key, on_order),
    )


def _open(key: str, on_open: Callable[[int], None]) -> None:
    if (id := opened_from(st.session_state[key].get("open"))) is not None:
        on_open(id)


def _sort(key: str, on_order: Callable[[str], None]) -> None:
    if (order := st.session_state[key].get("order")) in ORDERS:
        on_order(order)
