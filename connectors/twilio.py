"""SMS and WhatsApp by Twilio."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import aiohttp
from multidict import MultiDict
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from connectors import twilio_check, twilio_poll
from connectors.codes import table
from connectors.contract import (
    Accepted,
    CannotTell,
    Forged,
    Found,
    Hook,
    Lookup,
    Message,
    NoAnswer,
    Outcome,
    Page,
    Reply,
    Report,
    TryLater,
)
from connectors.findings import Finding
from connectors.http import Answer, call, form, timeouts
from connectors.incoming import plain
from connectors.questions import Questions
from connectors.reach import is_public
from connectors.twilio_words import NAME, TROUBLE, replies, reports

REFERENCE = "reference"
_NEWEST = 100  # messages to one number that are looked through
_SHORTEST_TOKEN = 6
_SHORTEST_VALID = 300  # seconds: with less, what leaves just before closing would be thrown away
_LONGEST_VALID = 36_000  # seconds that Twilio keeps a message waiting, and unless told otherwise does
_MOST_FIELDS = 500  # of a hook; Twilio sends some thirty
PATH, INBOUND = "/hooks/twilio", "/inbound"


@dataclass(frozen=True, slots=True)
class Account:
    """`key` and `secret` are an API key pair; without them the account's own `token` is used.

    Hooks are proven by `hook_key`, a SharedKey that Twilio signs with by SHA-256, and without one by the token.
    """

    sid: str
    token: str
    key: str | None = None
    secret: str | None = None
    hook_key: str | None = None

    @property
    def auth(self) -> str:
        return aiohttp.encode_basic_auth(self.key or self.sid, self.secret or self.token)

    @property
    def own_auth(self) -> str:
        """The account's own, whether or not a key is used for sending: hooks are signed with this token."""
        return aiohttp.encode_basic_auth(self.sid, self.token)


class Twilio:
    """See contract.Connector. `sender` is a number, or a messaging service (MG…) that has its own, for each channel.

    `hooks` is the public address that Twilio reports to; replies come to the same with INBOUND behind it. Twilio must
    call them exactly so: signatures depend on every letter. One that is not public is named to nobody: Twilio refuses
    each message that asks for reports there (21609).
    """

    name = NAME

    def __init__(
        self,
        session: aiohttp.ClientSession,
        account: Account,
        sender: Mapping[str, str],
        hooks: str,
        clock: Callable[[], datetime],
        *,
        api: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self.channels = frozenset(sender)
        self._session, self._account, self._sender = session, account, sender
        self._auth = account.auth
        self._hooks, self._clock, self._timeout = hooks, clock, timeout or timeouts()
        self._reached = is_public(hooks)
        self._validator = RequestValidator(account.hook_key or account.token)
        self._algorithm = HMAC_SHA256 if account.hook_key else HMAC_SHA1
        self.signature_headers = (SIGNATURE_HEADER, *([SIGNATURE_SETTINGS_HEADER] if account.hook_key else []))
        self._api, self._url = api, f"{api}/2010-04-01/Accounts/{account.sid}/Messages.json"

    async def send(self, message: Message) -> Outcome:
        answer = await self._call("POST", decides=_is_full, **form(self._fields(message)))
        if not isinstance(answer, Answer):
            return answer
        codes, said = table(self.name), _said(answer.data)
        if not answer.good:
            return codes.outcome(str(answer.data.get("code") or answer.status), said, answer.status)
        if answer.data.get("status") in TROUBLE and answer.data.get("error_code"):  # no hook tells the first status
            return codes.late(str(answer.data["error_code"]), said)
        sid = answer.data.get("sid")
        sid = plain(sid) if isinstance(sid, str) else ""
        return Accepted(sid) if sid else NoAnswer("Twilio's answer could not be read")

    def verify(self, hook: Hook) -> None:
        """Twilio signs a hook's form together with the address that it came in by."""
        if hook.url.partition("?")[0] not in (self._hooks, self._hooks + INBOUND):
            raise Forged
        try:
            # As the account is set up, whatever the hook says of itself.
            said = get_signature_algorithm(hook.header(SIGNATURE_SETTINGS_HEADER))
            genuine = said.upper() == self._algorithm and self._validator.validate(
                hook.url, _form(hook), hook.header(SIGNATURE_HEADER), self._algorithm
            )
        except (ValueError, TypeError) as trouble:  # what garbage raises
            raise Forged from trouble
        if not genuine:
            raise Forged

    def reports(self, hook: Hook) -> list[Report | Reply]:
        """A status callback's one report or a person's reply; nothing where the hook is neither.

        Twilio's hooks carry no time of their own: they happened when they were received.
        """
        form = _form(hook)
        happened_at = hook.received_at or self._clock()
        references = parse_qs(urlsplit(hook.url).query).get(REFERENCE)
        if not form.get("MessageStatus"):
            return [*replies(form, happened_at)]
        return [*reports(references[0], form, happened_at)] if references else []

    async def lookup(self, message: Message) -> Lookup:
        """Looks for the message's own link token among the newest messages to its number.

        Twilio does not store our reference, so only a text that holds the token proves anything. What is not listed may
        be listed later, or with its links shortened: it is never certain that Twilio did not get it.
        """
        token = message.reference.partition("-")[2]
        if len(token) < _SHORTEST_TOKEN or token not in message.body:
            return CannotTell()
        answer = await self._call("GET", params={"To": _address(message), "PageSize": str(_NEWEST)})
        listed = twilio_poll.listed(answer) or []
        found = [one for one in listed if self._is_ours(one, token, message)]
        return Found(found[0]["sid"]) if len(found) == 1 else CannotTell()

    def poll(self, since: datetime) -> AsyncIterator[Page | TryLater]:
        return twilio_poll.poll(self._ask_for, since, self._sender)

    async def check(self, public_url: str) -> list[Finding]:
        by_token, by_key = (
            Questions(self._session, self._clock, self._timeout, {"Authorization": auth})
            for auth in (self._account.own_auth, self._account.auth)
        )
        account = twilio_check.Place(self._api, self._account.sid, public_url + PATH + INBOUND)
        found = await twilio_check.findings(by_token, by_key if self._account.key else None, account, self._sender)
        return [*found, *by_token.clocks()]

    async def _ask_for(self, page: Mapping[str, str]) -> Answer | TryLater | NoAnswer:
        return await self._call("GET", params=page)

    async def _call(self, method: str, **request: Any) -> Answer | TryLater | NoAnswer:
        headers = {"Authorization": self._auth, **request.pop("headers", {})}
        return await call(self._session, method, self._url, self._clock, self._timeout, headers=headers, **request)

    def _fields(self, message: Message) -> dict[str, str]:
        sender = self._sender[message.channel]
        fields = {
            "To": _address(message),
            **({"MessagingServiceSid": sender} if sender.startswith("MG") else {"From": _of(message.channel, sender)}),
        }
        if self._reached:
            fields["StatusCallback"] = f"{self._hooks}?{urlencode({REFERENCE: message.reference})}"
        left = (message.until - self._clock()).total_seconds() if message.until else _LONGEST_VALID
        if message.channel == "sms" and left < _LONGEST_VALID:
            fields["ValidityPeriod"] = str(max(int(left), _SHORTEST_VALID))
        if message.content_id is None:
            return {**fields, "Body": message.body}
        variables = {"ContentVariables": json.dumps(dict(message.variables))} if message.variables else {}
        return {**fields, "ContentSid": message.content_id, **variables}

    def _is_ours(self, one: Any, token: str, message: Message) -> bool:
        if not isinstance(one, dict) or not isinstance(one.get("sid"), str):
            return False
        sender = self._sender[message.channel]
        senders = (one.get("messaging_service_sid"), one.get("from"))
        return (
            one.get("to") == _address(message)
            and (sender in senders or _of(message.channel, sender) in senders)
            and token in str(one.get("body", ""))
        )


def _said(data: Mapping[str, Any]) -> str:
    """What Twilio says of trouble, in its old form or in that of RFC 9457."""
    title, detail = data.get("title"), data.get("detail")
    return str(
        data.get("message") or data.get("error_message") or ": ".join(str(one) for one in (title, detail) if one)
    )


def _is_full(data: Mapping[str, Any]) -> bool:
    """A full queue empties far more slowly than a rate recovers, by whatever status Twilio says it."""
    return str(data.get("code")) == "21611"


def _form(hook: Hook) -> MultiDict[str]:
    return MultiDict(parse_qsl(hook.body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))


def _address(message: Message) -> str:
    return _of(message.channel, message.address)


def _of(channel: str, number: str) -> str:
    return f"whatsapp:{number}" if channel == "whatsapp" else number
