"""A filled store that was also lived in: answers, opt-outs, a ledger, hooks, and requests kept by rules."""

import shutil
from pathlib import Path

import duckdb

from bench.fill import filled

QUEUED = 200_000

# 2 % of all answered, 2 % opted out, 2 % blocked by the cooldown; the hooks of 30 days; 1 % of the queue held.
_STATEMENTS: tuple[str, ...] = (
    """
    INSERT INTO consent BY NAME
    SELECT hash(address) % 9223372036854775807 AS address_key, contact_id, channel, 'granted' AS state,
        'customer' AS basis, 'import' AS source, 'import:' || md5(address) AS evidence, created_at AS happened_at,
        created_at AS recorded_at, 'console' AS actor FROM request ORDER BY id
    """,
    """
    INSERT INTO reach BY NAME
    SELECT contact_id, id AS request_id, id AS message_id, sent_at AS reached_at
    FROM request WHERE sent_at IS NOT NULL ORDER BY id
    """,
    """
    INSERT INTO suppression BY NAME
    SELECT id::integer AS id, hash(address) % 9223372036854775807 AS address_key, address, 'opted_out' AS basis,
        created_at FROM request WHERE id % 50 = 0 ORDER BY id
    """,
    """
    INSERT INTO reply BY NAME
    SELECT id::integer AS id, channel, address, 'SM' || id AS dedupe_key, contact_id, id AS request_id,
        'Thank you, it was lovely' AS body, created_at AS received_at,
        CASE WHEN id % 20000 > 1 THEN created_at END AS handled_at FROM request WHERE id % 50 = 1 ORDER BY id
    """,
    """
    INSERT INTO inbox BY NAME
    SELECT id, 'twilio' AS provider, 'https://ask.example.com/hooks/twilio?ref=' || id AS url,
        '{"X-Twilio-Signature": "' || md5(id::text) || '"}' AS headers,
        'MessageSid=SM' || md5(id::text) || '&MessageStatus=delivered&To=%2B' || address[2:] AS body,
        sent_at AS received_at, sent_at AS due_at, sent_at AS folded_at
    FROM request WHERE sent_at > (SELECT max(sent_at) FROM request) - INTERVAL 30 DAY ORDER BY id
    """,
    """
    INSERT INTO once BY NAME
    SELECT 'import:' || md5(id::text) AS key, id AS request_id, created_at FROM request WHERE id % 10 = 0
    """,
    "UPDATE request SET status = 'cancelled', code = 'cooldown', sent_at = NULL WHERE id % 50 = 2",
    "UPDATE message SET status = 'cancelled', code = 'cooldown', sent_at = NULL WHERE id % 50 = 2",
    "UPDATE message SET provider = 'twilio' WHERE id > (SELECT max(id) * 0.99 FROM message)",
    """
    UPDATE request SET hold_code = 'quiet_hours', hold_reason = 'Held until Mon 9:00'
    WHERE status = 'queued' AND id % 100 = 3
    """,
)


def lived_in(path: Path, requests: int) -> Path:
    """The store at `path`, filled where it does not exist."""
    if not path.exists():
        part = path.with_suffix(".part")
        shutil.copy(filled(path.with_name(f"{requests}.duckdb"), requests, queued=QUEUED), part)
        connection = duckdb.connect(str(part))
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
        for statement in _STATEMENTS:
            connection.execute(statement)
        for name in ("small_ids", "inbox_ids"):
            connection.execute(f"CREATE OR REPLACE SEQUENCE {name} START {requests + 1}")
        connection.close()
        part.rename(path)
    return path
