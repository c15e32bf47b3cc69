"""An address that stands beside many others, such as a till's noemail@…, is nobody's own: it joins no strangers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from data.checks import says_none
from data.commands import Ask
from data.contacts import MOST_BESIDE, Holders
from data.owners import asked_under, merged
from data.store import Reading


def without_shared(reading: Reading, holders: Holders, asks: Sequence[Ask]) -> list[Ask]:
    """The asks, each without what stands beside its own address where many share it or it says there is none."""
    beside = [_beside(one) for one in asks]
    holders.learn({at for one in asks for at in (one.phone, one.email) if at})
    near: dict[str, set[str]] = {}
    for one, other in zip(asks, beside, strict=True):
        if other:
            near.setdefault(other, set()).add(one.address)
    strangers = _strangers(holders, near)
    known = _addresses(reading, {id for ids in strangers.values() for id in ids})
    for other, ids in strangers.items():
        near[other] |= {at for id in ids for at in known[id] if ("@" in at) != ("@" in other)}
    return [
        _alone(one) if other and (len(near[other]) > MOST_BESIDE or says_none(other)) else one
        for one, other in zip(asks, beside, strict=True)
    ]


def _beside(one: Ask) -> str | None:
    return one.phone if one.address == one.email else one.email


def _strangers(holders: Holders, near: Mapping[str, Collection[str]]) -> dict[str, Sequence[int]]:
    """The contacts that an address leads to, where what it stands beside does not lead there by itself."""
    return {
        other: holders.of(other)
        for other, addresses in near.items()
        if any(not set(holders.of(other)) <= set(holders.of(address)) for address in addresses)
    }


def _addresses(reading: Reading, ids: Collection[int]) -> Mapping[int, Collection[str]]:
    """Every address of these contacts, however many."""
    found: dict[int, set[str]] = {id: set() for id in ids}
    for id, *own in merged(reading, sorted(ids)):
        found[id].update(address for address in own if address)
    for id, address in asked_under(reading, ids):
        found[id].add(address)
    return found


def _alone(one: Ask) -> Ask:
    return replace(one, phone=None) if one.address == one.email else replace(one, email=None)
