"""The rules of the workspace: when people are asked, how often, what stops by itself, and what a message costs."""

from dataclasses import dataclass, replace
from datetime import time
from typing import NoReturn

import pandas as pd
import streamlit as st

from data import rules
from data.laws import laws
from data.lifecycle import Channel
from data.rule_checks import change, price_rows, prices_of, troubles
from data.rules import DAY, Rules
from pages.asking import beside
from pages.meanwhile import somebody_else_changed
from pages.wording import ACTOR
from pages.workspace import now, store


@dataclass(frozen=True, slots=True)
class _Form:
    """The rules that the fields were begun with; another number makes them new fields."""

    start: Rules
    number: int = 0


_DAYS = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PRICES = ["Channel", "Country", "Price"]
_BEGUN, _TYPED = "rule-prices-begun", "rule-prices-typed"  # in the session: the table's state ends with its page


def hours(kept: Rules, found: dict[str, str]) -> Rules:
    """When a message may reach somebody."""
    with st.container(border=True):
        st.markdown("**Hours**")
        st.caption(
            "On the recipient's clock. Outside of them a request waits; the law of a region can only make them tighter."
        )
        left, right = st.columns(2)
        opens = left.time_input("From", _clock(kept.opens), key=_key("opens"), step=900, persist_state="session")
        closes = right.time_input(
            "Until",
            _clock(kept.closes),
            key=_key("closes"),
            step=900,
            help="00:00 is midnight",
            persist_state="session",
        )
        beside(found.get("closes"))
        holidays = st.toggle(
            "Also quiet on public holidays of the recipient's country",
            kept.holidays,
            key=_key("holidays"),
            persist_state="session",
        )
        with st.expander("Regions with tighter hours", icon=":material/policy:"):
            st.dataframe(_laws(), hide_index=True)
    return replace(kept, opens=_minutes(opens), closes=_minutes(closes) or DAY, holidays=holidays)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _minutes(clock: time | None) -> int:
    return clock.hour * 60 + clock.minute if clock else 0


def _laws() -> pd.DataFrame:
    rows = [(one["region"], _weekdays(one["days"]), f"{one['opens']}–{one['closes']}", one["law"]) for one in laws()]
    return pd.DataFrame(rows, columns=["Region", "Days", "Hours", "Law"])


def _weekdays(days: str) -> str:
    return "–".join(_DAYS[int(day)] for day in days.split("-"))


def often(kept: Rules, found: dict[str, str]) -> Rules:
    """How often one person is written to."""
    with st.container(border=True):
        st.markdown("**How often**")
        st.caption("Counted for each person, over all channels and senders.")
        cooldown = _whole("Days between two asks", kept.cooldown_days, "cooldown", 0, 730, "0 asks again at once")
        left, right = st.columns(2)
        with left:
            cap_7 = _whole("Messages in 7 days", kept.cap_7_days, "cap-7", 1, 50, "Follow-ups included")
        with right:
            cap_30 = _whole("Messages in 30 days", kept.cap_30_days, "cap-30", 1, 200, "Follow-ups included")
        beside(found.get("cap_30_days"))
        expires = _whole(
            "Days until an ask that could not leave expires", kept.expires_days, "expires", 1, 365,
            "Held back longer than that, by hours, pauses or stops, it is not sent any more",
        )  # fmt: skip
    return replace(kept, cooldown_days=cooldown, cap_7_days=cap_7, cap_30_days=cap_30, expires_days=expires)


def _whole(label: str, value: int, key: str, low: int, high: int, help: str) -> int:
    return int(
        st.number_input(label, low, high, value=value, step=1, key=_key(key), help=help, persist_state="session") or 0
    )


def limits(kept: Rules, found: dict[str, str]) -> Rules:
    """When a channel stops itself, and how far a STOP reaches."""
    with st.container(border=True):
        st.markdown("**Stops**")
        st.caption("A channel stops itself when a day goes worse than this; a person then has to lift the stop.")
        left, middle, right = st.columns(3)
        with left:
            opt_outs = _per_cent("Opt-outs, %", kept.opt_out_limit, "opt-out")
            beside(found.get("opt_out_limit"))
        with middle:
            errors = _per_cent("Errors, %", kept.error_limit, "error")
            beside(found.get("error_limit"))
        with right:
            limits_from = _whole("Of at least", kept.limits_from, "from", 10, 100_000, "Messages in 1, 3, 7 or 30 days")
        person = st.toggle(
            "STOP on one address means every address of that person", kept.stop_means_person, key=_key("stop"),
            help="Off: only the address that it came from", persist_state="session",
        )  # fmt: skip
    return replace(
        kept, opt_out_limit=opt_outs, error_limit=errors, limits_from=limits_from, stop_means_person=person
    )  # fmt: skip


def _per_cent(label: str, share: float, key: str) -> float:
    shown = round(share * 100, 2)
    percent = st.number_input(
        label, 0.0, 100.0, value=shown, step=0.1, format="%.1f", key=_key(key), persist_state="session"
    )
    return share if percent == shown else round((percent or 0) / 100, 6)


def prices(kept: Rules, found: dict[str, str]) -> tuple[Rules, bool]:
    """What a segment or a message costs, and whether the table can be read."""
    with st.container(border=True):
        st.markdown("**Prices**")
        st.caption(
            "Of one SMS segment or one message: an import shows what it will cost. No country means anywhere else."
        )
        currency = (
            st.text_input(
                "Currency", kept.currency, max_chars=3, key=_key("currency"), width=120, persist_state="session"
            )
            or ""
        )
        beside(found.get("currency"))
        table = st.data_editor(
            _begun_prices(kept), num_rows="dynamic", hide_index=True, key=_key("prices"),
            column_config={
                "Channel": st.column_config.SelectboxColumn(options=[one.value for one in Channel], required=True),
                "Country": st.column_config.TextColumn(help="Two letters, such as US", max_chars=2),
                "Price": st.column_config.NumberColumn(min_value=0.0, max_value=100.0, format="%.4f"),
            },
        )  # fmt: skip
        st.session_state[_TYPED] = (_key("prices"), table)
        typed = prices_of(_cells(table))
        if isinstance(typed, str):
            beside(typed)
            return replace(kept, currency=currency.strip().upper()), False
    return replace(kept, currency=currency.strip().upper(), prices=typed), True


def _begun_prices(kept: Rules) -> pd.DataFrame:
    """What the table began with: the same while it is drawn; what was typed into it, after a look elsewhere."""
    key = _key("prices")
    begun: pd.DataFrame | None = st.session_state.get(_BEGUN)
    if begun is None or key not in st.session_state:
        number, typed = st.session_state.get(_TYPED, ("", None))
        begun = typed.reset_index(drop=True) if number == key else None
    if begun is None:
        begun = pd.DataFrame(price_rows(kept.prices), columns=_PRICES).astype({"Price": float})
    st.session_state[_BEGUN] = begun
    return begun


def _cells(table: pd.DataFrame) -> list[tuple[str | None, str | None, float | None]]:
    empty = table.isna()
    return [
        tuple(None if empty.iat[row, column] else table.iat[row, column] for column in range(3))
        for row in range(len(table))
    ]  # type: ignore[return-value]


def page() -> None:
    with st.container(gap=None):
        st.title("Rules", anchor=False)
        st.caption("They hold for every request, however it was asked, and are looked at again the moment it leaves")
    kept = rules.load(store())
    form = st.session_state.setdefault("rule-form", _Form(kept))
    found: dict[str, str] = st.session_state.get("rule-troubles", {})
    left, right = st.columns(2, gap="medium")
    with left:
        edited = often(hours(form.start, found), found)
    with right:
        edited, readable = prices(limits(edited, found), found)
    if edited == form.start != kept:  # nothing was touched here, so what holds by now is shown
        _begin(kept)
    found = troubles(edited)
    if found != st.session_state.get("rule-troubles", {}):
        st.session_state["rule-troubles"] = found  # they stand beside fields that were drawn before
        st.rerun()
    save(form.start, edited, readable and not found)


def _key(name: str) -> str:
    return f"rule-{name}-{st.session_state['rule-form'].number}"


def _begin(kept: Rules) -> NoReturn:
    """The form anew, with what holds now."""
    st.session_state["rule-form"] = _Form(kept, st.session_state["rule-form"].number + 1)
    st.session_state.pop("rule-clash", None)
    st.rerun()


def save(start: Rules, edited: Rules, right: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Save rules", type="primary", icon=":material/save:", disabled=not right or edited == start, key="rule-save"
        ):
            with store().transaction() as work:
                clash = change(work, start, edited, ACTOR, now())
                kept = rules.load(work)
            if not clash:
                st.session_state["rule-saved"] = True
                _begin(kept)
            st.session_state["rule-clash"] = clash
        if st.session_state.pop("rule-saved", False):
            st.markdown(":green[:material/check_circle:] Saved. The engine goes by them from its next turn.")
    clash: list[str] | None = st.session_state.get("rule-clash")
    if clash and somebody_else_changed(clash, "rule-again"):
        _begin(rules.load(store()))


page()
