"""Whether rules make sense together, and what of a form is kept; prices as people see them: a row for each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from data.holds import let_judge
from data.lifecycle import Channel
from data.rules import DAY, Rules, changes, keep, load, said
from data.store import Writing

_COUNTRY = re.compile(r"[A-Z]{2}")
_DEAREST = 100  # of one message, in any currency


def troubles(rules: Rules) -> dict[str, str]:
    """What is wrong, by the field's name; a sentence each."""
    found: dict[str, str] = {}
    if not 0 <= rules.opens < rules.closes <= DAY:
        found["closes"] = "The hours must end after they begin."
    if rules.cap_30_days < rules.cap_7_days:
        found["cap_30_days"] = "30 days cannot allow less than 7 days."
    if not 0 < rules.opt_out_limit <= 1:
        found["opt_out_limit"] = "Between 0.1 % and 100 %."
    if not 0 < rules.error_limit <= 1:
        found["error_limit"] = "Between 0.1 % and 100 %."
    if not re.fullmatch(r"[A-Z]{3}", rules.currency):
        found["currency"] = "Three letters, such as USD or EUR."
    return found


def change(work: Writing, start: Rules, edited: Rules, actor: str, now: datetime) -> list[str]:
    """Sets what a form that was begun with `start` has changed, and leaves alone what others changed meanwhile.

    Where both changed the same, or theirs and ours make no sense together, nothing is set; returns what stands in the
    way, a phrase each.
    """
    work.one_at_a_time("rules")  # else whoever saves in the same instant is not seen, and undone
    kept, mine = load(work), changes(start, edited)
    theirs = changes(start, kept)
    in_the_way = [said(name, theirs[name]) for name in mine if name in theirs and theirs[name] != mine[name]]
    both = replace(kept, **mine)
    in_the_way = in_the_way or [said(name, getattr(kept, name)) for name in theirs if troubles(both)]
    if not in_the_way:
        keep(work, both, actor, now)
        if _HOLDING & changes(kept, both).keys():
            _judge_anew(work, now)
    return in_the_way


_HOLDING = frozenset({"opens", "closes", "holidays", "cap_7_days", "cap_30_days"})


def _judge_anew(work: Writing, now: datetime) -> None:
    """What the old rules hold, the new ones may let go."""
    held = work.rows(
        """
        SELECT r.id, r.wanted_at FROM request r JOIN message m ON m.request_id = r.id
        WHERE r.hold_code IN ('quiet_hours', 'cap') AND m.status = 'queued'
        """
    )
    let_judge(work, {row["id"]: row["wanted_at"] for row in held}, now)


def price_rows(prices: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Channel, country (empty: anywhere else) and price, as kept."""
    rows = [(*name.partition(" ")[::2], price) for name, price in prices.items()]
    return sorted((channel, country, price) for channel, country, price in rows)


def prices_of(rows: Iterable[tuple[str | None, str | None, float | None]]) -> dict[str, float] | str:
    """Prices by "sms" or "sms US", or the sentence that says what is wrong with a row."""
    found: dict[str, float] = {}
    for channel, country, price in rows:
        place = (country or "").strip().upper()
        if not channel and not place and price is None:
            continue  # a row that was added and left empty
        if channel not in list(Channel):
            return "Every price needs a channel."
        if place and not _COUNTRY.fullmatch(place):
            return f"“{place[:20]}” is not a country; write two letters such as US, or nothing for anywhere else."
        if price is None or not 0 <= price <= _DEAREST:
            return f"The price of one message is between 0 and {_DEAREST}."
        name = f"{channel} {place}".strip()
        if name in found:
            return f"There are two prices for {Channel(channel).label} {place}".strip() + "."
        found[name] = float(price)
    return found
