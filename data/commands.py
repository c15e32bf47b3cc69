"""What people change: ask for reviews, pause and resume, keep members."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import audit
from data.checks import search_bits, search_terms
from data.checks.searching import plain_name
from data.consents import Entry, record
from data.contacts import find_or_create, phone_number, remember_addresses, take_word
from data.happenings import Happening, keep
from data.lifecycle import Channel
from data.outgoing import Outgoing, put_in_queue
from data.pausing import hold_back, set_paused
from data.places import UNSAID, Place
from data.places.zones import NOWHERE, Whereabouts
from data.sequences import Step, to_text
from data.statements import new_ids, span
from data.store import Reading, Store, Writing
from data.verdicts import Held, RuleCode


@dataclass(frozen=True, slots=True)
class Ask:
    """One checked request for a review. Two asks with the same `key` are one: the second is not queued."""

    name: str
    channel: Channel
    address: str
    sent_by: int
    template: tuple[int, int]
    due_at: datetime
    trigger: str
    email: str | None = None
    phone: str | None = None
    key: str | None = None
    where: Whereabouts = NOWHERE
    place: Place = UNSAID  # as somebody says it with this ask
    visited_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    expires_at: datetime | None = None
    override: str | None = None
    hold: Held | None = None
    agreed: str | None = None
    """The evidence that they agreed to be asked, where there is any; `source` is where it stands."""
    source: str | None = None
    not_by: frozenset[str] = frozenset()  # channels of no follow-up
    reference: str = ""  # their own number for it: it is found by that, too

    @property
    def leaves_at(self) -> datetime:
        """When it may leave at the earliest."""
        return self.hold.until if self.hold else self.due_at


def ask(store: Store, asks: Sequence[Ask], now: datetime, new_token: Callable[[], str]) -> list[int]:
    """Queues requests in one transaction and returns their ids; asks whose key is known are left out."""
    with store.transaction() as work:
        return ask_within(work, asks, now, new_token)


def ask_within(work: Writing, asks: Sequence[Ask], now: datetime, new_token: Callable[[], str]) -> list[int]:
    """`ask` as part of a transaction that does more. Two at once would each make a contact of whoever is new."""
    work.one_at_a_time("asks")
    asks = _new_ones(work, asks)
    if asks:
        requests = new_ids(work, "request_ids", len(asks))
        contacts = find_or_create(work, [(one.name, one.email, one.phone) for one in asks], now)
        given = [(who, at) for one, who in zip(asks, contacts, strict=True) for at in (one.phone, one.email) if at]
        remember_addresses(work, given)
        take_word(work, {contact: one.place for one, contact in zip(asks, contacts, strict=True) if one.place})
        work.append("request", _request_columns(asks, requests, contacts, now))
        messages = put_in_queue(work, [_message(one, id) for one, id in zip(asks, requests, strict=True)], new_token)
        _begin_stories(work, list(zip(asks, requests, messages, strict=True)), now)
        record(work, [_consent(one, contact) for one, contact in zip(asks, contacts, strict=True)], now)
        held = [(one.hold.code, id) for one, id in zip(asks, requests, strict=True) if one.hold]
        hold_back(work, [id for code, id in held if code == RuleCode.REFUSAL], now)
        keyed = [(one.key, id) for one, id in zip(asks, requests, strict=True) if one.key]
        if keyed:
            work.append(
                "once",
                {"key": [k for k, _ in keyed], "request_id": [i for _, i in keyed], "created_at": [now] * len(keyed)},
            )
        return requests
    return []


def _consent(one: Ask, contact: int) -> Entry:
    """Why they may be asked: they are a customer of whoever asks; more is known only where somebody says so."""
    basis, evidence = ("agreed", one.agreed) if one.agreed else ("customer", one.key)
    source = one.source or one.trigger
    return Entry(one.address, contact, one.channel.value, "granted", basis, source, evidence, "console")


def known_keys(reading: Reading, keys: Sequence[str]) -> set[str]:
    """Those of `keys` under which something was already queued; what a person called off in time may be asked anew."""
    known, _ = _looked_up(reading, keys)
    return known


def _looked_up(reading: Reading, keys: Sequence[str]) -> tuple[set[str], dict[str, int]]:
    """The known keys, and the requests by key that a person called off before they left, or the sandbox only played."""
    rows = reading.rows("SELECT key, request_id FROM once WHERE key = ANY(CAST($keys AS text[]))", keys=list(keys))
    if not rows:
        return set(), {}
    cancelled = reading.rows(
        "SELECT id FROM request WHERE id BETWEEN $low AND $high AND id = ANY($ids)"
        " AND status = 'cancelled' AND sent_at IS NULL AND coalesce(code, 'sandbox') = 'sandbox'",
        **span(row["request_id"] for row in rows),
    )
    ids = {row["id"] for row in cancelled}
    called_off = {row["key"]: row["request_id"] for row in rows if row["request_id"] in ids}
    return {row["key"] for row in rows} - called_off.keys(), called_off


def pause(store: Store, ids: Sequence[int], actor: str, now: datetime) -> set[int]:
    """Holds queued requests back until somebody resumes them; returns those it reached in time."""
    return _set_paused(store, ids, actor, now, paused=True)


def resume(store: Store, ids: Sequence[int], actor: str, now: datetime) -> set[int]:
    """Lets paused requests go on; those whose time has passed leave at once."""
    return _set_paused(store, ids, actor, now, paused=False)


def member(store: Store, name: str, now: datetime) -> int:
    """The id of the team member of that name, who is added if new."""
    with store.transaction() as work:
        found = work.rows("SELECT id FROM member WHERE name = $name", name=name)
        if found:
            return found[0]["id"]
        return work.rows(
            "INSERT INTO member (id, name, created_at) VALUES (nextval('small_ids'), $name, $now) RETURNING id",
            name=name,
            now=now,
        )[0]["id"]


def _set_paused(store: Store, ids: Sequence[int], actor: str, now: datetime, *, paused: bool) -> set[int]:
    if not ids:
        return set()
    with store.transaction() as work:
        return set_paused(work, ids, actor, now, paused=paused)


def _new_ones(work: Writing, asks: Sequence[Ask]) -> list[Ask]:
    keys = {one.key for one in asks if one.key}
    seen, called_off = _looked_up(work, sorted(keys)) if keys else (set[str](), dict[str, int]())
    if called_off:  # by the request, too: what somebody queues under the key meanwhile stays
        work.rows(
            "DELETE FROM once WHERE key = ANY(CAST($keys AS text[])) AND request_id = ANY($ids)",
            keys=list(called_off),
            ids=list(called_off.values()),
        )
    fresh: list[Ask] = []
    for one in asks:
        if one.key is None or one.key not in seen:
            fresh.append(one)
            seen |= {one.key} if one.key else set()
    return fresh


def _request_columns(
    asks: Sequence[Ask], requests: Sequence[int], contacts: Sequence[int], now: datetime
) -> dict[str, list[Any]]:
    texts = [search_terms(one.name, one.email or "", one.phone or "", one.reference) for one in asks]
    return {
        "id": list(requests),
        "contact_id": list(contacts),
        "contact_name": [one.name for one in asks],
        "plain": [plain_name(one.name) for one in asks],
        "address": [one.address for one in asks],
        "channel": [one.channel.value for one in asks],
        "sent_by": [one.sent_by for one in asks],
        "trigger": [one.trigger for one in asks],
        "template_id": [one.template[0] for one in asks],
        "due_at": [one.leaves_at for one in asks],
        "paused": [False] * len(asks),
        "created_at": [now] * len(asks),
        "status": ["queued"] * len(asks),
        "retries": [0] * len(asks),
        "search": texts,
        "search_bits": [search_bits(text) for text in texts],
        "phone_number": [phone_number(one.phone) for one in asks],
        "email": [one.email if one.steps and one.channel is not Channel.EMAIL else None for one in asks],
        "plan": [to_text(one.steps) for one in asks],
        "zones": [",".join(one.where.zones) or None for one in asks],
        "zone_source": [one.where.source or None for one in asks],
        "region": [one.where.region or None for one in asks],
        "expires_at": [one.expires_at for one in asks],
        "visited_at": [one.visited_at for one in asks],
        "wanted_at": [one.due_at for one in asks],
        "override": [one.override for one in asks],
        "hold_code": [one.hold.code if one.hold else None for one in asks],
        "hold_reason": [one.hold.reason if one.hold else None for one in asks],
    }


def _message(one: Ask, request: int) -> Outgoing:
    country = one.where.country or None
    return Outgoing(
        request, 0, one.channel, one.address, one.template, one.leaves_at, one.sent_by, country, len(one.steps)
    )


def _begin_stories(work: Writing, asked: Sequence[tuple[Ask, int, int]], now: datetime) -> None:
    """Asks with the ids of their requests and messages. Who was asked against a rule is among the decisions, too."""
    keep(
        work, [Happening(id, message, "created", "created", now, now, detail=one.trigger) for one, id, message in asked]
    )
    against = [(one.override, id, message) for one, id, message in asked if one.override]
    keep(work, [Happening(id, told, "overridden", "overridden", now, now, "console") for _, id, told in against])
    for reason, id, _ in against:
        audit.record(work, "console", "override", f"request {id}", reason, now)
