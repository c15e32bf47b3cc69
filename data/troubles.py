"""How much went wrong lately, by channel and by what the messages have in common."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import LiteralString

from data.lifecycle import Channel
from data.queries import template_name
from data.statements import span
from data.store import Reading, Row

SPANS = (1, 3, 7, 30)  # days

# An opt-out is a happening of the message that caused it. What the sandbox plays endangers no account.
_COUNTED: LiteralString = """
    count(*) AS sent, count(*) FILTER (WHERE m.status IN ('undelivered', 'failed')) AS errors,
    count(*) FILTER (WHERE o.message_id IS NOT NULL) AS opted_out
    FROM message m LEFT JOIN (SELECT DISTINCT message_id FROM happening
        WHERE event IN ('opted_out', 'complained') AND recorded_at >= $since) AS o ON o.message_id = m.id
"""
_LEFT: LiteralString = """
    WHERE m.sent_at >= $since AND m.status NOT IN ('queued', 'sending', 'cancelled')
        AND coalesce(m.provider, '') <> 'sandbox'
"""


def tally(reading: Reading, now: datetime, since: datetime) -> list[Row]:
    """For each channel and each of SPANS: sent, errors and opted_out of the messages that left so many `days` ago at
    most, and longer ago than the span before; of those that left since then."""
    day, three, week = (now - timedelta(days=days) for days in SPANS[:-1])
    return reading.rows(
        f"""
        SELECT m.channel, CASE WHEN m.sent_at >= $day THEN 1 WHEN m.sent_at >= $three THEN 3
            WHEN m.sent_at >= $week THEN 7 ELSE 30 END AS days, {_COUNTED} {_LEFT} GROUP BY 1, 2
        """,
        day=day,
        three=three,
        week=week,
        since=since,
    )


def worst(reading: Reading, channel: Channel, since: datetime) -> str | None:
    """Where most of the trouble is, in words: one sender, template or import; None where it is spread."""
    rows = reading.rows(
        f"""
        SELECT member.name AS sender, counted.* FROM (
            SELECT r.sent_by, r.trigger, m.template_id, {_COUNTED} JOIN request r ON r.id = m.request_id
            {_LEFT} AND m.channel = CAST($channel AS channel) GROUP BY r.sent_by, r.trigger, m.template_id) AS counted
        LEFT JOIN member ON member.id = counted.sent_by
        ORDER BY errors + opted_out DESC, sent
        """,
        since=since,
        channel=channel.value,
    )
    trouble = sum(row["errors"] + row["opted_out"] for row in rows)
    if not trouble:
        return None
    first = rows[0]
    template = template_name(reading, first["template_id"])
    part = (first["errors"] + first["opted_out"]) / trouble
    how = {"import": "from a CSV", "manual": "by form"}.get(first["trigger"], first["trigger"])
    return f"{part:.0%} of the trouble came from {first['sender']}, {how}, with template “{template}”"


def described(reading: Reading, ids: Collection[int], now: datetime) -> dict[int, Row]:
    """Messages by id: channel, country, address, template, whether that was `reworded` since, and when they left."""
    rows = reading.rows(
        """
        SELECT id, channel, country, address, template_id, coalesce(sent_at, $now) AS sent_at,
            template_version < (SELECT max(version) FROM template WHERE template.id = message.template_id) AS reworded
        FROM message WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        """,
        now=now,
        **span(ids),
    )
    return {row["id"]: row for row in rows}
