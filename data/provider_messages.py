"""What providers call our messages: by that name they speak of them when they are asked."""

from collections.abc import Sequence
from datetime import datetime

from data.store import Reading, Row, Writing


def tell(work: Writing, names: Sequence[tuple[int, str | None, str | None]], now: datetime) -> None:
    """Keeps triples of message, provider and its name for it."""
    if names:
        messages, providers, ids = zip(*names, strict=True)
        told = {"provider": providers, "provider_id": ids, "told_at": [now] * len(names)}
        work.append("provider_message", {"message_id": messages, **told})


def by_provider_id(reading: Reading, provider: str, ids: Sequence[str], since: datetime) -> list[Row]:
    """The messages that a provider calls by these names: id, status, address, provider_id."""
    if not ids:
        return []
    return reading.rows(
        """
        SELECT m.id, m.status, m.address, n.provider_id FROM provider_message n JOIN message m ON m.id = n.message_id
        WHERE n.told_at > $since AND n.provider = $provider AND n.provider_id = ANY($ids)
        """,
        provider=provider,
        ids=list(ids),
        since=since,
    )
