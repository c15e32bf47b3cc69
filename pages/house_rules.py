"""The workspace's rules: when people may be written to, how often, and what it costs."""

import csv
from dataclasses import replace
from pathlib import Path

import streamlit as st

from data import rules
from data.rules import Rules
from pages.asking import beside
from pages.wording import ACTOR
from pages.workspace import now, store


def hours(kept: Rules) -> Rules:
    """Quiet hours, and the regions whose law is tighter."""
    with st.container(border=True):
        st.markdown("**Hours**")
        st.caption("On the recipient's clock: as given, by region, by area code, or the strictest that is possible.")
        opens, closes = st.slider(
            "Messages leave between", 0, 24, (kept.opens // 60, kept.closes // 60), format="%d:00"
        )
        holidays = st.toggle("Not on public holidays of their country", kept.holidays)
        with st.expander("Regions with tighter hours"):
            table = Path(rules.__file__).with_name("quiet_hours.csv")
            with table.open(encoding="utf-8", newline="") as lines:
                st.dataframe(list(csv.DictReader(lines)), hide_index=True)
            st.caption("A starting point, not legal advice. Edit data/quiet_hours.csv.")
        beside("The first hour must be before the last." if opens >= closes else None)
    return replace(kept, opens=opens * 60, closes=closes * 60, holidays=holidays)


def often(kept: Rules) -> Rules:
    """Cooldown, caps, expiry and STOP."""
    with st.container(border=True):
        st.markdown("**How often**")
        with st.grid(2, gap="small"):
            cooldown = st.number_input("Days between two asks", 0, 3650, kept.cooldown_days, key="cooldown",
                                       help="Of one person, over all channels and senders")  # fmt: skip
            expires = st.number_input("Days after which an ask expires", 1, 365, kept.expires_days, key="expires")
            week = st.number_input("Messages to one person in 7 days", 0, 50, kept.cap_7_days, key="cap7",
                                   help="Follow-ups included; 0 is no cap")  # fmt: skip
            month = st.number_input("Messages to one person in 30 days", 0, 100, kept.cap_30_days, key="cap30",
                                    help="Follow-ups included; 0 is no cap")  # fmt: skip
        person = st.toggle("STOP means the whole person: every address and channel", kept.stop_means_person)
    return replace(
        kept, cooldown_days=int(cooldown), expires_days=int(expires), cap_7_days=int(week), cap_30_days=int(month),
        stop_means_person=person,
    )  # fmt: skip


def guards(kept: Rules) -> Rules:
    """When a channel stops itself."""
    with st.container(border=True):
        st.markdown("**Guardrails**")
        st.caption("A channel stops itself, says why, and waits for a person, when in the last day")
        with st.grid(3, gap="small"):
            out = st.number_input("opt-outs are above, %", 0.1, 100.0, kept.opt_out_limit * 100, 0.1, key="out")
            errors = st.number_input("errors are above, %", 0.1, 100.0, kept.error_limit * 100, 0.1, key="errors")
            least = st.number_input("of at least, messages", 1, 100_000, kept.limits_from, key="least")
    return replace(kept, opt_out_limit=out / 100, error_limit=errors / 100, limits_from=int(least))


def prices(kept: Rules) -> Rules:
    """What a segment or message costs, by channel and country."""
    with st.container(border=True):
        st.markdown("**Prices**")
        st.caption("Of one SMS part, WhatsApp message or email; by country where you know it.")
        rows = [{"for": name, "price": price} for name, price in kept.prices.items()]
        table = st.data_editor(
            rows or [{"for": "sms", "price": None}], num_rows="dynamic", hide_index=True, key="prices",
            column_config={
                "for": st.column_config.TextColumn("Channel (and country)", help="sms, sms US, whatsapp, email"),
                "price": st.column_config.NumberColumn("Price", format="%.4f", min_value=0),
            },
        )  # fmt: skip
        currency = st.text_input("Currency", kept.currency, max_chars=3, width=110)
    found = {
        str(one["for"]).strip(): float(one["price"]) for one in table if one.get("for") and one.get("price") is not None
    }
    return replace(kept, prices=found, currency=currency.upper() or "USD")


def page() -> None:
    with st.container(gap=None):
        st.title("Rules", anchor=False)
        st.caption("Checked when an ask is queued and again when it leaves, whichever way it came")
    kept = rules.load(store())
    left, right = st.columns(2, gap="large")
    with left:
        wanted = often(hours(kept))
    with right:
        wanted = prices(guards(wanted))
    if st.button("Save", type="primary", key="save-rules", disabled=wanted == kept or wanted.opens >= wanted.closes):
        with store().transaction() as work:
            rules.keep(work, wanted, ACTOR, now())
        st.toast("Saved; it applies from now on, to what waits as well.")
        st.rerun()


page()
