"""Fills an empty store with a demo workspace, by the product's own commands: `python -m data.demo`."""

import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import phonenumbers

from data import cases, commands, queries, replies, rules, sequences
from data.claims import claim
from data.commands import Ask
from data.lifecycle import Channel
from data.moves import News, apply
from data.replies import Inbound
from data.rules import Rules
from data.sequences import Step
from data.store import Reading, Store, StoreUnavailable, Writing, open_store
from data.store.migrations import prepare
from data.template_store import starter_templates
from data.texts import new_token
from data.texts.starters import STARTERS

DAYS = 190  # so that the usual 90 days have a period before them
PER_DAY = 56
TOGETHER = 3  # days that are sent in one go, which is quicker
TEAM = ("Alex Demo", "Blair Demo", "Casey Demo", "Devon Demo", "Ellis Demo", "Frankie Demo", "Gray Demo", "Harper Demo")
_FIRST = (
    "Ava Ben Chloe Diego Elin Farid Grace Hugo Isla Jonas Kavya Liam Mona Noah Olga Pia Quinn Ravi Sofia Tomas".split()
)
_LAST = (
    "Abbott Berg Carter Dubois Evans Fischer Garcia Haddad Ivanov Jensen Kim Lambert Murray Novak Olsen Petrov".split()
)
# Every area whose 555-01xx numbers, which belong to nobody, can be written to.
_AREAS = [area for area in range(201, 990) if phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550143"))]
_RULES = Rules(opens=0, closes=24 * 60, cooldown_days=30)  # so that a demo moves at any hour

# Chances by channel: arriving, being seen, a click once delivered, a response once clicked.
_ODDS = {
    Channel.SMS: (0.96, 0.0, 0.31, 0.62),
    Channel.EMAIL: (0.94, 0.47, 0.13, 0.55),
    Channel.WHATSAPP: (0.93, 0.79, 0.27, 0.6),
}
_TROUBLE = {
    Channel.SMS: (("30006", "Landline or unreachable carrier"), ("30007", "The carrier filtered the text as spam")),
    Channel.EMAIL: (("550", "The mailbox does not exist"), ("554", "The mailbox host rejected the content")),
    Channel.WHATSAPP: (("63003", "The number is not on WhatsApp"), ("63027", "The template was not accepted")),
}


def is_fresh(reading: Reading) -> bool:
    """Whether nothing of anybody's own is in the store: the templates that every workspace starts with do not count."""
    found = reading.rows("SELECT body, retired_at FROM template")
    untouched = {row["body"] for row in found} == {one.text for one in STARTERS} and not any(
        row["retired_at"] for row in found
    )
    settings = reading.rows("SELECT name FROM setting LIMIT 1")
    return queries.is_empty(reading) and not settings and (untouched or not found)


def fill(store: Store, now: datetime, lot: random.Random) -> int:
    """Half a year of requests that have run their course, and some that wait, for a fresh store; returns how many."""
    templates = starter_templates(store, now)
    with store.transaction() as work:
        rules.keep(work, _RULES, "demo", now)
    senders = [commands.member(store, name, now) for name in TEAM]
    draw = partial(_asks, lot, senders, templates)
    with store.transaction() as work:
        count = 0
        for ago in range(DAYS, 0, -1):
            morning = (now - timedelta(days=ago)).replace(hour=8, minute=30, second=0, microsecond=0)
            busy = PER_DAY // 3 if morning.weekday() >= 5 else PER_DAY
            asks = list(draw(morning, timedelta(hours=10), round(busy * lot.uniform(0.7, 1.2))))
            count += len(commands.ask_within(work, asks, morning, new_token))
            if ago % TOGETHER == 1:
                _live(work, lot, morning + timedelta(hours=11))
        waiting = [*draw(now, timedelta(minutes=12), 90), *draw(now + timedelta(hours=20), timedelta(days=3), 60)]
        ids = commands.ask_within(work, waiting, now, new_token)
    commands.pause(store, ids[-2::-9][:12], TEAM[0], now)
    _answer(store, now)
    return count + len(ids)


_ANSWERS = (
    ("STOP", "stop"),
    ("please don't text me again", None),
    ("Thank you, it was lovely!", None),
    ("I think you have the wrong number", None),
)


def _answer(store: Store, now: datetime) -> None:
    """A few people have written back, and a reminder follows whoever does not."""
    with store.transaction() as work:
        rules.put(work, "sequence", sequences.dump([Step(72, None, None)]), now)
        rows = work.rows(
            """
            SELECT DISTINCT address FROM request WHERE channel = 'sms' AND status = 'delivered'
            ORDER BY address LIMIT $count
            """,
            count=len(_ANSWERS),
        )
        heard = [
            Inbound("sms", row["address"], text, now, f"demo {text}", keyword)
            for row, (text, keyword) in zip(rows, _ANSWERS, strict=False)
        ]
        replies.receive(work, heard, _RULES, now, UTC)


def _asks(
    lot: random.Random,
    senders: list[int],
    templates: dict[Channel, list[tuple[int, int]]],
    start: datetime,
    spread: timedelta,
    count: int,
) -> Iterator[Ask]:
    for _ in range(count):
        sender = min(int(lot.expovariate(1 / 2.6)), len(senders) - 1)
        channel = lot.choices(list(Channel), weights=(5 - sender % 3, 3 + sender % 4, 2))[0]
        name = f"{lot.choice(_FIRST)} {lot.choice(_LAST)}"
        email = f"{name.replace(' ', '.').lower()}{lot.randrange(1000)}@example.com"
        phone = f"+1{lot.choice(_AREAS)}55501{lot.randrange(7, 100):02}"
        yield Ask(
            name,
            channel,
            email if channel is Channel.EMAIL else phone,
            senders[sender],
            lot.choice(templates[channel]),
            start + spread * lot.random(),
            lot.choices(("manual", "import"), weights=(1, 3))[0],
            email=email,
            phone=None if channel is Channel.EMAIL else phone,
        )


def _live(work: Writing, lot: random.Random, evening: datetime) -> None:
    """Sends what was due by then, and lets the days after bring what they brought."""
    messages = claim(work, "demo", evening, 10_000)
    cases.remember(work, messages, evening)
    due = {row["id"]: row["due_at"] for row in work.rows("SELECT id, due_at FROM message WHERE status = 'sending'")}
    news = [item for m in messages for item in _course(lot, m.id, m.channel, due[m.id])]
    apply(work, news, evening, UTC)


def _course(lot: random.Random, id: int, channel: Channel, due: datetime) -> Iterator[News]:
    arrives, sees, clicks, responds = _ODDS[channel]
    time = due + timedelta(seconds=lot.uniform(0.5, 20))
    yield News(id, "accepted", time, actor="sandbox", provider_id=f"demo{id}")
    if lot.random() < 0.004:
        return
    time += timedelta(seconds=lot.uniform(1, 30))
    if lot.random() > arrives:
        content = lot.random() < 0.25
        code, reason = _TROUBLE[channel][content]
        yield News(id, "failed" if content else "undelivered", time, actor="sandbox", code=code, reason=reason)
        return
    yield News(id, "delivered", time, actor="sandbox")
    if lot.random() < sees:
        time += timedelta(minutes=lot.expovariate(1 / 90))
        yield News(id, "opened" if channel is Channel.EMAIL else "read", time, actor="sandbox")
    if lot.random() < clicks:
        time += timedelta(hours=lot.expovariate(1 / 9))
        yield News(id, "clicked", time, actor="sandbox")
        if lot.random() < responds:
            yield News(id, "responded", time + timedelta(minutes=lot.uniform(1, 9)), actor="sandbox")


def main() -> None:
    store = open_store(os.environ.get("DATABASE", "data/demo.duckdb"))
    now = datetime.now(UTC)
    prepare(store, now)
    if is_fresh(store):
        print(f"Demo workspace: {fill(store, now, random.Random(11)):,} requests made.")  # noqa: T201
    else:
        print("The store is not empty; nothing was added to it.")  # noqa: T201
    store.close()


if __name__ == "__main__":
    os.umask(0o077)
    try:
        main()
    except StoreUnavailable as trouble:
        sys.exit(str(trouble))
