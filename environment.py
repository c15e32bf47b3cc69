"""Reads single values out of the environment, and remembers all that is wrong with them; no problem shows a secret."""

import ipaddress
import re
from base64 import b64decode
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
import phonenumbers
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from email_validator import EmailNotValidError, validate_email

_SHAPES = {  # what a provider's ids look like: pattern, in words
    "Twilio account": (r"AC[0-9a-fA-F]{32}", "AC and 32 hexadecimal digits"),
    "Twilio key": (r"SK[0-9a-fA-F]{32}", "SK and 32 hexadecimal digits"),
    "messaging service": (r"MG[0-9a-fA-F]{32}", "MG and 32 hexadecimal digits"),
    "phone": (r"\+[1-9][0-9]{6,14}", "a phone number with its country code, such as +12025550123"),
    "number id": (r"[0-9]{5,20}", "Meta's id of the number, digits only"),
    "secret": (r"[!-~]+", "one word of plain letters, digits and signs"),
}
_CLOSE = 0.8  # of 1: so much alike are a setting and its name misspelt
_LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"


class Environment:
    """The values given, the defaults where none are; `problems` are sentences for a person."""

    def __init__(self, given: Mapping[str, str | None], defaults: Mapping[str, str]) -> None:
        self._defaults = defaults
        self._values = {name: (given.get(name) or "").strip() or default for name, default in defaults.items()}
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self._values[name]

    def url(self, name: str) -> str:
        """A web address, its host in ASCII as the world calls it."""
        value = self._values[name]
        if "@" in re.split(r"[/?#]", value.partition("://")[2], maxsplit=1)[0]:
            self.problems.append(f"{name} must be a web address without a user or password: it goes to everybody.")
        elif not re.fullmatch(r"https?://[^\s/?#]+\S*", value) or not (host := _host(value)):
            shown = "" if "@" in value else f", not {value!r}"
            self.problems.append(f"{name} must be a web address starting with http:// or https://{shown}.")
        elif not host.isascii():
            return value.replace(host, host_name(host), 1)
        return value

    def base_url(self, name: str) -> str:
        """A web address to which paths are added."""
        value = self.url(name)
        if "?" in value or "#" in value:
            self.problems.append(f"{name} must be an address to which paths can be added: without ? and #.")
        return value.rstrip("/")

    def hosts(self, name: str) -> tuple[str, ...]:
        """Names of machines, separated by commas, as a browser asks for them."""
        given = [one.strip() for one in self._values[name].split(",") if one.strip()]
        if not all(map(host_name, given)):
            self.problems.append(f"{name} must be names such as console.example.com, without http:// and port.")
        return tuple(map(host_name, given))

    def postgresql(self, name: str) -> str:
        """The address of a PostgreSQL database. One whose password is read as its host would be told in the log."""
        if not _is_readable(self._values[name]):
            self.problems.append(
                f"{name} cannot be read as postgresql://user:password@host/name. In the password write"
                " % as %25, @ as %40, : as %3A, / as %2F, # as %23, ? as %3F and a space as %20."
            )
        return self._values[name]

    def zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(self._values[name])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(f"{name} {self._values[name]!r} is not a zone such as Europe/Berlin.")
            return ZoneInfo("UTC")

    def region(self, name: str) -> str:
        value = self._values[name].upper()
        if value not in phonenumbers.SUPPORTED_REGIONS:
            self.problems.append(f"{name} {value!r} is not a country code of two letters such as US or DE.")
        return value

    def number(self, name: str, *, low: float, high: float) -> float:
        try:
            number = float(self._values[name])
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            self.problems.append(f"{name} must be a number from {low:g} to {high:g}, not {self._values[name]!r}.")
            return low
        return number

    def choice(self, name: str, options: Sequence[str]) -> str:
        value = self._values[name].lower()
        if value not in options:
            self.problems.append(f"{name} must be {' or '.join(options)}, not {self._values[name]!r}.")
            return options[0]
        return value

    def email(self, name: str) -> str:
        """An email address; empty where none is given."""
        value = self._values[name]
        try:
            return (
                value
                and validate_email(
                    value, check_deliverability=False, allow_smtputf8=False, test_environment=True
                ).normalized
            )
        except EmailNotValidError:
            self.problems.append(f"{name} must be one email address.")
            return ""

    def shaped(self, name: str, shape: str) -> str:
        """A value of one of the _SHAPES; empty where none is given."""
        pattern, words = _SHAPES[shape]
        value = self._values[name]
        if value and not re.fullmatch(pattern, value):
            self.problems.append(f"{name} must be {words}.")
        return value

    def public_key(self, name: str) -> str:
        """A public key for signatures on an elliptic curve, DER in base64; empty where none is given."""
        value = self._values[name]
        try:
            if value and not isinstance(load_der_public_key(b64decode(value, validate=True)), EllipticCurvePublicKey):
                raise ValueError("another kind of key")
        except (ValueError, UnsupportedAlgorithm):
            self.problems.append(f"{name} must be the verification key as SendGrid shows it: one long line in base64.")
        return value

    def own(self, *names: str) -> None:
        """A default that customers would get is a problem."""
        if left := [name for name in names if self._values[name] == self._defaults[name]]:
            shown = " and ".join(f"“{self._defaults[name]}”" for name in left)
            self.problems.append(f"Set {' and '.join(left)}: customers would get {shown}.")

    def complete(self, provider: str, names: Sequence[str], *, chosen: bool) -> bool:
        """Whether all `names` are given ("A or B": one of them); what is missing of a chosen provider is a problem."""
        missing = [name for name in names if not any(self._values[one] for one in name.split(" or "))]
        if missing and chosen:
            self.problems.append(f"{provider} is chosen, but these are missing: {', '.join(missing)}.")
        return not missing


def read_env_file(path: Path, known: Collection[str]) -> tuple[dict[str, str | None], list[str]]:
    """The values of a file of settings, where there is one, and its problems; other programs' names may stand there."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows' editors put a mark in front
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [f"{path.name} must be saved as UTF-8 text."]
    except OSError as trouble:
        return {}, [f"{path.name} cannot be read: {trouble.strerror}."]
    lines = list(parse_stream(StringIO(text)))
    wrong = [one for one in lines if one.error or (one.key and one.value is None)]
    problems = [f"Line {_line(one)} of {path.name} cannot be read: it must be NAME=value." for one in wrong]
    for name in dict.fromkeys(one.key for one in lines if one.key and one not in wrong):
        close = () if name in known else get_close_matches(name.upper(), known, n=2, cutoff=_CLOSE)
        problems += [f"{name} in {path.name} is no setting. Is {' or '.join(close)} meant?"] if close else []
    return dotenv_values(stream=StringIO("".join(one.original.string for one in lines if one not in wrong))), problems


def _line(one: Binding) -> int:
    text = one.original.string
    return one.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def host_name(text: str) -> str:
    """A name or number of a machine as browsers send it, in small ASCII letters; empty where `text` is none."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    try:
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        return ""
    return name.rstrip(".") if re.fullmatch(rf"{_LABEL}(\.{_LABEL})*\.?", name) else ""


def _host(url: str) -> str:
    """The host as it is written there; empty where it is none, or where its port is none."""
    try:
        parts = urlsplit(url)
        bare = parts.netloc.removesuffix("" if parts.port is None else f":{parts.netloc.rpartition(':')[2]}")
    except ValueError:
        return ""
    return bare if parts.port != 0 and host_name(bare.removeprefix("[").removesuffix("]")) else ""


def _is_readable(address: str) -> bool:
    from psycopg import ProgrammingError  # needs a while to load, and whoever has a file needs none of it
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(address)
    except ProgrammingError:
        return False
    place = f"{parts.get('host', '')} {parts.get('dbname', '')}"
    return "@" not in place and re.fullmatch(r"[0-9,]*", str(parts.get("port", ""))) is not None
