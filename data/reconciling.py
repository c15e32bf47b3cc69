"""Which messages a provider is to be asked about, and which one its answer means."""

from collections.abc import Sequence
from datetime import datetime

from data.claims import Claimed, described
from data.contacts import email_key
from data.statements import span
from data.store import Reading, Row


def oldest_open(
    reading: Reading, provider: str, earliest: datetime, latest: datetime, *, unread: bool = False
) -> datetime | None:
    """When the oldest message was handed over that did not arrive yet, or was not read where that can still be told."""
    rows = reading.rows(
        """
        SELECT min(sent_at) AS moment FROM message
        WHERE (status = 'sent' OR $unread AND status = 'delivered' AND channel = 'whatsapp')
            AND provider = $provider AND sent_at BETWEEN $earliest AND $latest
        """,
        provider=provider,
        earliest=earliest,
        latest=latest,
        unread=unread,
    )
    return rows[0]["moment"]


def engine_before(reading: Reading, moment: datetime) -> datetime | None:
    """When an engine that started before then was last seen."""
    sql = "SELECT max(seen_at) AS moment FROM engine WHERE started_at < $moment"
    return reading.rows(sql, moment=moment)[0]["moment"]


def by_address(reading: Reading, provider: str, addresses: Sequence[str], since: datetime) -> list[Row]:
    """Messages to these addresses (given in lower case), the newest first: id, status, address, sent_at."""
    if not addresses:
        return []
    return reading.rows(
        """
        SELECT id, status, lower(address) AS address, sent_at FROM message
        WHERE sent_at > $since AND provider = $provider AND lower(address) = ANY($addresses)
        ORDER BY sent_at DESC, id DESC
        """,
        provider=provider,
        addresses=list(addresses),
        since=since,
    )


def by_owner(reading: Reading, provider: str, addresses: Sequence[str]) -> list[Row]:
    """As by_address, however long ago, found by whose addresses they are."""
    if not addresses:
        return []
    return reading.rows(
        """
        SELECT m.id, m.status, lower(m.address) AS address, m.sent_at
        FROM message m JOIN request r ON r.id = m.request_id
        WHERE m.sent_at IS NOT NULL AND m.provider = $provider AND lower(m.address) = ANY($addresses)
            AND r.contact_id IN (
                SELECT coalesce(merged_into, id) FROM contact
                WHERE email_key IN (SELECT unnest(CAST($keys AS bigint[])))
                UNION SELECT contact_id FROM other_address
                WHERE address IN (SELECT unnest(CAST($addresses AS text[]))))
        ORDER BY m.sent_at DESC, m.id DESC
        """,
        provider=provider,
        addresses=list(addresses),
        keys=[email_key(address) for address in addresses],
    )


def heard(reading: Reading, ids: Sequence[int]) -> dict[tuple[int, str], datetime]:
    """What was heard of messages before: for each message and event, when it last happened."""
    if not ids:
        return {}
    rows = reading.rows(
        """
        SELECT message_id, event, max(happened_at) AS moment FROM happening
        WHERE message_id BETWEEN $low AND $high AND message_id = ANY($ids) GROUP BY message_id, event
        """,
        **span(ids),
    )
    return {(row["message_id"], row["event"]): row["moment"] for row in rows}


def unsure(reading: Reading, spans: Sequence[tuple[datetime, datetime]], limit: int) -> list[Claimed]:
    """Messages that were handed over in one of these spans and got no answer; `claimed_at` is that moment."""
    rows = reading.rows(
        """
        SELECT id, claimed_at FROM message
        WHERE status = 'unsure' AND claimed_at > $earliest AND claimed_at <= $latest AND EXISTS (
            SELECT 1 FROM (SELECT unnest(CAST($since AS timestamptz[])) AS since,
                unnest(CAST($until AS timestamptz[])) AS until) AS span
            WHERE claimed_at > span.since AND claimed_at <= span.until)
        ORDER BY claimed_at DESC LIMIT $limit
        """,
        earliest=min(since for since, _ in spans),
        latest=max(until for _, until in spans),
        since=[since for since, _ in spans],
        until=[until for _, until in spans],
        limit=limit,
    )
    return described(reading, {row["id"]: row["claimed_at"] for row in rows})
