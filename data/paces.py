"""Token buckets kept in the store, so that all engines together keep to one pace."""

from datetime import datetime

from data.store import Reading, Writing

BURST = 1.0  # seconds' worth of tokens that may gather
BETWEEN = 0.75  # seconds from one look to the next, at most: what gathers beside a whole token must not be lost


def tokens(reading: Reading, name: str, per_second: float, now: datetime) -> float:
    """How many segments may leave now; less than nothing while an earlier burst is paid off."""
    full = max(per_second * BURST, 1.0 + per_second * BETWEEN)
    rows = reading.rows("SELECT tokens, filled_at FROM pace WHERE name = $name", name=name)
    if not rows:
        return full
    since = (now - rows[0]["filled_at"]).total_seconds()
    if since < -BURST:  # a clock was ahead and has been put right: nobody waits until it is that late
        return full
    return min(rows[0]["tokens"] + max(since, 0.0) * per_second, full)


def set_tokens(work: Writing, name: str, left: float, now: datetime) -> None:
    work.rows(
        """
        INSERT INTO pace (name, tokens, filled_at) VALUES ($name, $tokens, $now)
        ON CONFLICT (name) DO UPDATE SET tokens = excluded.tokens, filled_at = excluded.filled_at
        """,
        name=name,
        tokens=left,
        now=now,
    )
