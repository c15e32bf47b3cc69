"""Every setting, read once from the environment or `.env`; the README's table is this file's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from dotenv import dotenv_values

ROOT = Path(__file__).parent


class Unconfigured(Exception):
    """Settings that cannot be used; the message lists every problem, one a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; DEFAULTS where it says nothing."""

    database: str
    business_name: str
    review_url: str
    public_url: str
    timezone: ZoneInfo
    region: str
    in_flight: int
    sandbox_pace: float
    sandbox_secret: str


DEFAULTS: dict[str, tuple[str, str]] = {  # name: (default, what it is)
    "DATABASE": ("data/askwell.duckdb", "Path of the DuckDB file, or a postgresql:// address"),
    "BUSINESS_NAME": ("Our business", "Your name as customers know it: {business} in templates"),
    "REVIEW_URL": ("https://example.com/review", "Where customers leave their review"),
    "PUBLIC_URL": (
        "http://127.0.0.1:8501",
        "Address under which the world reaches this console: tracked links start with it",
    ),
    "TIMEZONE": ("UTC", "Zone of the workspace: days in filters, charts and exports are days there"),
    "REGION": ("US", "Country of phone numbers written without a country code"),
    "IN_FLIGHT": ("512", "Messages the engine hands to providers at the same time"),
    "SANDBOX_PACE": ("1", "How slowly the sandbox plays: 0 at once, 1 within minutes"),
    "SANDBOX_SECRET": ("sandbox", "Signs the sandbox's hooks"),
}


def load(environment: Mapping[str, str | None] | None = None) -> Settings:
    """Reads the settings; raises Unconfigured with all problems at once."""
    if environment is None:
        environment = {**dotenv_values(ROOT / ".env"), **os.environ}
    values = {name: environment.get(name) or default for name, (default, _) in DEFAULTS.items()}
    problems: list[str] = []
    settings = Settings(
        database=_database(values["DATABASE"]),
        business_name=values["BUSINESS_NAME"],
        review_url=_url("REVIEW_URL", values, problems),
        public_url=_url("PUBLIC_URL", values, problems).rstrip("/"),
        timezone=_zone(values["TIMEZONE"], problems),
        region=_region(values["REGION"], problems),
        in_flight=int(_number("IN_FLIGHT", values, problems, low=1, high=5000)),
        sandbox_pace=_number("SANDBOX_PACE", values, problems, low=0, high=1000),
        sandbox_secret=values["SANDBOX_SECRET"],
    )
    if problems:
        raise Unconfigured("Askwell cannot start:\n" + "\n".join(f"- {problem}" for problem in problems))
    return settings


def _database(text: str) -> str:
    """Relative paths count from the project, wherever it was started from."""
    return text if "://" in text else str((ROOT / text).absolute())


def _url(name: str, values: Mapping[str, str], problems: list[str]) -> str:
    if not values[name].startswith(("http://", "https://")):
        problems.append(f"{name} must be a web address starting with http:// or https://, not {values[name]!r}.")
    return values[name]


def _zone(text: str, problems: list[str]) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(f"TIMEZONE {text!r} is not a zone such as Europe/Berlin or America/New_York.")
        return ZoneInfo("UTC")


def _region(text: str, problems: list[str]) -> str:
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        problems.append(f"REGION {text!r} is not a country code of two letters such as US or DE.")
    return text.upper()


def _number(name: str, values: Mapping[str, str], problems: list[str], *, low: float, high: float) -> float:
    try:
        number = float(values[name])
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        problems.append(f"{name} must be a number from {low:g} to {high:g}, not {values[name]!r}.")
    return number
