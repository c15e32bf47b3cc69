"""What may be said of the person asked: when they visited, where they live, and how they agreed to be asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from data import checks, places
from data.checks.visits import FURTHEST
from data.places import UNSAID, Place
from data.places.zones import by_number
from pages.asking import beside
from pages.workspace import now, reader_zone, workspace


@dataclass(frozen=True, slots=True)
class About:
    """What was said, and what is wrong with it by field."""

    place: Place = UNSAID
    visited_at: datetime | None = None
    troubles: dict[str, str] = field(default_factory=dict[str, str])
    agreed: str | None = None
    """Their consent in words; without any they are asked as a customer."""


def about(key: str, phone: str) -> About:
    """The fields, each with its trouble below; `phone` tells the country where nothing else does."""
    fold = f"about-{key}"
    if st.session_state.pop(f"{fold}-opens", False):
        st.session_state[fold] = True
    with st.expander("Visit, place, consent", icon=":material/event:", key=fold, on_change="rerun") as folded:
        typed: Any = st.datetime_input(
            "Visited", None, key=f"visited-{key}", format="YYYY-MM-DD", step=900, persist_state="session",
            help="A delay counts from here, and so does the time after which it is too late to ask.",
        )  # fmt: skip
        visited_at, odd = visit_at(typed, now(), reader_zone())
        beside(odd)
        said = typed_place(key, UNSAID)
        home = (by_number(phone).country if phone else "") or workspace().region
        place, troubles = places.check(said.zone, said.region, "", said.postal, home)
        told(troubles)
        agreed = st.text_input(
            "Consent", key=f"agreed-{key}", placeholder="Signed our form on 3 May", max_chars=200,
            persist_state="session",
            help="How they agreed or asked to be contacted; kept in their ledger as evidence. Without it the ledger"
            " says that they are asked as a customer. It lifts no STOP.",
        )  # fmt: skip
    troubles |= {"visited": odd} if odd else {}
    if troubles and not folded.open:  # a mistake that keeps the request from leaving must be in sight
        st.session_state[f"{fold}-opens"] = True
        st.rerun()
    return About(place, visited_at, troubles, checks.one_line(agreed or "") or None)


def visit_at(typed: datetime | None, now: datetime, zone: tzinfo) -> tuple[datetime | None, str | None]:
    """The moment that the clocks in `zone` show `typed`."""
    if typed is None:
        return None, None
    moment = typed.replace(tzinfo=zone).astimezone(UTC)
    if moment - now > FURTHEST:
        return None, "This is more than a year ahead; correct the date of the visit."
    return moment, None


def typed_place(key: str, kept: Place) -> Place:
    """Three fields for where somebody lives, as they are typed."""
    zones = [*_zones(), *([kept.zone] if kept.zone not in _zones() else [])]
    zone = st.selectbox(
        "Time zone", zones, index=zones.index(kept.zone), key=f"zone-{key}",
        format_func=lambda zone: zone or "Not known: worked out", persist_state="session",
    )  # fmt: skip
    left, right = st.columns(2)
    region = left.text_input(
        "Country, state or province", kept.region, key=f"region-{key}", placeholder="FR, TX or Texas", max_chars=60,
        persist_state="session",
    )  # fmt: skip
    postal = right.text_input(
        "Postal code", kept.postal, key=f"postal-{key}", placeholder="10001", max_chars=20, persist_state="session"
    )
    return Place(zone or "", region or "", postal or "")


@cache
def _zones() -> list[str]:
    """Read once: looking through the folder of zones takes 4 ms."""
    return ["", *sorted(zone for zone in available_timezones() if "/" in zone)]


def told(troubles: dict[str, str]) -> None:
    for sentence in troubles.values():
        beside(sentence)
