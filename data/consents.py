"""The ledger of who may be asked and why: every grant and every withdrawal, append-only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.contacts import address_key
from data.store import Reading, Writing


@dataclass(frozen=True, slots=True)
class Entry:
    """One change for an address; no channel means every channel."""

    address: str
    contact_id: int | None
    channel: str | None
    state: str  # granted, withdrawn
    basis: str  # customer; agreed, as somebody says of them; consent, in their own words; or what withdrew it
    source: str
    evidence: str | None
    actor: str
    happened_at: datetime | None = None


def record(work: Writing, entries: Sequence[Entry], now: datetime) -> None:
    """Writes changes down; what gives no moment happens now."""
    if entries:
        work.append(
            "consent",
            {
                "address_key": [address_key(one.address) for one in entries],
                "contact_id": [one.contact_id for one in entries],
                "channel": [one.channel for one in entries],
                "state": [one.state for one in entries],
                "basis": [one.basis for one in entries],
                "source": [one.source for one in entries],
                "evidence": [one.evidence for one in entries],
                "happened_at": [one.happened_at or now for one in entries],
                "recorded_at": [now] * len(entries),
                "actor": [one.actor for one in entries],
            },
        )


def given_anew(reading: Reading, addresses: Collection[str]) -> dict[str, datetime]:
    """When each of these addresses was last allowed again in the words of whoever has it: by START, or a new consent.

    What the team lifts comes without words.
    """
    if not addresses:
        return {}
    rows = reading.rows(
        """
        SELECT address_key, max(happened_at) AS moment FROM consent
        WHERE state = 'granted' AND basis = 'consent' AND evidence IS NOT NULL
            AND address_key IN (SELECT unnest(CAST($keys AS bigint[])))
        GROUP BY address_key
        """,
        keys=sorted({address_key(one) for one in addresses}),
    )
    moments = {row["address_key"]: row["moment"] for row in rows}
    return {one: moments[key] for one in addresses if (key := address_key(one)) in moments}
