"""Who must not be written to, and the ledger of how that came about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from data import audit, follow_up_store, moves
from data.consents import Entry, record
from data.contacts import address_key
from data.moves import News
from data.statements import new_ids
from data.store import Reading, Writing
from data.verdicts import LIFTED_BY_THEMSELVES, SUPPRESSED, Basis, RuleCode


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address not to be written to again; no channel means by none."""

    address: str
    basis: Basis
    source: str
    actor: str
    channel: str | None = None
    evidence: str | None = None
    contact_id: int | None = None
    said_at: datetime | None = None
    """When its owner or a provider said so, which may be long before it is heard."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an address must not be written to, and when that was last said; no channel means by none."""

    basis: Basis
    since: datetime
    channel: str | None = None


def suppressed(reading: Reading, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], Basis]:
    """The oldest basis for each pair of channel and address that must not be written to."""
    return {pair: found[0].basis for pair, found in grounds_of(reading, addresses).items()}


def grounds_of(reading: Reading, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[Grounds]]:
    """All that bars these pairs of channel and address, the oldest first; nothing about those that are open."""
    if not addresses:
        return {}
    by_key: dict[int, list[tuple[str, str]]] = {}
    for channel, address in addresses:
        by_key.setdefault(address_key(address), []).append((channel, address))
    rows = reading.rows(
        """
        SELECT address_key, channel, basis, coalesce(said_at, created_at) AS since FROM suppression
        WHERE lifted_at IS NULL AND address_key IN (SELECT unnest(CAST($keys AS bigint[]))) ORDER BY id
        """,
        keys=sorted(by_key),
    )
    found: dict[tuple[str, str], list[Grounds]] = {}
    for row in rows:
        for pair in by_key[row["address_key"]]:
            if row["channel"] in (None, pair[0]):
                found.setdefault(pair, []).append(Grounds(Basis(row["basis"]), row["since"], row["channel"]))
    return found


RecentlySuppressed = frozenset[tuple[int, str | None]]  # addresses by their key, each with a channel or for all of them


def suppressed_since(reading: Reading, moment: datetime) -> RecentlySuppressed:
    """Who has been barred since then."""
    rows = reading.rows(
        "SELECT address_key, channel FROM suppression WHERE created_at >= $moment AND lifted_at IS NULL", moment=moment
    )
    return frozenset((row["address_key"], row["channel"]) for row in rows)


def is_suppressed(barring: RecentlySuppressed, channel: str, address: str) -> bool:
    if not barring:
        return False
    key = address_key(address)
    return (key, None) in barring or (key, channel) in barring


def suppress(work: Writing, entries: Sequence[Suppression], now: datetime) -> None:
    """Never to be written to again; what was said before is not kept twice, but is as new as its last time."""
    active = _active(work, {address_key(one.address) for one in entries})
    fresh: list[Suppression] = []
    again: list[Suppression] = []
    for one in entries:
        channels = active.setdefault((address_key(one.address), one.basis), set())
        if not channels.isdisjoint({None, one.channel}):
            again += [one] if one.said_at else []
        else:
            channels.add(one.channel)
            fresh.append(one)
    _add(work, fresh, now)
    _say_again(work, again)


def _add(work: Writing, entries: Sequence[Suppression], now: datetime) -> None:
    if not entries:
        return
    work.append(
        "suppression",
        {
            "id": new_ids(work, "small_ids", len(entries)),
            "address_key": [address_key(one.address) for one in entries],
            "address": [one.address for one in entries],
            "channel": [one.channel for one in entries],
            "basis": [one.basis for one in entries],
            "created_at": [now] * len(entries),
            "said_at": [one.said_at for one in entries],
        },
    )
    record(work, [_withdrawn(one) for one in entries], now)


def lift(
    work: Writing, address: str, channel: str | None, source: str, evidence: str | None, actor: str, now: datetime,
    bases: Collection[Basis] = LIFTED_BY_THEMSELVES, before: datetime | None = None,
) -> bool:  # fmt: skip
    """Lets an address be written to again, where the reason was one of `bases`; whether anything was lifted.

    With a channel only what was said of that very channel is lifted, with `before` only what was said before then.
    """
    lifted = work.rows(
        """
        UPDATE suppression SET lifted_at = $now
        WHERE address_key = $key AND lifted_at IS NULL AND basis = ANY(CAST($bases AS text[]))
            AND (CAST($channel AS channel) IS NULL OR channel = CAST($channel AS channel))
            AND (CAST($before AS timestamptz) IS NULL OR coalesce(said_at, created_at) < CAST($before AS timestamptz))
        RETURNING id
        """,
        key=address_key(address),
        channel=channel,
        bases=sorted(bases),
        now=now,
        before=before,
    )
    if lifted:
        record(work, [_granted(address, channel, source, evidence, actor, before)], now)
        audit.record(work, actor, "lift suppression", f"{len(lifted)} entries", source, now)  # their words: ledger
    return bool(lifted)


def start(work: Writing, address: str, source: str, evidence: str, said_at: datetime, now: datetime) -> None:
    """Takes back what was said before at this address; at the same moment the stop has the last word.

    The ledger has it also where nothing but their other addresses was barred.
    """
    if not lift(work, address, None, source, evidence, "recipient", now, before=said_at):
        record(work, [_granted(address, None, source, evidence, "recipient", said_at)], now)


def take_out(
    work: Writing, addresses: Sequence[str], basis: Basis, actor: str, now: datetime, zone: tzinfo,
    channel: str | None = None,
) -> set[int]:  # fmt: skip
    """Empties the queue of these addresses, or what of it goes by that channel; returns the requests whose messages
    waited there."""
    waiting = work.locked(  # or an engine might be claiming them
        "SELECT id, request_id FROM message"
        " WHERE status = 'queued' AND address IN (SELECT unnest(CAST($addresses AS text[])))"
        " AND (CAST($channel AS channel) IS NULL OR channel = CAST($channel AS channel)) ORDER BY id",
        addresses=list(addresses),
        channel=channel,
    )
    reason = SUPPRESSED[basis]
    news = [News(row["id"], "blocked", now, actor=actor, code=RuleCode.SUPPRESSED, reason=reason) for row in waiting]
    moves.apply(work, news, now, zone)
    requests = {row["request_id"] for row in waiting}
    follow_up_store.nothing_ahead(work, requests)
    return requests


def _active(reading: Reading, keys: Collection[int]) -> dict[tuple[int, str], set[str | None]]:
    """The channels for which each address is barred, by its key and basis."""
    rows = reading.rows(
        """
        SELECT address_key, basis, channel FROM suppression
        WHERE lifted_at IS NULL AND address_key IN (SELECT unnest(CAST($keys AS bigint[])))
        """,
        keys=sorted(keys),
    )
    found: dict[tuple[int, str], set[str | None]] = {}
    for row in rows:
        found.setdefault((row["address_key"], row["basis"]), set()).add(row["channel"])
    return found


def _say_again(work: Writing, entries: Sequence[Suppression]) -> None:
    for channel in {one.channel for one in entries}:
        newest: dict[tuple[int, str], datetime] = {}
        for one in entries:
            if one.channel == channel and one.said_at:
                key = address_key(one.address), one.basis
                newest[key] = max(one.said_at, newest.get(key, one.said_at))
        work.change(
            """
            UPDATE suppression SET said_at = v.said_at FROM incoming AS v
            WHERE suppression.address_key = v.address_key AND suppression.basis = v.basis AND lifted_at IS NULL
                AND (channel IS NULL OR channel = CAST($channel AS channel))
                AND coalesce(suppression.said_at, created_at) < v.said_at
            """,
            {
                "address_key bigint": [key for key, _ in newest],
                "basis text": [basis for _, basis in newest],
                "said_at timestamptz": list(newest.values()),
            },
            channel=channel,
        )


def _granted(
    address: str, channel: str | None, source: str, evidence: str | None, actor: str, said_at: datetime | None
) -> Entry:
    return Entry(address, None, channel, "granted", "consent", source, evidence, actor, said_at)


def _withdrawn(one: Suppression) -> Entry:
    return Entry(
        one.address, one.contact_id, one.channel, "withdrawn", one.basis, one.source, one.evidence, one.actor,
        one.said_at,
    )  # fmt: skip
