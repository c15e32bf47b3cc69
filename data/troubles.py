"""How much went wrong lately, by channel and by what the messages have in common."""

from datetime import datetime
from typing import LiteralString

from data.lifecycle import Channel
from data.queries import template_name
from data.store import Reading, Row

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


def tally(reading: Reading, since: datetime) -> list[Row]:
    """For each channel: sent, errors and opted_out of the messages that left since then."""
    return reading.rows(f"SELECT m.channel, {_COUNTED} {_LEFT} GROUP BY m.channel", since=since)


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
