"""What the sandbox played before a channel had a provider: nobody got it, so once it has one that counts nowhere."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, LiteralString

from data import audit
from data.lifecycle import Channel
from data.statements import one_of, span
from data.store import Reading, Writing

SANDBOX = "sandbox"
WHY = "Only the sandbox played it: nobody got it"
_OUT: LiteralString = "status NOT IN ('queued', 'sending', 'cancelled')"
# Began by a channel that reaches people now, and certainly nothing of it was ever given to a provider: not even by a
# try that nobody is sure of.
_TRIALS: LiteralString = f"""
    SELECT request_id FROM message WHERE provider = 'sandbox' AND {_OUT} AND request_id IN
        (SELECT id FROM request WHERE {{began}})
    EXCEPT SELECT request_id FROM message WHERE coalesce(provider, '') <> 'sandbox'
        AND status NOT IN ('queued', 'cancelled')
    EXCEPT SELECT request_id FROM happening WHERE event = 'lost' AND request_id IN
        (SELECT request_id FROM message WHERE provider = 'sandbox')
"""
_logger = logging.getLogger("askwell.engine")


def forget(work: Writing, real: Sequence[Channel], now: datetime) -> None:
    """Before an engine begins that reaches people by the `real` channels."""
    work.rows(
        """
        DELETE FROM reach WHERE message_id IN (SELECT id FROM message WHERE provider = 'sandbox')
            AND NOT EXISTS (SELECT 1 FROM happening WHERE happening.message_id = reach.message_id AND event = 'lost')
        """
    )
    values: dict[str, Any] = {}
    trials = _TRIALS.format(began=one_of("channel", sorted(real), values))
    if work.rows(f"SELECT id FROM message WHERE provider = 'sandbox' AND {_OUT} LIMIT 1"):  # else spare what is dear
        (found,) = work.rows(f"SELECT count(*) AS n FROM ({trials}) AS trial", **values)
        if count := found["n"]:
            many = f"{count} requests" if count > 1 else "1 request"
            _log(work, trials, now, values)
            _withdraw(work, trials, values)
            audit.record(work, "engine", "cancel", many, WHY, now)
            _logger.warning("cancelled %s: %s", many, WHY)
    if len(real) == len(Channel):  # what it would still tell of them; else that is withdrawn at the next start
        work.rows("DELETE FROM inbox WHERE provider = 'sandbox' AND folded_at IS NULL")
    # What a person sends again after the sandbox gave no answer goes to whoever serves the channel by then.
    work.rows("UPDATE message SET provider = NULL WHERE provider = 'sandbox' AND status = 'queued'")


def _log(work: Writing, trials: LiteralString, now: datetime, values: dict[str, Any]) -> None:
    work.rows(
        f"""
        INSERT INTO happening (request_id, message_id, event, dedupe_key, happened_at, recorded_at, actor, detail)
        SELECT request_id, id, 'cancelled', $key, $now, $now, 'engine', $why FROM message
        WHERE status NOT IN ('sending', 'cancelled') AND request_id IN ({trials})
        """,
        key=f"played {now.isoformat()}",
        now=now,
        why=WHY,
        **values,
    )


def _withdraw(work: Writing, trials: LiteralString, values: dict[str, Any]) -> None:
    """They stand as what was never sent, and so does every follow-up: it would remind of what never came."""
    work.rows(
        f"""
        UPDATE request SET status = 'cancelled', code = 'sandbox', reason = $why, retries = 0, sent_at = NULL,
            sent_on = NULL, delivered_at = NULL, opened_at = NULL, read_at = NULL, clicked_at = NULL,
            responded_at = NULL, paused = false, hold_code = NULL, hold_reason = NULL, plan = NULL, next_at = NULL,
            next_number = NULL, next_channel = NULL
        WHERE id IN ({trials})
        """,
        why=WHY,
        **values,
    )
    work.rows(
        f"""
        UPDATE message SET status = 'cancelled', code = 'sandbox', reason = $why, sent_at = NULL, paused = false
        WHERE status NOT IN ('sending', 'cancelled') AND request_id IN ({trials})
        """,
        why=WHY,
        **values,
    )


def begun_by_a_provider(reading: Reading, requests: Collection[int]) -> set[int]:
    """Those of these requests whose ask a provider has, or may have: what the sandbox plays is no fact of them."""
    if not requests:
        return set()
    rows = reading.rows(
        """
        SELECT request_id FROM message WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
            AND number = 0 AND coalesce(provider, '') <> $sandbox
        """,
        sandbox=SANDBOX,
        **span(requests),
    )
    return {row["request_id"] for row in rows}
