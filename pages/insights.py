"""What the Channels and the Senders page share: the filter row, cards, and charts that open the rows behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import queries, reports
from data.days import day
from data.filter_address import PARAMETERS, address, by_name
from data.filters import FIRST_DAY, LAST_DAY, Filters
from data.reports import Fared, Tally
from pages.choices import channels, senders
from pages.empty import empty
from pages.periods import CUSTOM, PERIODS, USUAL, days_of
from pages.workspace import now, store, workspace

FUNNEL = {
    "Sent": "", "Delivered": "delivered", "Opened": "seen", "Read": "seen", "Clicked": "clicked",
    "Responded": "responded",
}  # fmt: skip
EXACT = "Exact numbers"  # the tables that say the same as the charts
_ROWS = "rows_behind"

Address = list[tuple[str, str]]


@dataclass(frozen=True)
class View:
    """What a page shows: the filters, the first day on which anything of this was ever sent, and the team's names."""

    filters: Filters
    began: date
    today: date
    names: Mapping[int, str]

    @classmethod
    def of(cls, filters: Filters, names: Mapping[int, str]) -> "View":
        began = first_day(replace(filters, since=None, until=None))
        return cls(filters, began or today(), today(), names)

    @property
    def first(self) -> date:
        """The first of these days that can have anything to show."""
        return max(self.filters.since or self.began, self.began)

    @property
    def last(self) -> date:
        """The last of these days that there has been so far."""
        return max(min(self.filters.until or self.today, self.today), self.first)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def young(self) -> date | None:
        """The day until which what was sent has settled, where there are younger days among these."""
        ripe = self.today - reports.SETTLING
        return ripe if self.first <= ripe < self.last else None

    @property
    def before(self) -> tuple[date, date] | None:
        """As many days just before, where these have a beginning and anything of this was sent by then."""
        if not self.filters.since or self.began >= self.filters.since:
            return None
        length = self.last - self.filters.since + timedelta(days=1)
        first = self.filters.since - length
        return (first, self.filters.since - timedelta(days=1)) if self.began <= first else None

    def week(self, monday: date) -> tuple[date, date]:
        """The first and the last of these days in the week that starts then."""
        return max(monday, self.first), min(monday + timedelta(days=6), self.last)

    def rows(self, *, channel: str | None = None, sender: int | None = None, week: date | None = None) -> Filters:
        """Exactly the sent requests of one group: both days are named, so what has not been sent is left out."""
        since, until = self.filters.since or self.began, self.filters.until or self.today
        if week:
            since, until = self.week(week)
        return replace(
            self.filters,
            channels=(channel,) if channel else self.filters.channels,
            senders=self.filters.senders if sender is None else (sender,),
            since=since,
            until=until,
        )

    def link(self, reached: str = "", **group: Any) -> Address:
        """Where the Requests page shows these rows, or those of them that got to a step: see data/reached.py."""
        rows = self.rows(**group)
        return address(replace(rows, reached=(reached,)) if reached else rows, self.names)


@st.cache_data(ttl=30, max_entries=256, show_spinner=False)
def counted(filters: Filters, *by: str) -> list[Tally]:
    """See reports.tally; at most half a minute old."""
    return reports.tally(store(), filters, *by, ripe=today() - reports.SETTLING)


@st.cache_data(ttl=30, max_entries=256, show_spinner=False)
def by_age(filters: Filters, began: date, today: date) -> dict[str, Fared]:
    """See reports.by_age; at most half a minute old."""
    return reports.by_age(store(), filters, began, today)


@st.cache_data(ttl=30, max_entries=256, show_spinner=False)
def first_day(filters: Filters) -> date | None:
    """See reports.first_day; at most half a minute old."""
    return reports.first_day(store(), filters)


def today() -> date:
    """Days are the workspace's, as in the store."""
    return now().astimezone(workspace().timezone).date()


def is_dark() -> bool:
    return st.context.theme.type == "dark"


def heading(title: str, caption: str, names: Mapping[int, str]) -> Filters:
    """The title, what the page answers and for which days; then the filter row."""
    with st.container(gap=None):
        st.title(title, anchor=False)
        said = st.empty()
    filters = _chosen_filters(names)
    said.caption(f"{caption} · {_days_in_words(filters)}")
    return filters


def _days_in_words(filters: Filters) -> str:
    until = f"{day(filters.until or today())} ({workspace().timezone.key})"
    if filters.since and filters.since != filters.until:
        return f"sent from {day(filters.since)} to {until}"
    return f"sent on {until}" if filters.since else f"sent until {until}"


def _chosen_filters(names: Mapping[int, str]) -> Filters:
    """The filter row, with senders if names are given; every choice lives in the address.

    The keys are not those of the Requests page: a bound parameter cannot be handed over to another page.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        since, until = _period()
        with st.container(
            horizontal=True, gap="small", width="content", vertical_alignment="center"
        ):  # on a small laptop these go below together
            via = channels("channel", idle=168, placeholder="All channels")
            by = senders(names, "sender", idle=168, placeholder="Everybody") if names else []
            if _narrowed() or st.session_state["period"] != USUAL:
                st.button("Clear", on_click=_show, args=(USUAL,), icon=":material/close:", type="tertiary")
    return Filters("", tuple(via), (), tuple(by), since, until)


def _period() -> tuple[date | None, date]:
    name = st.segmented_control(
        "Period", [*PERIODS, CUSTOM], key="period", bind="query-params", default=USUAL, required=True, wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    until = today()
    usual = until - timedelta(days=89)
    if name == CUSTOM:
        days: tuple[date, ...] = st.date_input(
            "Days of sending", (usual, until), key="days", bind="query-params", label_visibility="collapsed",
            width=220, format="YYYY-MM-DD", min_value=FIRST_DAY, max_value=LAST_DAY,
        )  # fmt: skip
        return (min(days), max(days)) if days else (usual, until)
    return days_of(name, until)


def _narrowed() -> bool:
    return bool(st.session_state.get("channel") or st.session_state.get("sender"))


def _show(period: str) -> None:
    """Everything in this period."""
    st.session_state["period"], st.session_state["channel"] = period, []
    if "sender" in st.session_state:
        st.session_state["sender"] = []


def card(title: str, caption: str = "", help: str | None = None) -> DeltaGenerator:
    """A frame with a name, to be used in a `with` statement."""
    frame = st.container(border=True, height="stretch", gap="small")
    with frame, st.container(gap=None):
        st.markdown(f"**{title}**", help=help)
        if caption:
            st.caption(caption)
    return frame


def chart(figure: go.Figure, key: str, alt: str, behind: Callable[..., Address]) -> None:
    """Draws it; a click opens the rows that `behind` names for the point's keys. By keyboard the tables do."""
    st.plotly_chart(
        figure, key=key, theme=None, alt=f"{alt}. Links to the rows: {EXACT}, below.",
        config={"displayModeBar": False}, selection_mode="points", on_select=partial(_picked, key, behind),
    )  # fmt: skip


def _picked(key: str, behind: Callable[..., Address]) -> None:
    points: list[Any] = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        _wish(behind(*points[0]["customdata"]))


def rows_button(label: str, key: str, behind: Address) -> None:
    """Opens these rows as a click on a chart does."""
    st.button(
        label, key=key, type="tertiary", icon=":material/arrow_forward:", icon_position="right",
        on_click=_wish, args=(behind,),
    )  # fmt: skip


def _wish(behind: Address) -> None:
    st.session_state[_ROWS] = behind


def follow() -> None:
    """Goes to the rows that a click asked for: a callback cannot."""
    wanted: Address | None = st.session_state.pop(_ROWS, None)
    if not wanted:
        return
    for left_over in (*PARAMETERS, "page", "sort"):  # from an earlier visit: these would filter on
        st.session_state.pop(left_over, None)
    st.switch_page("request_list.py", query_params=by_name(wanted))


def nothing_sent() -> None:
    """Instead of empty charts: why there is nothing, and what to do next."""
    if queries.is_empty(store()):
        with empty("No requests yet", "Charts appear as soon as the first requests are sent."):
            st.page_link("send_request.py", label="Send review request", icon=":material/send:")
            st.page_link("send_many.py", label="Import a CSV", icon=":material/upload_file:")
    elif first_day(Filters()):
        with empty("Nothing was sent in this period with these filters"):
            st.button("Show everything", icon=":material/all_inclusive:", on_click=_show, args=("All",))
    else:
        with empty(
            "Nothing has been sent yet", "Requests wait in the queue until they are due; the engine sends them."
        ):
            st.page_link("request_list.py", label="See the queue", icon=":material/inbox:")
