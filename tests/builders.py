"""Makes what a test needs, spelling out only what matters to it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

from data import commands, rules, template_store
from data.claims import claim
from data.commands import Ask
from data.lifecycle import Channel
from data.moves import News, apply
from data.planning import Setting
from data.rules import Rules
from data.store import Store, Writing
from data.verdicts import Allowed

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # midday in Washington, where the builders' people live
SMS_TEXT = "Hi {first_name|there}, how was {business}? {link} Reply STOP to opt out"
_numbers = itertools.count(1)


def token() -> Callable[[], str]:
    return lambda: f"t{next(_numbers)}"


def template(store: Store, channel: Channel = Channel.SMS, body: str = SMS_TEXT) -> tuple[int, int]:
    subject = "How was it?" if channel is Channel.EMAIL else None
    return template_store.add_template(store, channel, "Test", body, subject, NOW)


class Together:
    """A store within one transaction: steps that would each take one of their own take none, which is quicker."""

    def __init__(self, work: Writing) -> None:
        self._work, self.rows = work, work.rows

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[Writing]:
        yield self._work


@contextmanager
def together(store: Store) -> Iterator[Store]:
    with store.transaction() as work:
        yield cast("Store", Together(work))


def ask(
    store: Store,
    count: int = 1,
    *,
    name: str = "Ann Lee",
    channel: Channel = Channel.SMS,
    phone: str | None = None,
    email: str | None = None,
    sender: str = "Sam Sender",
    due_in: timedelta = timedelta(0),
    key: str | None = None,
    now: datetime = NOW,
    new_token: Callable[[], str] | None = None,
) -> list[int]:
    """Queues `count` requests; each gets a phone and an email of its own unless they are given."""
    with together(store) as one:
        used = template(one, channel)
        sent_by = commands.member(one, sender, now)
        asks: list[Ask] = []
        for _ in range(count):
            number = next(_numbers)
            to_phone = phone or f"+1202{4000000 + number:07}"
            to_email = email or f"ann{number}@example.com"
            to = to_email if channel is Channel.EMAIL else to_phone
            asks.append(
                Ask(name, channel, to, sent_by, used, now + due_in, "manual", email=to_email, phone=to_phone, key=key)
            )
        return commands.ask(one, asks, now, new_token or token())


def messages(store: Store, requests: list[int]) -> list[int]:
    """Ids of the requests' first messages, in the same order."""
    rows = store.rows("SELECT id, request_id FROM message WHERE request_id = ANY($ids) AND number = 0", ids=requests)
    by_request = {row["request_id"]: row["id"] for row in rows}
    return [by_request[request] for request in requests]


def hear(store: Store, *news: News, now: datetime = NOW) -> set[int]:
    with store.transaction() as work:
        return apply(work, news, now, UTC).unknown


def tell(store: Store, request: int, *events: str, at: datetime = NOW) -> None:
    """Lets events happen to a request's first message, one after the other."""
    message = messages(store, [request])[0]
    for event in events:
        hear(store, News(message, event, at))


def sent(store: Store, count: int = 1, *, at: datetime = NOW, **how) -> list[int]:
    """Requests that were handed to a provider."""
    with together(store) as one:
        requests = ask(one, count, now=at, **how)
        with one.transaction() as work:
            claim(work, "test", at, 10_000)
        hear(one, *(News(message, "accepted", at) for message in messages(one, requests)), now=at)
    return requests


def add_follow_up(store: Store, request: int, number: int) -> int:
    """A further message of a request, in the queue."""
    with store.transaction() as work:
        return work.rows(
            """
            INSERT INTO message (id, request_id, number, channel, address, template_id, template_version, token,
                status, paused, due_at)
            SELECT nextval('message_ids'), request_id, CAST($number AS smallint), channel, address, template_id,
                template_version, 'f', CAST('queued' AS status), false, due_at
            FROM message WHERE request_id = $request AND number = 0 RETURNING id
            """,
            number=number,
            request=request,
        )[0]["id"]


def row(store: Store, request: int) -> dict:
    return store.rows("SELECT * FROM request WHERE id = $id", id=request)[0]


def always_open(store: Store) -> None:
    """For what is not about quiet hours, and runs by the real clock."""
    with store.transaction() as work:
        rules.keep(work, Rules(opens=0, closes=24 * 60), "test", NOW)


def setting(judge=None, kept: Rules | None = None) -> Setting:
    """The rules around asks; everything is allowed unless a judge is given."""
    return Setting(kept or Rules(), judge or (lambda *_: Allowed()), "UTC", "US", {}, "The Shop")
