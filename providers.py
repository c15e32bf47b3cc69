"""Which connector serves which channel, as the settings say: for the engine that sends and the web that hears."""

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from psycopg.conninfo import conninfo_to_dict

from connectors.contract import Connector, Hook, Reply, Report
from connectors.http import Clock
from connectors.meta import Meta
from connectors.sandbox import Mailbox, Sandbox
from connectors.sendgrid import SendGrid
from connectors.twilio import PATH, Account, Twilio
from data.lifecycle import Channel
from data.store import is_postgresql
from engine.inbox import Reader
from settings import ROOT, MetaSettings, SendGridSettings, Settings, TwilioSettings

_PLACE = ("host", "port", "dbname", "options")  # which may name a schema


@dataclass(frozen=True, slots=True)
class Providers:
    """`connectors` send; `by_name` are all whose hooks are understood, also of who served a channel before."""

    connectors: dict[str, Connector]
    by_name: Mapping[str, Reader]


@dataclass(frozen=True, slots=True)
class Past:
    """A provider whose settings were removed: what it told us before is understood, and that is all."""

    connector: Connector

    def reports(self, hook: Hook) -> list[Report | Reply]:
        return self.connector.reports(hook)


@contextmanager
def connected(
    settings: Settings, session: aiohttp.ClientSession, mailbox: Mailbox, clock: Clock
) -> Generator[Providers]:
    """Everything an engine needs; `mailbox` takes the sandbox's hooks."""
    pace, path = settings.sandbox_pace, ledger(settings.database)
    sandbox = Sandbox(settings.sandbox_secret, mailbox, path, clock, pace=pace)
    made: dict[str, Connector] = {sandbox.name: sandbox, **remote(settings, session, clock)}
    try:
        connectors: dict[str, Connector] = {channel: made[settings.providers[channel]] for channel in Channel}
        yield Providers(connectors, {**past(session, clock), **made})
    finally:
        sandbox.close()


def remote(settings: Settings, session: aiohttp.ClientSession, clock: Clock) -> dict[str, Connector]:
    """The providers outside by name; one that is not configured is never made."""
    made: list[Connector] = []
    if settings.twilio:
        made.append(_twilio(settings.twilio, session, settings.public_url, clock))
    if settings.sendgrid:
        made.append(_sendgrid(settings.sendgrid, session, settings.business_name, clock))
    if settings.meta:
        made.append(_meta(settings.meta, session, clock))
    return {connector.name: connector for connector in made}


def past(session: aiohttp.ClientSession, clock: Clock) -> dict[str, Past]:
    """Readers by name, for hooks that wait in the inbox: reading what was proven as it came in needs no credentials."""
    nobody = "nobody@example.com"
    bare: list[Connector] = [
        Twilio(session, Account("", ""), {}, "", clock, api=""),
        SendGrid(session, "", nobody, "", clock, api=""),
        Meta(session, "", "", "", clock, api=""),
    ]
    return {one.name: Past(one) for one in bare}


def ledger(database: str) -> Path:
    """The sandbox's memory: beside a DuckDB file, else in data/ under a name of the database's own."""
    if is_postgresql(database):
        return ROOT / "data" / f"{_short(database)}.duckdb.sandbox"
    return Path(database + ".sandbox")


def mark(database: str) -> Path:
    """How far this machine's engines came in a PostgreSQL database, whoever they are let in as."""
    parts = conninfo_to_dict(database)
    return ROOT / "data" / f"{_short(' '.join(str(parts.get(part, '')) for part in _PLACE))}.mark"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _twilio(given: TwilioSettings, session: aiohttp.ClientSession, public_url: str, clock: Clock) -> Twilio:
    account = Account(
        given.account_sid, given.auth_token, given.api_key or None, given.api_secret or None, given.webhook_key or None
    )
    return Twilio(session, account, given.senders, public_url + PATH, clock, api=given.base_url)


def _sendgrid(given: SendGridSettings, session: aiohttp.ClientSession, business: str, clock: Clock) -> SendGrid:
    return SendGrid(
        session,
        given.api_key,
        given.sender,
        given.webhook_public_key,
        clock,
        sender_name=business,
        reply_to=given.reply_to or None,
        api=given.base_url,
    )


def _meta(given: MetaSettings, session: aiohttp.ClientSession, clock: Clock) -> Meta:
    return Meta(session, given.access_token, given.phone_number_id, given.app_secret, clock, api=given.base_url)
