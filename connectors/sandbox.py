"""A provider that sends nothing: it plays SMS, email and WhatsApp with realistic delays, outcomes and signed hooks.

What becomes of a message is drawn by lot from its reference, so that the same message always fares the same; addresses
in MAGIC decide it themselves. Its ledger file is its memory, as a real provider has one: an engine that died can ask.
"""

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from connectors.contract import (
    Accepted,
    CannotTell,
    Fault,
    Forged,
    Found,
    Hook,
    Lookup,
    Message,
    NoAnswer,
    NotFound,
    Outcome,
    Refused,
    Reply,
    Report,
    Scope,
    TryLater,
)
from connectors.findings import CheckStatus, Finding

URL = "sandbox:/hooks/sandbox"
SIGNATURE = "x-sandbox-signature"

# The last seven digits of a phone, or the part of an email before the @, that decide the outcome.
MAGIC = {
    "5550100": "delivered",
    "5550101": "undelivered",
    "5550102": "failed",
    "5550103": "refused",
    "5550104": "busy",
    "5550105": "silent",
    "5550106": "responded",
}
MAGIC_EMAIL = {f"{outcome}@example.com": outcome for outcome in MAGIC.values()}

# Per channel: chance of arriving at all, of being seen, of a click once delivered, of a response once clicked.
ODDS = {"sms": (0.96, 0.0, 0.30, 0.62), "email": (0.94, 0.46, 0.13, 0.55), "whatsapp": (0.93, 0.78, 0.27, 0.60)}
CONTENT_TROUBLE = 0.2  # share of the messages that do not arrive whose content is the reason

_CODES = {
    "sms": (("30006", "Landline or unreachable carrier"), ("30007", "The carrier filtered the text as spam")),
    "email": (("550", "The mailbox does not exist"), ("554", "The mailbox host rejected the content")),
    "whatsapp": (("63003", "The number is not on WhatsApp"), ("63027", "The template does not exist in this language")),
}

Mailbox = Callable[[Hook, datetime], None]
"""Takes a hook and the time from which it may be read."""


class Sandbox:
    """See contract.Connector. `pace` stretches the delays: 0 answers and reports at once, 1 within minutes."""

    name = "sandbox"
    channels = frozenset({"sms", "email", "whatsapp"})
    signature_headers = (SIGNATURE,)

    def __init__(
        self,
        secret: str,
        mailbox: Mailbox,
        ledger: Path,
        clock: Callable[[], datetime],
        *,
        pace: float = 1.0,
        seed: int = 7,
    ) -> None:
        self._secret, self._mailbox, self._clock = secret.encode(), mailbox, clock
        self._pace, self._seed = pace, seed
        self._path = ledger
        self._ledger: TextIO | None = None
        self._known: set[str] | None = None

    async def send(self, message: Message) -> Outcome:
        lot = self._lot(message.reference)
        if self._pace:
            await asyncio.sleep(lot.uniform(0.05, 0.4) * min(self._pace, 1))
        fate = _magic(message.address) or ""
        if fate == "refused":
            return Refused(Fault.UNDELIVERED, "21211", "The address is not valid")
        if fate == "busy":
            return TryLater(timedelta(seconds=30), Scope.MESSAGE, "The provider is busy")
        try:
            ledger = self._opened()
        except OSError as trouble:
            return TryLater(
                timedelta(minutes=1), Scope.CHANNEL, f"The sandbox cannot write {self._path}: {trouble.strerror}"
            )
        self._remember(ledger, message.reference)
        if fate == "silent":
            return NoAnswer("The connection was cut after the message was handed over")
        self._report(message, lot)
        return self._accepted(message)

    def verify(self, hook: Hook) -> None:
        if not hmac.compare_digest(self._sign(hook.body).encode(), hook.header(SIGNATURE).encode(errors="replace")):
            raise Forged

    def reports(self, hook: Hook) -> list[Report | Reply]:
        return [
            Report(
                one["reference"],
                one["event"],
                datetime.fromtimestamp(one["time"], UTC),
                one["key"],
                one.get("code"),
                one.get("reason"),
                never_arrived=one["event"] in ("undelivered", "failed"),
            )
            for one in json.loads(hook.body)
        ]

    async def lookup(self, message: Message) -> Lookup:
        if _magic(message.address) == "silent":
            return CannotTell()
        if self._known is None:
            try:
                self._known = set(self._path.read_text().split())
            except FileNotFoundError:
                self._known = set()
            except OSError:
                return CannotTell()
        if message.reference not in self._known:
            return NotFound()
        self._report(message, self._lot(message.reference))
        return Found(self._accepted(message).provider_id)

    async def check(self, public_url: str) -> list[Finding]:  # noqa: ARG002 - its hooks need no address
        return [Finding(CheckStatus.OK, "Nothing leaves this machine.")]

    def close(self) -> None:
        if self._ledger:
            self._ledger.close()

    def _lot(self, reference: str) -> random.Random:
        return random.Random(f"{self._seed} {reference}")

    def _accepted(self, message: Message) -> Accepted:
        return Accepted("SB" + hashlib.sha256(message.reference.encode()).hexdigest()[:20])

    def _opened(self) -> TextIO:
        """The ledger, made when it is first needed: who sends nothing by the sandbox has none."""
        if self._ledger is None:
            self._ledger = self._path.open("a", buffering=1)
        return self._ledger

    def _remember(self, ledger: TextIO, reference: str) -> None:
        ledger.write(reference + "\n")
        if self._known is not None:
            self._known.add(reference)

    def _report(self, message: Message, lot: random.Random) -> None:
        """Puts every hook that will come into the mailbox, each with its time; those of one moment travel together."""
        now = self._clock()
        by_time: dict[datetime, list[dict[str, object]]] = {}
        for event, delay, extra in _course(message, lot):
            when = now + timedelta(seconds=delay * self._pace)
            report: dict[str, object] = {
                "reference": message.reference,
                "event": event,
                "time": when.timestamp(),
                "key": event,
                **extra,
            }
            by_time.setdefault(when, []).append(report)
        for when, together in by_time.items():
            body = json.dumps(together)
            self._mailbox(Hook(URL, {SIGNATURE: self._sign(body)}, body), when)

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _magic(address: str) -> str | None:
    return MAGIC_EMAIL.get(address) or (MAGIC.get(address[-7:]) if address.startswith("+") else None)


def _course(message: Message, lot: random.Random) -> Iterable[tuple[str, float, dict[str, str]]]:
    """The events of a message's life after it was accepted, with seconds since then."""
    arrives, sees, clicks, responds = ODDS[message.channel]
    fate = _magic(message.address)
    time = lot.uniform(1, 6)
    if fate in ("undelivered", "failed") or (not fate and lot.random() > arrives):
        content = fate == "failed" or (not fate and lot.random() < CONTENT_TROUBLE)
        code, reason = _CODES[message.channel][content]
        yield ("failed" if content else "undelivered"), time, {"code": code, "reason": reason}
        return
    yield "delivered", time, {}
    if fate == "delivered":
        return
    if fate == "responded" or lot.random() < sees:
        time += lot.expovariate(1 / 25)
        if message.channel != "sms":
            yield ("opened" if message.channel == "email" else "read"), time, {}
    if fate == "responded" or lot.random() < clicks:
        time += lot.expovariate(1 / 40)
        yield "clicked", time, {}
        if fate == "responded" or lot.random() < responds:
            yield "responded", time + lot.expovariate(1 / 30), {}
