"""What providers call our messages: by that name they speak of them when they are asked."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from data.statements import span
from data.store import Reading, Row, Writing

Name = tuple[int, str | None, str | None]
"""A message, its provider, and what that calls it."""

_NUMBERED = "wamid."  # Meta's names hold the number of whom the message went to, in base64
_GONE: LiteralString = "SELECT id FROM message WHERE id BETWEEN $low AND $high AND id = ANY($ids) AND address = $erased"


def tell(work: Writing, names: Sequence[Name], now: datetime) -> None:
    if names:
        messages, providers, ids = zip(*_kept(work, names), strict=True)
        told = {"provider": providers, "provider_id": ids, "told_at": [now] * len(names)}
        work.append("provider_message", {"message_id": messages, **told})


def by_provider_id(reading: Reading, provider: str, ids: Sequence[str], since: datetime) -> list[Row]:
    """The messages that a provider calls by these names: id, status, address, provider_id."""
    if not ids:
        return []
    names = {**{_hidden(one): one for one in ids if one.startswith(_NUMBERED)}, **{one: one for one in ids}}
    rows = reading.rows(
        """
        SELECT m.id, m.status, m.address, n.provider_id FROM provider_message n JOIN message m ON m.id = n.message_id
        WHERE n.told_at > $since AND n.provider = $provider AND n.provider_id = ANY($ids)
        """,
        provider=provider,
        ids=list(names),
        since=since,
    )
    return [{**row, "provider_id": names[row["provider_id"]]} for row in rows]


def conceal(work: Writing, requests: Sequence[int]) -> None:
    """Names that tell whom these went to become hashes, which the provider's late words are still found by."""
    sql = """
        SELECT n.message_id, n.provider_id FROM provider_message n JOIN message m ON m.id = n.message_id
        WHERE m.request_id BETWEEN $low AND $high AND m.request_id = ANY($ids) AND starts_with(n.provider_id, $numbered)
        """
    for row in work.rows(sql, numbered=_NUMBERED, **span(requests)):
        work.rows(
            "UPDATE provider_message SET provider_id = $hidden WHERE message_id = $id",
            id=row["message_id"],
            hidden=_hidden(row["provider_id"]),
        )


def _kept(work: Writing, names: Sequence[Name]) -> list[Name]:
    """Of who was erased while the message was under way no number is kept."""
    numbered = [id for id, _, name in names if name and name.startswith(_NUMBERED)]
    gone = {row["id"] for row in work.rows(_GONE, erased="erased", **span(numbered))} if numbered else set[int]()
    return [(id, provider, _hidden(name) if name and id in gone else name) for id, provider, name in names]


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
