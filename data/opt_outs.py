"""People who must not be written to again: barred at their addresses, and out of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from data.owners import every_address_each, known_at
from data.store import Writing
from data.suppressions import Suppression, suppress, take_out
from data.verdicts import Basis


@dataclass(frozen=True, slots=True)
class Halting:
    """Somebody who must not be written to again: at this address, with `whole_person` at every one of its owner's."""

    address: str
    basis: Basis
    source: str
    evidence: str | None
    whole_person: bool
    said_at: datetime | None = None


def stop_person(
    work: Writing, address: str, basis: Basis, *, source: str, evidence: str | None, actor: str,
    now: datetime, zone: tzinfo, whole_person: bool, said_at: datetime | None = None,
) -> set[int]:  # fmt: skip
    """Suppresses an address (with `whole_person` every address of its owner) and empties the queue of it."""
    return stop_people(work, [Halting(address, basis, source, evidence, whole_person, said_at)], actor, now, zone)


def stop_people(work: Writing, halting: Sequence[Halting], actor: str, now: datetime, zone: tzinfo) -> set[int]:
    """The same of many, in a few statements. A phone is suppressed for SMS and WhatsApp alike.

    Returns the requests whose messages were taken out of the queue.
    """
    if not halting:
        return set()
    known = known_at(work, {one.address for one in halting})
    others = every_address_each(work, [known[one.address] if one.whole_person else [] for one in halting])
    entries: list[Suppression] = []
    waiting: dict[Basis, set[str]] = {}
    for one, own in zip(halting, others, strict=True):
        people = known[one.address]
        contact = people[0][0] if people else None
        addresses = {one.address, *own}
        entries += [
            Suppression(at, one.basis, one.source, actor, None, one.evidence, contact, one.said_at)
            for at in sorted(addresses)
        ]
        waiting.setdefault(one.basis, set()).update(addresses)
    suppress(work, entries, now)
    return {
        request
        for basis, addresses in waiting.items()
        for request in take_out(work, sorted(addresses), basis, actor, now, zone)
    }
