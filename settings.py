"""Every setting, read once from the environment or `.env`; the README's table is this file's."""

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.reach import is_public
from data import laws
from data.store import is_postgresql
from environment import Environment, read_env_file

ROOT = Path(__file__).parent
PROVIDERS = {  # channel: who may serve it, and how many a second unless told otherwise
    "sms": {"sandbox": None, "twilio": 1.0},
    "whatsapp": {"sandbox": None, "twilio": 80.0, "meta": 80.0},
    "email": {"sandbox": None, "sendgrid": None},
}


class Unconfigured(Exception):
    """Settings that cannot be used; the message lists every problem, one a line."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """`senders` by channel: a number, or a messaging service for texts."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    webhook_key: str = field(repr=False)
    senders: Mapping[str, str]
    base_url: str


@dataclass(frozen=True, slots=True)
class SendGridSettings:
    api_key: str = field(repr=False)
    sender: str
    webhook_public_key: str
    base_url: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class MetaSettings:
    access_token: str = field(repr=False)
    phone_number_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; DEFAULTS where it says nothing. A provider that is not configured is None.

    `providers` and `per_second` (segments or messages, None: no limit) are by channel.
    """

    database: str = field(repr=False)
    business_name: str
    business_address: str
    review_url: str
    public_url: str
    console_hosts: tuple[str, ...]
    timezone: ZoneInfo
    region: str
    in_flight: int
    providers: Mapping[str, str]
    per_second: Mapping[str, float | None]
    twilio: TwilioSettings | None
    sendgrid: SendGridSettings | None
    meta: MetaSettings | None
    sandbox_pace: float
    sandbox_secret: str = field(repr=False)


DEFAULTS: dict[str, tuple[str, str]] = {  # name: (default, what it is)
    "DATABASE": ("data/askwell.duckdb", "Path of the DuckDB file, or a postgresql:// address"),
    "BUSINESS_NAME": (
        "Our business",
        "Your name as customers know it: {business} in templates; needed with a provider",
    ),
    "BUSINESS_ADDRESS": ("", "Your postal address, for the foot of emails"),
    "REVIEW_URL": ("https://example.com/review", "Where customers leave their review; needed with a provider"),
    "PUBLIC_URL": (
        "http://127.0.0.1:8501",
        "Address under which the world reaches this console: tracked links and hooks start with it",
    ),
    "CONSOLE_HOSTS": (
        "",
        "Names, separated by commas, of the console behind a proxy of yours that asks for a password",
    ),
    "TIMEZONE": ("UTC", "Zone of the workspace: days in filters, charts and exports are days there"),
    "REGION": ("US", "Country of phone numbers written without a country code"),
    "IN_FLIGHT": ("512", "Messages the engine hands to providers at the same time"),
    "SMS_PROVIDER": ("sandbox", "Who sends texts: sandbox or twilio"),
    "WHATSAPP_PROVIDER": ("sandbox", "Who sends WhatsApp messages: sandbox, twilio or meta"),
    "EMAIL_PROVIDER": ("sandbox", "Who sends emails: sandbox or sendgrid"),
    "SMS_PER_SECOND": ("", "Segments a second at most; empty: no limit for the sandbox, else 1"),
    "WHATSAPP_PER_SECOND": ("", "WhatsApp messages a second at most; empty: no limit for the sandbox, else 80"),
    "EMAIL_PER_SECOND": ("", "Emails a second at most; empty: no limit"),
    "TWILIO_ACCOUNT_SID": ("", "Twilio account (AC…)"),
    "TWILIO_AUTH_TOKEN": ("", "Its auth token: sends, and proves hooks"),
    "TWILIO_API_KEY": ("", "API key (SK…) to send with instead of the auth token"),
    "TWILIO_API_SECRET": ("", "Secret of that API key"),
    "TWILIO_WEBHOOK_KEY": ("", "SharedKey that hooks are signed with, where the account has one instead of its token"),
    "TWILIO_MESSAGING_SERVICE_SID": ("", "Messaging service (MG…) that texts go out by"),
    "TWILIO_SMS_FROM": (
        "",
        "Number that texts come from without a messaging service; a short code or a name needs one",
    ),
    "TWILIO_WHATSAPP_FROM": ("", "Number that WhatsApp messages by Twilio come from"),
    "TWILIO_BASE_URL": ("https://api.twilio.com", "Address of Twilio's API"),
    "SENDGRID_API_KEY": ("", "SendGrid key that may send mail"),
    "SENDGRID_FROM": ("", "Verified address that emails come from"),
    "EMAIL_REPLY_TO": ("", "Mailbox that answers to emails go to, read by somebody; empty: that of SENDGRID_FROM"),
    "SENDGRID_WEBHOOK_PUBLIC_KEY": (
        "",
        "Verification key of the signed event webhook; not needed where PUBLIC_URL is not public",
    ),
    "SENDGRID_BASE_URL": ("https://api.sendgrid.com", "Address of SendGrid's API"),
    "META_ACCESS_TOKEN": ("", "Access token of Meta's WhatsApp Cloud API"),
    "META_PHONE_NUMBER_ID": ("", "Meta's id of the sending number"),
    "META_APP_SECRET": ("", "Secret of the Meta app: proves hooks"),
    "META_VERIFY_TOKEN": ("", "Word of your choice that Meta repeats when the hook is set up"),
    "META_BASE_URL": ("https://graph.facebook.com/v23.0", "Address of Meta's API, with its version"),
    "SANDBOX_PACE": ("1", "How slowly the sandbox plays: 0 at once, 1 within minutes"),
    "SANDBOX_SECRET": ("sandbox", "Signs the sandbox's hooks"),
}


def load(environment: Mapping[str, str | None] | None = None) -> Settings:
    """Reads the settings; raises Unconfigured with all problems at once."""
    problems: list[str] = []
    if environment is None:
        kept, problems = read_env_file(ROOT / ".env", DEFAULTS)
        environment = {**kept, **os.environ}
    given = Environment(environment, {name: default for name, (default, _) in DEFAULTS.items()})
    settings = _settings(given)
    problems += [*given.problems, *laws.troubles()]
    if problems:
        raise Unconfigured("Askwell cannot start:\n" + "\n".join(f"- {problem}" for problem in problems))
    return settings


def _settings(given: Environment) -> Settings:
    providers = {
        channel: given.choice(f"{channel.upper()}_PROVIDER", list(PROVIDERS[channel])) for channel in PROVIDERS
    }
    if set(providers.values()) != {"sandbox"}:  # else nobody gets it
        given.own("BUSINESS_NAME", "REVIEW_URL")
    served = {name: {channel for channel, chosen in providers.items() if chosen == name} for name in providers.values()}
    return Settings(
        database=_database(given),
        business_name=given.text("BUSINESS_NAME"),
        business_address=given.text("BUSINESS_ADDRESS"),
        review_url=given.url("REVIEW_URL"),
        public_url=given.base_url("PUBLIC_URL"),
        console_hosts=given.hosts("CONSOLE_HOSTS"),
        timezone=given.zone("TIMEZONE"),
        region=given.region("REGION"),
        in_flight=int(given.number("IN_FLIGHT", low=1, high=5000)),
        providers=providers,
        per_second={channel: _pace(given, channel, provider) for channel, provider in providers.items()},
        twilio=_twilio(given, served.get("twilio", ())),
        sendgrid=_sendgrid(given, served.get("sendgrid", ())),
        meta=_meta(given, served.get("meta", ())),
        sandbox_pace=given.number("SANDBOX_PACE", low=0, high=1000),
        sandbox_secret=given.text("SANDBOX_SECRET"),
    )


def _twilio(given: Environment, channels: Collection[str]) -> TwilioSettings | None:
    service, number = "TWILIO_MESSAGING_SERVICE_SID", "TWILIO_SMS_FROM"
    senders = {
        "sms": given.shaped(service, "messaging service") or given.shaped(number, "phone"),
        "whatsapp": given.shaped("TWILIO_WHATSAPP_FROM", "phone"),
    }
    found = TwilioSettings(
        given.shaped("TWILIO_ACCOUNT_SID", "Twilio account"),
        given.shaped("TWILIO_AUTH_TOKEN", "secret"),
        given.shaped("TWILIO_API_KEY", "Twilio key"),
        given.shaped("TWILIO_API_SECRET", "secret"),
        given.shaped("TWILIO_WEBHOOK_KEY", "secret"),
        {channel: sender for channel, sender in senders.items() if sender},
        given.base_url("TWILIO_BASE_URL"),
    )
    needed = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    needed += [f"{service} or {number}"] if "sms" in channels else []
    needed += ["TWILIO_WHATSAPP_FROM"] if "whatsapp" in channels else []
    if bool(found.api_key) is not bool(found.api_secret):
        needed += ["TWILIO_API_KEY", "TWILIO_API_SECRET"]
    return found if given.complete("twilio", needed, chosen=bool(channels)) else None


def _sendgrid(given: Environment, channels: Collection[str]) -> SendGridSettings | None:
    found = SendGridSettings(
        given.shaped("SENDGRID_API_KEY", "secret"),
        given.email("SENDGRID_FROM"),
        given.public_key("SENDGRID_WEBHOOK_PUBLIC_KEY"),
        given.base_url("SENDGRID_BASE_URL"),
        given.email("EMAIL_REPLY_TO"),
    )
    needed = ["SENDGRID_API_KEY", "SENDGRID_FROM"]
    needed += ["SENDGRID_WEBHOOK_PUBLIC_KEY"] if is_public(given.text("PUBLIC_URL")) else []  # else no hook comes
    return found if given.complete("sendgrid", needed, chosen=bool(channels)) else None


def _meta(given: Environment, channels: Collection[str]) -> MetaSettings | None:
    found = MetaSettings(
        given.shaped("META_ACCESS_TOKEN", "secret"),
        given.shaped("META_PHONE_NUMBER_ID", "number id"),
        given.shaped("META_APP_SECRET", "secret"),
        given.text("META_VERIFY_TOKEN"),
        given.base_url("META_BASE_URL"),
    )
    needed = ["META_ACCESS_TOKEN", "META_PHONE_NUMBER_ID", "META_APP_SECRET", "META_VERIFY_TOKEN"]
    return found if given.complete("meta", needed, chosen=bool(channels)) else None


def _pace(given: Environment, channel: str, provider: str) -> float | None:
    name = f"{channel.upper()}_PER_SECOND"
    return given.number(name, low=0.01, high=10_000) if given.text(name) else PROVIDERS[channel].get(provider)


def _database(given: Environment) -> str:
    """Relative paths count from the project, wherever it was started from."""
    text = given.text("DATABASE")
    if is_postgresql(text):
        return given.postgresql("DATABASE")
    if re.match(r"[A-Za-z][\w+.-]+:/|\w+=\S+ ", text):  # as a file, its name would tell the password
        given.problems.append("DATABASE must be the path of a DuckDB file, or an address that starts postgresql://.")
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # ~ and a name
        given.problems.append("DATABASE names the home folder of somebody who is not known here.")
        path = Path(text)
    return str((ROOT / path).resolve())  # by whatever name: its locks stand beside the file itself
