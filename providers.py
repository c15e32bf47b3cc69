"""Which connector serves which channel, as the settings say: for the engine that sends and the web that hears."""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from connectors.contract import Connector
from connectors.meta import Meta
from connectors.sandbox import Mailbox, Sandbox
from connectors.sendgrid import SendGrid
from connectors.twilio import PATH, Account, Twilio
from data.lifecycle import Channel
from data.store import is_postgresql
from settings import ROOT, MetaSettings, SendGridSettings, Settings, TwilioSettings

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Providers:
    """`connectors` send; `by_name` are all whose hooks are understood, also of who served a channel before."""

    connectors: dict[str, Connector]
    by_name: dict[str, Connector]


@contextmanager
def connected(
    settings: Settings, session: aiohttp.ClientSession, mailbox: Mailbox, clock: Clock
) -> Generator[Providers]:
    """Everything an engine needs; `mailbox` takes the sandbox's hooks."""
    pace, path = settings.sandbox_pace, ledger(settings.database)
    sandbox = Sandbox(settings.sandbox_secret, mailbox, path, clock, pace=pace)
    by_name: dict[str, Connector] = {sandbox.name: sandbox, **remote(settings, session, clock)}
    try:
        yield Providers({channel: by_name[settings.providers[channel]] for channel in Channel}, by_name)
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


def ledger(database: str) -> Path:
    """The sandbox's memory: beside a DuckDB file, else in data/ under a name of the database's own."""
    if is_postgresql(database):
        return ROOT / "data" / f"{hashlib.sha256(database.encode()).hexdigest()[:12]}.duckdb.sandbox"
    return Path(database + ".sandbox")


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
        api=given.base_url,
    )


def _meta(given: MetaSettings, session: aiohttp.ClientSession, clock: Clock) -> Meta:
    return Meta(session, given.access_token, given.phone_number_id, given.app_secret, clock, api=given.base_url)
