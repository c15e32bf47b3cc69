"""The numbers of the charts as a table: for reading aloud, for copying, and to reach the rows by keyboard."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from data.metrics import DEFINITIONS, Rate
from data.reached import REACHED
from data.reports import Tally
from pages.counts import interval
from pages.insights import Address
from pages.wording import count, share

# st.table cannot set numbers flush right, a Markdown table cannot scroll on a phone.
_LOOKS = """<style>
.exact-numbers { overflow-x: auto }
.exact-numbers table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
.exact-numbers :is(th, td) { padding: .4rem .5rem; text-align: right; white-space: nowrap; font-weight: 400 }
.exact-numbers :is(th, td):first-child { padding-left: 0; text-align: left }
.exact-numbers tbody tr { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent) }
.exact-numbers thead { opacity: .75 }
.exact-numbers thead th { white-space: normal; vertical-align: bottom }
.exact-numbers a { color: inherit; text-underline-offset: .2em }
</style>"""
_HEADS = (
    "Sent", "Delivered", "Delivered %", "95% interval", "Opened or read", "Clicked", "Responded", "Response %",
    "95% interval", "Settled", "Settled response %", "95% interval",
)  # fmt: skip


def exact_numbers(head: str, rows: Sequence[tuple[str, Tally, Address]]) -> None:
    """One line a group with the same counts and rates as in the charts."""
    with st.expander("Exact numbers", icon=":material/table_rows:"):
        st.html(_LOOKS + _table(head, rows))
        st.caption(
            "Intervals are 95% Wilson intervals. An underlined number opens its rows. "
            + " ".join(f"{name}: {DEFINITIONS[name]}" for name in ("Delivered %", "Response %", "Settled response %"))
        )


def _table(head: str, rows: Iterable[tuple[str, Tally, Address]]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in (head, *_HEADS))
    lines = "".join(_line(*row) for row in rows)
    return f'<div class="exact-numbers"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _line(name: str, one: Tally, address: Address) -> str:
    cells = (
        _link(one.sent, address),
        _link(one.delivered, address, "delivered"),
        share(one.delivery.value),
        _likely(one.delivery),
        _link(one.seen, address, "seen") if one.observed else "–",
        _link(one.clicked, address, "clicked"),
        _link(one.responded, address, "responded"),
        share(one.response.value),
        _likely(one.response),
        count(one.settled),
        share(one.settled_response.value),
        _likely(one.settled_response) if one.settled or not one.delivered else "too young to compare",
    )
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _link(number: int, address: Address, reached: str = "") -> str:
    """A count that opens its rows, those that got to a step."""
    query = urlencode([*address, *([("reached", REACHED[reached])] if reached else [])])
    return f'<a href="./?{escape(query)}">{count(number)}</a>'


def _likely(rate: Rate) -> str:
    return "too few to compare" if rate.too_few else interval(rate)
