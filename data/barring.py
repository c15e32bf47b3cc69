"""Why an address must not be written to, as far as its owner has said so there or at any other of their addresses."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from data import audit
from data.consents import given_anew
from data.lifecycle import Channel
from data.owners import every_address, merged
from data.store import Reading, Store, Writing
from data.suppressions import Grounds, Suppression, grounds_of, suppress, take_out
from data.verdicts import LIFTED_BY_THEMSELVES, OF_THE_PERSON, Basis
from data.whole_person import Pair


def reasons(reading: Reading, owned: Sequence[Sequence[Pair]]) -> list[Basis | None]:
    """The basis that bars the first pair of each list, the others being its owner's; None where nothing does."""
    found = grounds_of(reading, {pair for own in owned for pair in own})
    in_doubt = {own[0][1] for own in owned if own[0] not in found and any(pair in found for pair in own)}
    anew = given_anew(reading, in_doubt)
    return [_reason(own, found, anew.get(own[0][1])) for own in owned]


def _reason(own: Sequence[Pair], found: Mapping[Pair, Sequence[Grounds]], anew: datetime | None) -> Basis | None:
    """A reason of its own, or else one of its owner's."""
    mine = [bar.basis for bar in found.get(own[0], ())]
    others = [bar.basis for pair in own[1:] for bar in found.get(pair, ()) if _counts_everywhere(bar, anew)]
    return next(iter([*mine, *others]), None)


def _counts_everywhere(bar: Grounds, anew: datetime | None) -> bool:
    """What they said elsewhere does not bar an address at which they have said START since."""
    taken_back = bar.basis in LIFTED_BY_THEMSELVES and anew is not None and bar.since < anew
    return bar.basis in OF_THE_PERSON and not taken_back


def never_ask(store: Store, refusing: Mapping[tuple[Channel, str], int], file: str, actor: str, now: datetime) -> int:
    """Bars those who said no in a file, each by the channels it was said to (which leaves them those that they agreed
    to) or for good; `refusing` has their lines. Returns how many addresses."""
    said: dict[str, list[Channel]] = {}
    for channel, address in refusing:
        said.setdefault(address, []).append(channel)
    entries = [
        Suppression(address, Basis.NEVER_ASK, file, actor, by, f"line {refusing[channels[0], address]}")
        for address, channels in said.items()
        for by in ([None] if len(channels) == len(Channel) else channels)
        if by is None or (by is Channel.EMAIL) == ("@" in address)
    ]
    barred = len({one.address for one in entries})
    if entries:
        with store.transaction() as work:
            suppress(work, entries, now)
            audit.record(work, actor, "never ask", f"{barred} addresses", file, now)
    return barred


def spread(work: Writing, contact: int, actor: str, now: datetime, zone: tzinfo) -> None:
    """What bars one address of a person for the whole of them bars the others, too, and empties their queue."""
    addresses = every_address(work, merged(work, [contact]))
    pairs = [("email" if "@" in one else "sms", one) for one in addresses]
    found = reasons(work, [[pair, *pairs] for pair in pairs])
    for address, basis in zip(addresses, found, strict=True):
        if basis and basis in OF_THE_PERSON:
            suppress(work, [Suppression(address, basis, "console", actor, contact_id=contact)], now)
            take_out(work, [address], basis, actor, now, zone)
