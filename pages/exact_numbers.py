"""The numbers of the charts as tables: for reading aloud, for copying, and to reach the rows by keyboard."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from data import reports
from data.lifecycle import Channel
from data.metrics import DEFINITIONS, Rate
from data.reached import REACHED
from data.reports import Tally
from pages.counts import interval, week
from pages.figures.look import look
from pages.insights import EXACT, Address, View, is_dark
from pages.wording import count, share

# st.table cannot set numbers flush right, a Markdown table cannot scroll on a phone.
_LOOKS = """<style>
.exact-numbers { overflow-x: auto; margin-bottom: .75rem }
.exact-numbers table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
.exact-numbers :is(th, td) { padding: .4rem .5rem; text-align: right; white-space: nowrap; font-weight: 400 }
.exact-numbers :is(th, td):first-child { padding-left: 0; text-align: left }
.exact-numbers :is(th, td):first-child { position: sticky; left: 0; background: var(--paper) }
.exact-numbers tbody tr { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent) }
.exact-numbers thead th { white-space: normal; vertical-align: bottom }
.exact-numbers thead th { color: color-mix(in srgb, currentColor 75%, transparent) }
.exact-numbers a { color: inherit; text-underline-offset: .2em }
</style>"""
_GROUP = (
    "Sent", "Delivered", "Delivered %", "95% interval", "Opened or read", "Clicked", "Responded", "Response %",
    "95% interval", "Settled", "Settled response %", "95% interval",
)  # fmt: skip
_WEEK = ("Sent", "Delivered", "Responded", "Response %", "95% interval")

Line = tuple[str, Sequence[str]]


def exact_numbers(*tables: str) -> None:
    """Folded away below the charts; each table is one of those made here."""
    with st.expander(EXACT, icon=":material/table_rows:"):
        for body in tables:  # names stay while numbers scroll by on a phone, so they need the page's own colour
            st.html(f'{_LOOKS}<div class="exact-numbers" style="--paper: {look(is_dark()).paper}">{body}</div>')
        st.caption(
            "An underlined number opens its rows. Intervals are 95% Wilson intervals. So far: under 14 days old. "
            + " ".join(f"{name}: {DEFINITIONS[name]}" for name in ("Delivered %", "Response %", "Settled response %"))
        )


def groups(head: str, rows: Iterable[tuple[str, Tally, Address]]) -> str:
    """One line a channel or sender, with the same counts and rates as in the charts."""
    return _table((head, *_GROUP), [(name, _group(one, address)) for name, one, address in rows])


def weeks(weekly: Iterable[Tally], view: View) -> str:
    """One line a week of sending."""
    return _table(("Week", *_WEEK), [_week(one, view) for one in reports.weeks(weekly, view.last)])


def mixes(head: str, senders: Iterable[tuple[str, Tally]], sent: Mapping[tuple[int, str], int], view: View) -> str:
    """One line a sender: what was sent by each channel; and one of all."""
    used = [channel for channel in Channel if any(key[1] == channel for key in sent)]
    of_all = {channel: sum(number for key, number in sent.items() if key[1] == channel) for channel in used}
    lines = [
        (
            name,
            [
                _link(sent.get((one.key, channel), 0), view.link(sender=one.key, channel=channel.value))
                for channel in used
            ],
        )
        for name, one in senders
    ]
    lines.append(("All", [_link(of_all[channel], view.link(channel=channel.value)) for channel in used]))
    return _table((head, *(f"Sent by {channel.label}" for channel in used)), lines)


def _table(heads: Iterable[str], lines: Iterable[Line]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for name, cells in lines
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _group(one: Tally, address: Address) -> tuple[str, ...]:
    return (
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


def _week(one: Tally, view: View) -> Line:
    address, shown = view.link(week=one.key), week(one, view)
    return shown.named, (
        _link(one.sent, address),
        _link(one.delivered, address, "delivered"),
        _link(one.responded, address, "responded"),
        share(one.response.value) if shown.ripe or not one.delivered else f"{share(one.response.value)} so far",
        _likely(one.response),
    )


def _link(number: int, address: Address, reached: str = "") -> str:
    """A count that opens its rows, those that got to a step."""
    query = urlencode([*address, *([("reached", REACHED[reached])] if reached else [])])
    return f'<a href="./?{escape(query)}">{count(number)}</a>'


def _likely(rate: Rate) -> str:
    return "too few to compare" if rate.too_few else interval(rate)
