"""The side drawer of a person: everything that is kept about them, and what may be done."""

from collections.abc import Sized
from dataclasses import replace
from datetime import tzinfo
from html import escape
from typing import Any

import streamlit as st

from data import people, queries
from data.lifecycle import Channel
from data.store import Row
from data.verdicts import SUPPRESSED
from pages.ask_again import Person, ask_again, unreached
from pages.contact_actions import asking, copy_and_erasure, duplicates_of, place
from pages.contact_addresses import another_address
from pages.corrections import another_name
from pages.drawers import to_request
from pages.literal import literal
from pages.stop_words import held_words
from pages.wording import CHANNEL_ICONS, TRIGGERS, exact, status_words, their_time
from pages.workspace import now, reader_zone, store, told, workspace

_SHOWN = 20  # of each kind, the newest
_GRANTED = {"customer": "Asked as a customer", "consent": "Allowed again", "agreed": "Agreed to be asked"}


def show(id: int) -> None:
    """Opens the drawer of this person on the next run."""
    st.session_state["person"] = id
    st.session_state["people_again"] = True


def _close() -> None:
    st.session_state.pop("person", None)


def drawer() -> None:
    """Opens the drawer when a person was chosen."""
    st.session_state.pop("people_again", None)
    id = st.session_state.get("person")
    if id is not None:
        st.dialog("Contact", position="right", width=460, on_dismiss=_close)(_body)(id)


@told
def _body(id: int) -> None:
    if st.session_state.pop("people_again", False):
        st.rerun()
    with store().reading() as reading:
        found = people.person(reading, id, str(workspace().timezone))
    if found is None:
        st.text("This person is not kept any more.")
        return
    zone = reader_zone()
    st.html(
        f'<h3 dir="auto" style="margin: 0; padding: 0">{escape(found["contact"]["name"])}</h3>'
    )  # a name is no Markdown
    _addresses(found["addresses"], found["contact"])
    _where(found)
    _again(found)
    asking(id, found["addresses"])
    duplicates_of(id)
    if found["addresses"]:  # else erased
        another_name(id, found["contact"]["name"])
        another_address(id, found["contact"])
    place(id, found["contact"])
    _requests(found["requests"], zone)
    _replies(found["replies"], zone)
    _ledger(found["consent"], zone)
    copy_and_erasure(id)


def _addresses(addresses: dict[str, list[Row]], contact: Row) -> None:
    """Each with what bars it below; what bars all of them stands below the last."""
    told = {address: [_bar(bar) for bar in bars] for address, bars in addresses.items()}
    of_all = list(told.values())[-1] if len({tuple(bars) for bars in told.values()}) == 1 else []
    with st.container(gap=None):
        for address, bars in told.items():
            st.text(address)
            if address not in (contact["phone"], contact["email"]):
                st.caption("Earlier or other address")
            for bar in bars if not of_all else []:
                st.caption(bar)
        for bar in of_all:
            st.caption(bar)
        if not addresses:
            st.caption("No phone and no email is kept.")


def _bar(bar: Row) -> str:
    by = f" by {Channel(bar['channel']).label}" if bar["channel"] else ""
    return f":red[:material/block:] {SUPPRESSED.get(bar['basis'], bar['basis'])}{by}"


def _where(found: dict[str, Any]) -> None:
    where = found["where"]
    told = their_time(now(), ",".join(where["zones"]), where["source"])
    region = f" · {where['region']}" if where["region"] else ""
    st.caption(f":material/schedule: Their time: {literal(told)}{region}")


def _again(found: dict[str, Any]) -> None:
    contact, asked = found["contact"], found["requests"]
    channel = Channel(asked[0]["channel"] if asked else "sms" if contact["phone"] else "email")
    person = Person(contact["name"], contact["phone"], contact["email"], channel)
    if asked and asked[0]["address"] == person.address:
        person = replace(person, unreached=unreached(asked[0]))
    ask_again(person, f"contact-{contact['id']}", barred_is_told=True)


def _requests(requests: list[Row], zone: tzinfo) -> None:
    st.markdown(f"**Requests** :gray[{len(requests)}]")
    stopped = held_words([request["id"] for request in requests[:_SHOWN]], queries.members(store()))
    for request in requests[:_SHOWN]:
        label, why = status_words(request, stopped.get(request["id"], ""))
        channel = Channel(request["channel"])
        with st.container(gap=None):
            when = f":gray[{literal(exact(request['created_at'], zone))}]"
            words = f"{CHANNEL_ICONS[channel]} {label} · {when} :material/chevron_right:"
            if st.button(words, type="tertiary", key=f"request-{request['id']}", help="Open this request"):
                to_request(request["id"])
            st.caption(literal(why))
    _more(requests)


def _replies(replies: list[Row], zone: tzinfo) -> None:
    if replies:
        st.markdown(f"**Replies** :gray[{len(replies)}]")
    for reply in replies[-_SHOWN:]:
        with st.container(gap=None):
            st.text(reply["body"])
            st.caption(exact(reply["received_at"], zone))
    _more(replies)


def _ledger(entries: list[Row], zone: tzinfo) -> None:
    """What was said once is kept once for each address: it is told once."""
    lines = list(dict.fromkeys(_entry(one, zone) for one in entries))
    if lines:
        st.markdown("**Consent**")
    for words, origin in lines[-_SHOWN:]:
        with st.container(gap=None):
            st.text(words)
            st.caption(origin)
    _more(lines)


def _entry(one: Row, zone: tzinfo) -> tuple[str, str]:
    basis = one["basis"]
    words = _GRANTED.get(basis, basis) if one["state"] == "granted" else SUPPRESSED.get(basis, basis)
    by = f" by {Channel(one['channel']).label}" if one["channel"] else ""
    said = one["evidence"] if basis != "customer" else None  # a key of the ask, no words
    source = TRIGGERS.get(one["source"], literal(one["source"]))
    actor = "" if one["actor"] == "console" else literal(one["actor"])  # so it is for every ask: says nothing
    origin = actor if one["source"] == "console" else ", ".join(filter(None, (source, actor)))
    return f"{words}{by}{f': {said}' if said else ''}", f"{origin or source}, {exact(one['happened_at'], zone)}"


def _more(rows: Sized) -> None:
    if len(rows) > _SHOWN:
        st.caption(f"… and {len(rows) - _SHOWN} earlier; the export holds them all.")
