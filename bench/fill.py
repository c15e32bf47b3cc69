"""Fills a DuckDB store with any number of requests that have run their course, by SQL: 10 million in minutes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from data import commands, rules
from data.checks.searching import search_bits
from data.rules import Rules
from data.store import open_store
from data.store.migrations import prepare
from data.template_store import starter_templates

FIRST = "Ann Bob Chloe Diego Elin Farid Grace Hugo Isla Jonas Kavya Liam Mona Noah Olga Pia".split()
LAST = (
    "Abbott Berg Carter Dubois Evans Fischer Garcia Haddad Ivanov Jensen Kim Lambert Murray Novak Olsen Petrov "
    "Quinn Ramos Silva Tran Ueda Vargas Weber Xu Young Zimmer"
).split()
SENDERS = [f"Sender {number:02}" for number in range(1, 13)]
START = datetime(2025, 11, 1, tzinfo=UTC)


def filled(path: Path, requests: int, *, queued: int = 0) -> Path:
    """A store with `requests` requests over the year since START, the newest `queued` of them still queued and due."""
    if path.exists():
        return path
    store = open_store(str(path))
    prepare(store, START)
    templates = starter_templates(store, START)
    members = [commands.member(store, name, START) for name in SENDERS]
    with store.transaction() as work:
        rules.keep(work, Rules(opens=0, closes=24 * 60), "bench", START)
    store.close()
    connection = duckdb.connect(str(path))
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
    drawn = _drawn(requests, queued, members, templates[next(iter(templates))][0][0])
    connection.execute(f"CREATE TEMP VIEW drawn AS {drawn}")
    connection.execute(_REQUESTS)
    (told,) = connection.execute("SELECT search, search_bits FROM request LIMIT 1").fetchall()
    assert told[1] == search_bits(told[0])  # what _REQUESTS makes of it in SQL
    connection.execute(_MESSAGES)
    connection.execute(_NAMES)
    connection.execute(_HAPPENINGS)
    connection.execute(_CONTACTS)
    for name in ("request_ids", "message_ids", "contact_ids"):
        connection.execute(f"CREATE OR REPLACE SEQUENCE {name} START {requests + 1}")
    connection.close()
    return path


def _picked(words: Sequence[str], salt: int) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[1 + (hash(i + {salt}) % {len(words)})::integer]"


def _drawn(requests: int, queued: int, members: list[int], template: int) -> str:
    step = 365 * 86400 / requests
    return f"""
        SELECT i AS id, {_picked(FIRST, 1)} AS first_name, {_picked(LAST, 2)} AS last_name,
            {_picked(["sms", "email", "whatsapp"], 3)} AS channel,
            ({members})[1 + (hash(i + 4) % {len(members)})::integer] AS sent_by, {template} AS template_id,
            timestamptz '{START}' + to_seconds(i * {step}) AS moment, i > {requests - queued} AS queued,
            hash(i + 5) % 100 AS lot, hash(i + 6) % 100 AS click, hash(i) AS noise
        FROM range(1, {requests + 1}) AS numbers(i)
    """


_REQUESTS = """
    INSERT INTO request BY NAME
    SELECT *, list_aggregate([1::bigint << ((ascii(search[i]) * 961 + ascii(search[i + 1]) * 31 + ascii(search[i + 2]))
        % 61)::integer FOR i IN range(1, length(search) - 1)], 'bit_or') AS search_bits FROM (
    SELECT * EXCLUDE (lot, click, queued), lower(contact_name) || chr(10) ||
        CASE WHEN channel = 'email' THEN address ELSE chr(10) || address[2:] END AS search,
        CASE WHEN channel <> 'email' THEN address::bigint END AS phone_number, sent_at::date AS sent_on,
        CASE WHEN click < 20 THEN delivered_at + INTERVAL 40 MINUTE END AS clicked_at,
        CASE WHEN click < 12 THEN delivered_at + INTERVAL 50 MINUTE END AS responded_at
    FROM (SELECT *,
        CASE WHEN lot BETWEEN 8 AND 96 THEN sent_at + INTERVAL 1 MINUTE END AS delivered_at,
        CASE WHEN lot BETWEEN 60 AND 96 AND channel = 'email' THEN sent_at + INTERVAL 9 MINUTE END AS opened_at,
        CASE WHEN lot BETWEEN 60 AND 96 AND channel = 'whatsapp' THEN sent_at + INTERVAL 9 MINUTE END AS read_at,
        CASE WHEN queued THEN 'queued' WHEN lot < 5 THEN 'undelivered' WHEN lot < 8 THEN 'failed'
            WHEN lot < 60 THEN 'delivered' WHEN lot > 96 THEN 'sent'
            WHEN channel = 'email' THEN 'opened' WHEN channel = 'whatsapp' THEN 'read' ELSE 'delivered' END AS status
    FROM (SELECT id, id AS contact_id, first_name || ' ' || last_name AS contact_name, channel, sent_by, template_id,
        CASE channel WHEN 'email' THEN lower(first_name) || '.' || lower(last_name) || noise % 100000 || '@example.com'
            ELSE '+1202' || lpad((noise % 10000000)::text, 7, '0') END AS address,
        CASE channel WHEN 'email' THEN 'UTC' ELSE 'America/New_York' END AS zones,
        CASE channel WHEN 'email' THEN 'workspace' ELSE 'number' END AS zone_source,
        CASE WHEN channel <> 'email' THEN 'US-DC' END AS region,
        'import' AS trigger, moment AS due_at, false AS paused, moment AS created_at, 0 AS retries,
        CASE WHEN NOT queued THEN moment END AS sent_at, queued, lot,
        CASE WHEN lot BETWEEN 8 AND 96 THEN click ELSE 99 END AS click FROM drawn)))
"""
_CONTACTS = """
    INSERT INTO contact BY NAME
    SELECT contact_id AS id, contact_name AS name, CASE WHEN channel = 'email' THEN address END AS email,
        CASE WHEN channel <> 'email' THEN address END AS phone, phone_number,
        CASE WHEN channel = 'email' THEN (hash(address) >> 1)::bigint END AS email_key, created_at FROM request
"""
_MESSAGES = """
    INSERT INTO message BY NAME
    SELECT id, id AS request_id, 0 AS number, channel, address, template_id, 1 AS template_version,
        'token' || id AS token, status, false AS paused, due_at, sent_at,
        CASE WHEN sent_at IS NOT NULL THEN 'sandbox' END AS provider FROM request ORDER BY id
"""
_NAMES = """
    INSERT INTO provider_message BY NAME
    SELECT id AS message_id, 'sandbox' AS provider, 'SB' || id AS provider_id, sent_at AS told_at
    FROM request WHERE sent_at IS NOT NULL ORDER BY id
"""
_HAPPENINGS = """
    INSERT INTO happening BY NAME
    SELECT id AS request_id, id AS message_id, event, event AS dedupe_key, happened_at, happened_at AS recorded_at,
        'sandbox' AS actor
    FROM (SELECT id, unnest([{event: 'created', happened_at: created_at}, {event: 'accepted', happened_at: sent_at},
        {event: 'delivered', happened_at: delivered_at}, {event: 'opened', happened_at: opened_at},
        {event: 'clicked', happened_at: clicked_at}], recursive := true) FROM request) WHERE happened_at IS NOT NULL
"""
