"""Why an address must not be written to, as far as its owner has said so there or at any other of their addresses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from data import audit
from data.consents import Entry, given_anew, record
from data.contacts import address_key
from data.lifecycle import Channel
from data.owners import every_address, merged
from data.store import Reading, Store, Writing
from data.suppressions import Grounds, Suppression, grounds_of, suppress, take_out
from data.verdicts import LIFTED_BY_THEMSELVES, OF_THE_PERSON, Basis
from data.whole_person import Pair

Refusing = Mapping[tuple[Channel, str], int]  # by channel and address the first line of a file that says no


def reasons(reading: Reading, owned: Sequence[Sequence[Pair]]) -> list[Basis | None]:
    """The basis that bars the first pair of each list, the others being its owner's; None where nothing does."""
    return [bar and bar.basis for bar in _bars(reading, owned)]


def _bars(reading: Reading, owned: Sequence[Sequence[Pair]]) -> list[Grounds | None]:
    found = grounds_of(reading, {pair for own in owned for pair in own})
    in_doubt = {own[0][1] for own in owned if own[0] not in found and any(pair in found for pair in own)}
    anew = given_anew(reading, in_doubt)
    return [_bar(own, found, anew.get(own[0][1])) for own in owned]


def _bar(own: Sequence[Pair], found: Mapping[Pair, Sequence[Grounds]], anew: datetime | None) -> Grounds | None:
    """A bar of its own, or else one of its owner's."""
    mine = found.get(own[0], ())
    others = [bar for pair in own[1:] for bar in found.get(pair, ()) if _counts_everywhere(bar, anew)]
    return next(iter([*mine, *others]), None)


def _counts_everywhere(bar: Grounds, anew: datetime | None) -> bool:
    """What they said elsewhere does not bar an address at which they have said START since."""
    taken_back = bar.basis in LIFTED_BY_THEMSELVES and anew is not None and bar.since < anew
    return bar.basis in OF_THE_PERSON and not taken_back


def never_ask(store: Store, refusing: Refusing, file: str, actor: str, now: datetime) -> int:
    """Bars those who said no in a file, each by the channels it was said to (which leaves them those that they agreed
    to) or for good, and empties their queue as far; returns how many addresses."""
    with store.transaction() as work:
        entries = [
            Suppression(address, Basis.NEVER_ASK, file, actor, by, f"line {line}")
            for (address, by), line in _unbarred(work, refusing).items()
        ]
        suppress(work, entries, now)
        for channel in {one.channel for one in entries}:
            addresses = [one.address for one in entries if one.channel == channel]
            take_out(work, addresses, Basis.NEVER_ASK, actor, now, UTC, channel)  # no day is counted by it
        barred = len({one.address for one in entries})
        if barred:
            audit.record(work, actor, "never ask", f"{barred} addresses", file, now)
        return barred


def not_barred(reading: Reading, refusing: Refusing) -> dict[tuple[Channel, str], int]:
    """Those of them whose address `never_ask` would newly bar."""
    addresses = {address for address, _ in _unbarred(reading, refusing)}
    return {key: line for key, line in refusing.items() if key[1] in addresses}


def _unbarred(reading: Reading, refusing: Refusing) -> dict[tuple[str, Channel | None], int]:
    """By address and channel (None where it is every one) what no bar says yet."""
    said: dict[str, list[Channel]] = {}
    for channel, address in refusing:
        said.setdefault(address, []).append(channel)
    wanted = {
        (address, by): refusing[channels[0], address]
        for address, channels in said.items()
        for by in ([None] if len(channels) == len(Channel) else channels)
        if by is None or _fits(by, address)
    }
    found = grounds_of(reading, {(by or "", address) for address, by in wanted})  # by "": only what bars every channel
    never = {pair for pair, bars in found.items() if any(bar.basis == Basis.NEVER_ASK for bar in bars)}
    return {key: line for key, line in wanted.items() if (key[1] or "", key[0]) not in never}


def allow_refusing(store: Store, refusing: Refusing, file: str, actor: str, now: datetime) -> int:
    """Takes back what `never_ask` wrote for this file, and no other bar; returns how many addresses. What was taken
    out of the queue stays out."""
    with store.transaction() as work:
        lifted = work.rows(
            """
            UPDATE suppression SET lifted_at = $now FROM consent AS c
            WHERE suppression.lifted_at IS NULL AND suppression.basis = $basis
                AND suppression.address_key IN (SELECT unnest(CAST($keys AS bigint[])))
                AND c.address_key = suppression.address_key AND c.recorded_at = suppression.created_at
                AND c.channel IS NOT DISTINCT FROM suppression.channel
                AND c.state = 'withdrawn' AND c.basis = $basis AND c.source = $file
                AND c.evidence IN (SELECT unnest(CAST($lines AS text[])))
            RETURNING suppression.address, suppression.channel
            """,
            keys=sorted({address_key(address) for _, address in refusing}),
            lines=[f"line {line}" for line in sorted(set(refusing.values()))],
            basis=Basis.NEVER_ASK,
            file=file,
            now=now,
        )
        record(
            work,
            [Entry(one["address"], None, one["channel"], "granted", "consent", file, None, actor) for one in lifted],
            now,
        )
        allowed = len({one["address"] for one in lifted})
        if allowed:
            audit.record(work, actor, "lift suppression", f"{allowed} addresses", file, now)
        return allowed


def carry(
    work: Writing, contact: int, known: Sequence[str], new: Sequence[str], actor: str, now: datetime, zone: tzinfo
) -> None:
    """Whoever is never to be asked where they are `known` is not asked at a new address either, by the same channel."""
    for channel in Channel:
        found = grounds_of(work, [(channel, address) for address in known])
        never = [bar for bars in found.values() for bar in bars if bar.basis == Basis.NEVER_ASK]
        for by in {bar.channel for bar in never}:
            for address in new:
                if _fits(channel, address):
                    _bar_at(work, contact, address, Basis.NEVER_ASK, by, actor, now, zone)


def spread(work: Writing, contact: int, actor: str, now: datetime, zone: tzinfo) -> None:
    """What bars one address of a person for the whole of them bars the others, too, and empties their queue: by the
    same channel, where it is of one."""
    addresses = every_address(work, merged(work, [contact]))
    for channel in Channel:
        pairs = [(channel, address) for address in addresses]
        bars = _bars(work, [[pair, *pairs] for pair in pairs])
        for address, bar in zip(addresses, bars, strict=True):
            if bar and bar.basis in OF_THE_PERSON and _fits(channel, address):
                _bar_at(work, contact, address, bar.basis, bar.channel, actor, now, zone)


def _fits(channel: Channel, address: str) -> bool:
    return (channel is Channel.EMAIL) == ("@" in address)


def _bar_at(
    work: Writing, contact: int, address: str, basis: Basis, by: str | None, actor: str, now: datetime, zone: tzinfo
) -> None:
    suppress(work, [Suppression(address, basis, "console", actor, by, contact_id=contact)], now)
    take_out(work, [address], basis, actor, now, zone, by)
