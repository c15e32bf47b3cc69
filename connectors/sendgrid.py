"""Email by SendGrid: one mail per call, so that one doubtful answer never concerns more than one person."""

import html
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import (
    ClickTracking,
    CustomArg,
    From,
    Header,
    Mail,
    OpenTracking,
    ReplyTo,
    To,
    TrackingSettings,
)
from sendgrid.helpers.mail.exceptions import ApiKeyIncludedException

from connectors import sendgrid_check, sendgrid_poll
from connectors.codes import table
from connectors.contract import (
    Accepted,
    CannotTell,
    Fault,
    Forged,
    Hook,
    Lookup,
    Message,
    NoAnswer,
    Outcome,
    Page,
    Refused,
    Reply,
    Report,
    TryLater,
)
from connectors.findings import Finding
from connectors.http import Answer, call, timeouts
from connectors.incoming import legible, moment, plain, read_json
from connectors.questions import Questions

PATH = "/hooks/sendgrid"
REFERENCE = "askwell_reference"  # events carry it at their top level, beside SendGrid's own names
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
REPEATED_FOR = timedelta(hours=25)  # SendGrid repeats a hook for 24 hours; whether it signs it anew is not documented
_AHEAD = timedelta(minutes=5)  # clocks differ
_WORDS = {
    "delivered": "delivered",
    "open": "opened",
    "click": "clicked",
    "spamreport": "complained",
    "unsubscribe": "opted_out",
    "group_unsubscribe": "opted_out",
}
# What the recipient once said to other mail of this account: told by the mail that was dropped for it.
_SAID_BEFORE = {"dropped Unsubscribed Address": "opted_out", "dropped Spam Reporting Address": "complained"}
_LINK = re.compile(r"https?://[^\s<>\"]*[A-Za-z0-9/=_-]")  # without what ends the sentence around it


class SendGrid:
    """See contract.Connector. `sender` is a verified address, `hook_key` the event webhook's public key (base64), or
    empty where no hook comes.

    Raises ValueError for a sender or a hook key that is none.
    """

    name = "sendgrid"
    channels = frozenset({"email"})
    signature_headers = (SIGNATURE, TIMESTAMP)

    def __init__(
        self,
        session: aiohttp.ClientSession,
        key: str,
        sender: str,
        hook_key: str,
        clock: Callable[[], datetime],
        *,
        sender_name: str | None = None,
        reply_to: str | None = None,
        api: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._session, self._url, self._clock = session, f"{api}/v3/mail/send", clock
        self._api, self._from, self._hook_key = api, sender, hook_key
        self._headers = {"Authorization": f"Bearer {key}"}
        self._sender, self._reply_to = From(sender, sender_name), reply_to and ReplyTo(reply_to)
        self._webhook, self._timeout = EventWebhook(hook_key) if hook_key else None, timeout or timeouts()

    async def send(self, message: Message) -> Outcome:
        mail = self._mail(message)
        if isinstance(mail, Refused):
            return mail
        answer = await call(
            self._session, "POST", self._url, self._clock, self._timeout, json=mail, headers=self._headers
        )
        if not isinstance(answer, Answer):
            return answer
        if not answer.good:
            field, said = _first_error(answer.data)
            codes = table(self.name)
            return codes.outcome(codes.longest(f"{answer.status} {field}".strip()), said, answer.status)
        mail_id = plain(answer.headers.get("X-Message-Id", ""))
        return Accepted(mail_id) if mail_id else NoAnswer("SendGrid's answer could not be read")

    def verify(self, hook: Hook) -> None:
        if not self._genuine(hook):
            raise Forged
        if not -_AHEAD <= (hook.received_at or self._clock()) - moment(hook.header(TIMESTAMP)) <= REPEATED_FOR:
            raise Forged("it is too old or ahead: check this machine's clock")

    def reports(self, hook: Hook) -> list[Report | Reply]:
        """What a hook's many events say of our messages; events of other mail on the same account are passed over."""
        events = read_json(hook.body)
        if not isinstance(events, list):
            raise ValueError("not a list of events")
        return [*legible(_reports, events)]

    async def lookup(self, message: Message) -> Lookup:  # noqa: ARG002 - nobody to ask
        """Cannot be asked: SendGrid's mail search is an extra that most accounts lack, and it lags behind.

        A message that did leave tells by its hooks, which carry our reference.
        """
        return CannotTell()

    async def poll(self, since: datetime) -> AsyncIterator[Page | TryLater]:
        said = await sendgrid_poll.poll(self._ask_for, since)
        yield said if isinstance(said, TryLater) else Page([*said], since)

    async def check(self, public_url: str) -> list[Finding]:
        ask = Questions(self._session, self._clock, self._timeout, self._headers)
        found = await sendgrid_check.findings(ask, self._api, self._from, self._hook_key, public_url + PATH)
        return [*found, *ask.clocks()]

    async def _ask_for(self, path: str, query: Mapping[str, str]) -> Answer | TryLater | NoAnswer:
        url = f"{self._api}{path}"
        return await call(self._session, "GET", url, self._clock, self._timeout, params=query, headers=self._headers)

    def _mail(self, message: Message) -> dict[str, Any] | Refused:
        try:
            to = To(message.address)
            if not to.email or to.email != message.address:
                return Refused(Fault.UNDELIVERED, "400 to", "The email address is not valid")
            mail = Mail(self._sender, to, message.subject, message.body, _html(message.body))
            mail.personalizations[0].add_custom_arg(CustomArg(REFERENCE, message.reference))
            # Links lead to our own page, which counts clicks itself: SendGrid must not rewrite them.
            mail.tracking_settings = TrackingSettings(ClickTracking(False, False), OpenTracking(True))
            if self._reply_to:
                mail.reply_to = self._reply_to
            if message.unsubscribe:
                mail.add_header(Header("List-Unsubscribe", f"<{message.unsubscribe}>"))
                mail.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            return mail.get()
        except (ValueError, KeyError, TypeError):
            return Refused(Fault.UNDELIVERED, "400 to", "The email address is not valid")
        except ApiKeyIncludedException:
            return Refused(Fault.FAILED, "key", "The text holds a SendGrid key", alert=True)

    def _genuine(self, hook: Hook) -> bool:
        signature, timestamp = hook.header(SIGNATURE), hook.header(TIMESTAMP)
        try:
            moment(timestamp)
            return bool(self._webhook and self._webhook.verify_signature(hook.body, signature, timestamp))
        except (ValueError, TypeError, OverflowError, OSError):  # what garbage raises on its way to the check
            return False


def _reports(event: Mapping[str, Any]) -> list[Report]:
    kind, reference = event.get("event"), event.get(REFERENCE)
    if not isinstance(reference, str):
        return []
    happened_at = moment(event["timestamp"])
    mail_id = plain(event.get("sg_message_id")).partition(".")[0] or None
    key = plain(event.get("sg_event_id")) or plain(f"{kind} {happened_at.isoformat()}")
    if kind in ("processed", "deferred"):  # SendGrid has it, and tries on by itself
        return [Report(reference, "accepted", happened_at, f"sendgrid accepted {mail_id}", provider_id=mail_id)]
    if kind in ("bounce", "dropped"):
        codes, said = table(SendGrid.name), str(event.get("reason") or "")
        first = "dropped" if kind == "dropped" else str(event.get("type") or "bounce")
        detail = said if kind == "dropped" else str(event.get("bounce_classification") or "")
        code = codes.longest(f"{first} {detail}".strip())
        trouble = codes.report(code, said, reference, happened_at, key, mail_id or "")
        if word := _SAID_BEFORE.get(code):
            return [trouble, Report(reference, word, happened_at, f"{key} {word}", suppress=True)]
        return [trouble]
    if not isinstance(kind, str) or kind not in _WORDS:
        return []
    word = "machine_opened" if kind == "open" and event.get("sg_machine_open") is True else _WORDS[kind]
    suppress = word in ("complained", "opted_out")
    return [Report(reference, word, happened_at, key, provider_id=mail_id, suppress=suppress)]


def _first_error(data: Mapping[str, Any]) -> tuple[str, str]:
    """The field that SendGrid complains about, by its first name (`to` for any recipient), and what it says."""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    field = str(first.get("field") or "")
    return "to" if ".to" in field else field, str(first.get("message") or "")


def _html(body: str) -> str:
    """The same text with links to click: only an HTML part can tell that it was opened."""
    parts, end = list[str](), 0
    for link in _LINK.finditer(body):
        url = html.escape(link[0])
        parts += [html.escape(body[end : link.start()]), f'<a href="{url}">{url}</a>']
        end = link.end()
    text = "".join([*parts, html.escape(body[end:])])
    return f'<div style="white-space: pre-line; font-family: sans-serif">{text}</div>'
