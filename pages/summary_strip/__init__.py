"""The counts above the list: each is a button that filters by what it counts."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypedDict

import streamlit as st

from pages.component_files import from_files


class Tile(TypedDict):
    """One count; `key` comes back when it is pressed, `tone` is a lifecycle word that picks the dot."""

    key: str
    label: str
    count: str
    hint: str
    tone: str
    active: bool


_mount = from_files("summary_strip", __file__, "strip")


def summary_strip(tiles: Sequence[Tile], *, key: str, on_pick: Callable[[str], None]) -> None:
    """Shows the tiles; a press calls `on_pick` with the tile's key before the script runs."""
    _mount(key=key, data={"tiles": tiles}, on_pick_change=partial(_pick, key, {tile["key"] for tile in tiles}, on_pick))


def _pick(key: str, known: set[str], on_pick: Callable[[str], None]) -> None:
    picked = st.session_state[key].get("pick")
    if picked in known:
        on_pick(picked)
