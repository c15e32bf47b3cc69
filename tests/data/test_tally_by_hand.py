"""What the charts count, against a count by hand: over the raw happenings, by the words of docs/metrics.md."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data import commands, queries, reports
from data.filters import Filters
from data.lifecycle import PROOF_OF_DELIVERY, Channel, Status, after
from data.moves import News, apply
from data.reports import Fared, Tally, tally
from data.store import Store
from tests.builders import add_follow_up, ask, messages

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 10, 31, 20, tzinfo=ZONE).astimezone(UTC)  # the clocks go back in the second night
TODAY = date(2026, 11, 16)
_names = (f"Sender {number}" for number in itertools.count())

# Lives as they are lived; each may be cut short, and its provider's answer may come after a report that overtook it.
LIVES = (
    ("claimed", "accepted", "delivered", "opened", "clicked", "responded"),
    ("claimed", "accepted", "delivered", "read", "replied"),
    ("claimed", "accepted", "clicked"),  # a click without a delivery report
    ("claimed", "accepted", "machine_opened", "machine_clicked", "delivered", "machine_opened"),
    ("claimed", "accepted", "undelivered", "delivered", "responded"),
    ("claimed", "accepted", "failed", "clicked"),
    ("claimed", "failed"),
    ("claimed", "lost", "marked_sent", "undelivered"),
    ("claimed", "lost", "resend", "claimed", "accepted", "delivered"),
    ("claimed", "lost", "resend", "cancelled", "delivered"),
    ("claimed", "lost", "resend", "clicked", "responded"),
    ("claimed", "lost", "resend", "cancelled", "clicked"),
    ("claimed", "lost", "accepted", "opened"),
    ("claimed", "put_off", "claimed", "accepted", "read"),
    ("claimed", "blocked", "clicked"),
    ("cancelled", "clicked"),
    ("clicked", "claimed", "accepted"),  # by a colleague, where it is shown
    ("clicked", "claimed", "accepted", "clicked", "responded"),
)


@dataclass(frozen=True)
class Life:
    """A message's channel, when it starts, and what happens to it, minutes apart."""

    channel: Channel
    start: timedelta
    events: tuple[tuple[str, int], ...]
    """Each with the minutes since the one before."""
    overtaken: bool

    def news(self, message: int) -> list[News]:
        moment, told = START + self.start, list[News]()
        for place, (event, minutes) in enumerate(self.events):
            moment += timedelta(minutes=minutes)
            told.append(News(message, event, moment, f"{event}{place}"))
        names = [event for event, _ in self.events]
        answered = names.index("accepted") if "accepted" in names else None
        if self.overtaken and answered and names[answered + 1 : answered + 2] in (["delivered"], ["undelivered"]):
            told[answered], told[answered + 1] = told[answered + 1], told[answered]
        return told


@st.composite
def lives(draw: st.DrawFn) -> Life:
    events = draw(st.sampled_from(LIVES))
    events = events[: draw(st.integers(0, len(events)))]
    gaps = draw(st.lists(st.integers(0, 400), min_size=len(events), max_size=len(events)))
    start = timedelta(minutes=draw(st.sampled_from([0, 240, 1680]) | st.integers(0, 20_000)))  # midnights, or any time
    return Life(draw(st.sampled_from(list(Channel))), start, tuple(zip(events, gaps, strict=True)), draw(st.booleans()))


def by_hand(store: Store, sender: int) -> dict[int, tuple[dict, set[str], Status]]:
    """Of each request that was sent: its row, what ever happened to it, and the status of its newest message."""
    told = store.rows(
        "SELECT h.request_id, h.event, h.happened_at, m.id, m.number, r.channel, m.status FROM happening h"
        " JOIN message m ON m.id = h.message_id JOIN request r ON r.id = h.request_id WHERE r.sent_by = $sender"
        " ORDER BY h.recorded_at, m.number",
        sender=sender,
    )
    stands = defaultdict(lambda: Status.QUEUED)
    left, happened, newest = defaultdict(list), defaultdict(set), {}
    rows, out = {row["request_id"]: row for row in told}, set[int]()
    for row in told:
        id, before = row["id"], stands[row["id"]]
        stands[id] = after(before, row["event"], left=id in out)
        happened[row["request_id"]].add(row["event"])
        if stands[id] not in (Status.QUEUED, Status.SENDING, Status.CANCELLED):
            out.add(id)
            left[row["request_id"]].append(row["happened_at"])
            if stands[id] is not before and row["number"] >= newest.get(row["request_id"], (0, None))[0]:
                newest[row["request_id"]] = row["number"], stands[id]
    return {
        id: (rows[id] | {"day": min(moments).astimezone(ZONE).date()}, happened[id], newest[id][1])
        for id, moments in left.items()
    }


def counted(requests: Sequence[tuple[dict, set[str], Status]]) -> tuple[int, ...]:
    """As a Tally has them."""
    arrived = [events & PROOF_OF_DELIVERY for _, events, _ in requests]
    ended = Counter(status for (_, _, status), proof in zip(requests, arrived, strict=True) if not proof)
    seen = [events & {"opened", "read"} for row, events, _ in requests if row["channel"] != "sms"]
    return (
        len(requests), sum(map(bool, arrived)), sum(map(bool, seen)), sum("clicked" in proof for proof in arrived),
        sum("responded" in proof for proof in arrived), ended[Status.UNDELIVERED], ended[Status.FAILED], len(seen),
    )  # fmt: skip


def told(one: Tally) -> tuple[int, ...]:
    return (
        one.sent, one.delivered, one.seen, one.clicked, one.responded, one.undelivered, one.failed, one.observed,
    )  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to shrink takes many minutes on a real store
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(lives(), min_size=1, max_size=3), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_charts_count_what_happened(store: Store, people: list[list[Life]], chance):
    name = next(_names)
    news: list[list[News]] = []
    for first, *follow_ups in people:
        (request,) = ask(store, 1, channel=first.channel, sender=name, now=START)
        ids = messages(store, [request])
        for number, follow_up in enumerate(follow_ups, 1):
            ids.append(add_follow_up(store, request, number))
            with store.transaction() as work:
                work.change(
                    "UPDATE message SET channel = v.channel FROM incoming AS v WHERE message.id = v.id",
                    {"id bigint": [ids[-1]], "channel channel": [follow_up.channel.value]},
                )
        news += [life.news(id) for id, life in zip(ids, (first, *follow_ups), strict=True)]
    for turn in itertools.count():  # in any order between the messages, some at once
        if not (news := [rest for rest in news if rest]):
            break
        picked = chance.sample(news, chance.randint(1, len(news)))
        with store.transaction() as work:
            apply(work, [rest.pop(0) for rest in picked], START + timedelta(seconds=turn), ZONE)
    sender = commands.member(store, name, START)

    requests = by_hand(store, sender)

    def hand(key) -> dict:
        groups = defaultdict(list)
        for one in requests.values():
            groups[key(one[0])].append(one)
        return {name: counted(group) for name, group in groups.items()}

    filters = Filters(senders=(sender,))
    for by, key in {
        "channel": lambda row: row["channel"],
        "day": lambda row: row["day"],
        "week": lambda row: row["day"] - timedelta(days=row["day"].weekday()),
        "sender": lambda row: sender,
    }.items():
        assert {one.key: told(one) for one in tally(store, filters, by)} == hand(key)
    for day, (sent, delivered, seen, clicked, responded, *_) in hand(lambda row: row["day"]).items():
        rows = Filters(senders=(sender,), since=day, until=day)  # those behind a bar, and behind each step of a funnel
        assert queries.summary(store, rows).count() == sent
        for step, number in {
            "delivered": delivered, "seen": seen, "clicked": clicked, "responded": responded,
            "unanswered": sent - responded,
        }.items():  # fmt: skip
            assert queries.summary(store, replace(rows, reached=(step,))).count() == number
    ages = {
        "before": lambda day: day < date(2026, 11, 1),
        "settled": lambda day: date(2026, 11, 1) <= day <= date(2026, 11, 2),
        "young": lambda day: day > date(2026, 11, 2),
    }
    aged = hand(lambda row: next(age for age, holds in ages.items() if holds(row["day"])))
    found = reports.by_age(store, filters, date(2026, 11, 1), TODAY)
    assert found == {age: Fared(counts[0], counts[1], counts[4]) for age, counts in aged.items()}
