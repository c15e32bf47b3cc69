"""One person behind several contacts: whoever shares an address, shown or only asked at, is taken for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from data.contacts import MOST_BESIDE, Holders
from data.owners import as_kept, asked_under
from data.store import Reading, Row

Pair = tuple[str, str]  # channel and address


@dataclass(frozen=True, slots=True)
class WholePerson:
    """All contacts that a person is kept as, the one that was named first, and what that one is known by."""

    ids: tuple[int, ...]
    addresses: tuple[str, ...]

    def pairs(self, channel: str, address: str, *, stop_means_person: bool) -> list[Pair]:
        """The address itself, then, where a stop there means all of them, whatever else its owner is known by."""
        others = self.addresses if stop_means_person else ()
        return [(channel, one) for one in dict.fromkeys((address, *others))]


def whole(
    reading: Reading, holders: Holders, named: Sequence[tuple[Sequence[int], Collection[str]]]
) -> list[WholePerson]:
    """Who stands behind each pair of contact ids and addresses."""
    ids = {id for own, _ in named for id in own}
    rows = as_kept(reading, sorted(ids))
    shown = _shown(rows)
    merged: dict[int, list[int]] = {}  # what an engine noted of one while it was being merged lies under its own id
    for row in rows:
        merged.setdefault(row["id"], []).append(row["own"])
    known = _with_asked(reading, shown)
    wide = [tuple(dict.fromkeys([*given, *(at for id in own for at in known.get(id, ()))])) for own, given in named]
    every = {at for addresses in wide for at in addresses}
    holders.learn_besides(every)
    holders.learn(every - {at for addresses in shown.values() for at in addresses})
    return [
        WholePerson(_with(merged, [*own, *(id for at in addresses for id in holders.of(at))]), addresses)
        for (own, _), addresses in zip(named, wide, strict=True)
    ]


def _with(merged: Mapping[int, Sequence[int]], ids: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys([*ids, *(own for id in ids for own in merged.get(id, ()))]))


def _shown(rows: Sequence[Row]) -> Mapping[int, Sequence[str]]:
    """The phones and emails of these contacts and of those merged into them."""
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["id"], []).extend(address for address in (row["phone"], row["email"]) if address)
    return found


def _with_asked(reading: Reading, shown: Mapping[int, Sequence[str]]) -> Mapping[int, Sequence[str]]:
    """And what they were asked at besides, but no crowd of strangers that a shared address once joined."""
    found = {id: list(own) for id, own in shown.items()}
    asked: dict[tuple[int, bool], list[str]] = {}
    for id, address in asked_under(reading, found):
        asked.setdefault((id, "@" in address), []).append(address)
    for (id, _), addresses in asked.items():
        found[id] += addresses if len(addresses) <= MOST_BESIDE else []
    return found
