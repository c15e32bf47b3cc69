"""What pages count: how requests fared by channel, by sender and over time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, LiteralString

from data.filters import LAST_DAY, Filters, where
from data.metrics import Rate, rate
from data.store import Reading

SETTLING = timedelta(days=14)  # most answers have come in by then; a younger cohort looks worse than it is

_NAMES = (
    "sent", "delivered", "seen", "clicked", "responded", "undelivered", "failed", "observed", "settled",
    "settled_responded",
)  # fmt: skip

# A cohort is what was first sent in it, and what became of that since (docs/metrics.md). A request whose follow-up
# failed after another message had arrived is a delivered one. Counted by the day first and told apart after that: a
# count with a condition costs a third more at each of millions of rows.
_DAILY: LiteralString = """
    count(*) AS sent, count(delivered_at) AS delivered, count(coalesce(opened_at, read_at)) AS seen,
    count(clicked_at) AS clicked, count(responded_at) AS responded,
    count(CASE WHEN status = 'undelivered' AND delivered_at IS NULL THEN 1 END) AS undelivered,
    count(CASE WHEN status = 'failed' AND delivered_at IS NULL THEN 1 END) AS failed
"""
_SUMS: LiteralString = """
    CAST(sum(sent) AS bigint) AS sent, CAST(sum(delivered) AS bigint) AS delivered,
    CAST(sum(CASE WHEN channel <> 'sms' THEN seen ELSE 0 END) AS bigint) AS seen,
    CAST(sum(clicked) AS bigint) AS clicked, CAST(sum(responded) AS bigint) AS responded,
    CAST(sum(undelivered) AS bigint) AS undelivered, CAST(sum(failed) AS bigint) AS failed,
    CAST(sum(CASE WHEN channel <> 'sms' THEN sent ELSE 0 END) AS bigint) AS observed,
    CAST(sum(CASE WHEN sent_on <= $ripe THEN delivered ELSE 0 END) AS bigint) AS settled,
    CAST(sum(CASE WHEN sent_on <= $ripe THEN responded ELSE 0 END) AS bigint) AS settled_responded
"""
_BY: dict[str, LiteralString] = {
    "channel": "channel",
    "sender": "sent_by AS sender",
    "day": "sent_on AS day",
    "week": "sent_on - CAST(extract(isodow FROM sent_on) AS integer) + 1 AS week",  # its Monday
}
_AGES = ("before", "settled", "young")
_PLACES: tuple[LiteralString, ...] = ("1", "1, 2", "1, 2, 3")


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of a group of requests that were sent, in the counts that its rates are made of."""

    sent: int
    delivered: int
    responded: int

    @property
    def delivery(self) -> Rate:
        return rate(self.delivered, self.sent)

    @property
    def response(self) -> Rate:
        return rate(self.responded, self.delivered)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of requests that were sent."""

    key: Any
    sent: int
    delivered: int
    seen: int
    clicked: int
    responded: int
    undelivered: int
    failed: int
    observed: int = 0
    """Of those sent, how many went by a channel that tells what was seen."""
    settled: int = 0
    """Of the delivered, how many have had their time to answer."""
    settled_responded: int = 0

    @property
    def fared(self) -> Fared:
        return Fared(self.sent, self.delivered, self.responded)

    @property
    def delivery(self) -> Rate:
        return self.fared.delivery

    @property
    def response(self) -> Rate:
        return self.fared.response

    @property
    def settled_response(self) -> Rate:
        """What may be compared: who was asked yesterday has had less time to answer than who was asked last month."""
        return rate(self.settled_responded, self.settled)


def tally(reading: Reading, filters: Filters, *by: str, ripe: date = LAST_DAY) -> list[Tally]:
    """Counts of sent requests by "channel", "sender" (member id), "day" or "week" (its Monday) of dispatch.

    The key of a tally is a tuple where several are named. Requests not yet sent are in no cohort; what was sent until
    `ripe` has settled.
    """
    wanted = where(reading, filters)
    places = _PLACES[len(by) - 1]
    grain: LiteralString = "channel, sent_on, sent_by" if "sender" in by else "channel, sent_on"
    rows = reading.rows(
        f"SELECT {', '.join(_BY[name] for name in by)}, {_SUMS} FROM"
        f" (SELECT {grain}, {_DAILY} FROM request WHERE {wanted.sql} AND sent_on IS NOT NULL GROUP BY {grain}) AS daily"
        f" GROUP BY {places} ORDER BY {places}",
        ripe=ripe,
        **wanted.values,
    )
    return [_tally(list(row.values()), len(by)) for row in rows]


def first_day(reading: Reading, filters: Filters) -> date | None:
    """The first day on which anything of this was sent."""
    wanted = where(reading, filters)
    return reading.rows(f"SELECT min(sent_on) AS day FROM request WHERE {wanted.sql}", **wanted.values)[0]["day"]


def by_age(reading: Reading, filters: Filters, began: date, today: date) -> dict[str, Fared]:
    """How requests fared that were sent "before" `began`, have "settled" since, or are still "young"; some may lack."""
    wanted = where(reading, filters)
    rows = reading.rows(
        "SELECT CASE WHEN sent_on < $began THEN 0 WHEN sent_on <= $ripe THEN 1 ELSE 2 END AS age, count(*) AS sent,"
        " count(delivered_at) AS delivered, count(responded_at) AS responded"
        f" FROM request WHERE {wanted.sql} AND sent_on IS NOT NULL GROUP BY 1",
        began=began,
        ripe=today - SETTLING,
        **wanted.values,
    )
    return {_AGES[row.pop("age")]: Fared(**row) for row in rows}


def _tally(cells: Sequence[Any], keys: int) -> Tally:
    return Tally(cells[0] if keys == 1 else tuple(cells[:keys]), *cells[keys:])


def total(tallies: Iterable[Tally], key: Any = None) -> Tally:
    """The sum of tallies."""
    listed = list(tallies)
    return Tally(key, **{name: sum(getattr(one, name) for one in listed) for name in _NAMES})


def summed(tallies: Iterable[Tally], part: int) -> dict[Any, Tally]:
    """Tallies with tuples as keys, added up by one part of the key, in order of appearance."""
    groups: dict[Any, list[Tally]] = {}
    for one in tallies:
        groups.setdefault(one.key[part], []).append(one)
    return {key: total(group, key) for key, group in groups.items()}


def weeks(tallies: Iterable[Tally], until: date) -> list[Tally]:
    """Tallies by Monday, with the empty weeks from the first to the last whole one before `until` filled in."""
    found = {one.key: one for one in tallies}
    if not found:
        return []
    monday, listed = min(found), list[Tally]()
    while monday <= max(until - timedelta(days=6), *found):
        listed.append(found.get(monday) or total([], monday))
        monday += timedelta(days=7)
    return listed


def settled(day: date, today: date) -> bool:
    """Whether what was sent until then has had its time to answer."""
    return day <= today - SETTLING
