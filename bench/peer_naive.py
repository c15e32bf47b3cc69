"""A loop over one DuckDB file: a message, an update, the next."""

import os
import time

import duckdb

from bench.peer_work import client, post

with duckdb.connect(os.environ["PEER_ROWS"]) as connection:
    twilio = client()
    while row := connection.execute(
        "SELECT id, name, address, token FROM message WHERE status = 'queued' ORDER BY id LIMIT 1"
    ).fetchone():
        sid = post(twilio, *row[1:])
        connection.execute(
            "UPDATE message SET status = 'sent', sid = ?, sent_at = ? WHERE id = ?", [sid, time.time(), row[0]]
        )
