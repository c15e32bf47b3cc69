"""The work of one message as teams write it: read its row, post it with Twilio's own client, write the status durably.

Run by bench/peers.py, in an environment of its own; knows nothing of Askwell.
"""

import os
import sqlite3
import threading
import time

from twilio.rest import Client

TEXT = "Hi {}, how was Our business? http://127.0.0.1:8501/r/{}"
_own = threading.local()


def client() -> Client:
    made = Client("AC" + "1" * 32, "t0ken")
    made.api.base_url = os.environ["PEER_URL"]
    return made


def rows(path: str | None = None) -> sqlite3.Connection:
    connection = sqlite3.connect(path or os.environ["PEER_ROWS"], timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def send(id: int) -> None:
    """Connections are kept, one a thread."""
    if not hasattr(_own, "rows"):
        _own.rows, _own.client = rows(), client()
    name, address, token = _own.rows.execute("SELECT name, address, token FROM message WHERE id = ?", [id]).fetchone()
    sid = post(_own.client, name, address, token)
    _own.rows.execute("UPDATE message SET status = 'sent', sid = ?, sent_at = ? WHERE id = ?", [sid, time.time(), id])


def post(by: Client, name: str, address: str, token: str) -> str:
    hook = f"http://127.0.0.1:8501/hooks?reference={token}"
    sent = by.messages.create(
        to=address, from_="+12024009999", body=TEXT.format(name, token), status_callback=hook
    )  # fmt: skip
    return str(sent.sid)
