"""WhatsApp by Meta's Cloud API."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp

from connectors import meta_check
from connectors.codes import table
from connectors.contract import (
    Accepted,
    CannotTell,
    Forged,
    Hook,
    Lookup,
    Message,
    NoAnswer,
    Outcome,
    Reply,
    Report,
    TryLater,
)
from connectors.findings import Finding
from connectors.http import Answer, call, timeouts, wait
from connectors.incoming import LETTER, hidden, legible, moment, plain, read_json, wordless
from connectors.keywords import Keyword, keyword
from connectors.numbers import heard
from connectors.questions import Questions

PATH = "/hooks/meta"
REFERENCE = "biz_opaque_callback_data"
SIGNATURE = "X-Hub-Signature-256"
_NUMBER = re.compile(r"[1-9][0-9]{6,14}")
_CAPTIONED = dict.fromkeys(("image", "video", "document"), "caption")
_TEXTS = {"text": "body", "button": "text", "interactive": "title", **_CAPTIONED}
_NO_ANSWERS = ("reaction", "system", "request_welcome")
_WORDS = {"sent": "accepted", "delivered": "delivered", "read": "read", "played": "read"}


class Meta:
    """See contract.Connector. `number_id` is Meta's id of the sender's phone number, `secret` the app's secret.

    Without a `number_id` hooks about any number are read.
    """

    name = "meta"
    channels = frozenset({"whatsapp"})
    signature_headers = (SIGNATURE,)

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: str,
        number_id: str,
        secret: str,
        clock: Callable[[], datetime],
        *,
        api: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._session, self._url, self._clock = session, f"{api}/{number_id}/messages", clock
        self._number_id, self._number_url = number_id, f"{api}/{number_id}"
        self._token, self._headers = token.encode(), {"Authorization": f"Bearer {token}"}
        self._secret, self._timeout = secret.encode(), timeout or timeouts()

    async def send(self, message: Message) -> Outcome:
        answer = await call(
            self._session,
            "POST",
            self._url,
            self._clock,
            self._timeout,
            json=_payload(message),
            headers=self._headers,
            decides=_is_told,
        )
        if not isinstance(answer, Answer):
            return answer
        if not answer.good:
            return _refused(answer, self._clock())
        match answer.data.get("messages"):
            case [{"id": str(wamid), **more}, *_] if plain(wamid):
                return _accepted(plain(wamid), more.get("message_status"))
            case _:
                return NoAnswer("Meta's answer could not be read")

    def verify(self, hook: Hook) -> None:
        mine = "sha256=" + hmac.new(self._secret, hook.body.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mine.encode(), hook.header(SIGNATURE).encode(errors="surrogatepass")):
            raise Forged

    def reports(self, hook: Hook) -> list[Report | Reply]:
        """What statuses say of our messages and what people say to our number; all else is passed over."""
        changes = legible(lambda entry: _listed(entry, "changes"), read_json(hook.body)["entry"])
        return legible(lambda part: part[0](part[1]), legible(self._parts, changes))

    def _parts(self, change: Mapping[str, Any]) -> list[tuple[Callable[[Any], list[Any]], Any]]:
        """What one change tells, each with the function that reads it."""
        value = change["value"]
        parts = [(_reports, status) for status in _listed(value, "statuses")]
        to = value.get("metadata")
        if not self._number_id or (isinstance(to, dict) and to.get("phone_number_id") == self._number_id):
            parts += [(_replies, message) for message in _listed(value, "messages")]
            parts += [(_preferences, wish) for wish in _listed(value, "user_preferences")]
        return parts

    async def lookup(self, message: Message) -> Lookup:  # noqa: ARG002 - nobody to ask
        """Cannot be asked: Meta finds a message by its own id only, and that is what was lost."""
        return CannotTell()

    async def check(self, public_url: str) -> list[Finding]:
        ask = Questions(self._session, self._clock, self._timeout, self._headers)
        proof = hmac.new(self._secret, self._token, hashlib.sha256).hexdigest()
        return [*await meta_check.findings(ask, self._number_url, proof, public_url + PATH), *ask.clocks()]


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """The answer to Meta's GET, by which it makes sure that the hook's address is ours; None: answer 403."""
    given = query.get("hub.verify_token", "").encode(errors="surrogatepass")
    if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, verify_token.encode()):
        return None
    return query.get("hub.challenge")


def _payload(message: Message) -> dict[str, Any]:
    content = {"type": "text", "text": {"preview_url": True, "body": message.body}}
    if message.content_id is not None:
        content = {"type": "template", "template": _template(message)}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.address,
        REFERENCE: message.reference,
        **content,
    }


def _template(message: Message) -> dict[str, Any]:
    template: dict[str, Any] = {
        "name": message.content_id,
        "language": {"policy": "deterministic", "code": message.language or "en"},
    }
    if message.variables:
        template["components"] = [{"type": "body", "parameters": _parameters(message.variables)}]
    return template


def _parameters(variables: Mapping[str, str]) -> list[dict[str, str]]:
    """Numbered variables go by their order, others by their names."""
    if all(name.isdecimal() for name in variables):
        return [{"type": "text", "text": variables[name]} for name in sorted(variables, key=int)]
    return [{"type": "text", "parameter_name": name, "text": text} for name, text in variables.items()]


def _listed(holder: Mapping[str, Any], name: str) -> list[Any]:
    """What stands there; what is no list is one odd thing."""
    found = holder.get(name, [])
    return found if isinstance(found, list) else [found]


def _replies(message: Mapping[str, Any]) -> list[Reply]:
    """What they say. Who hides their number is known by the message they answer, if they do."""
    kind, sender, context = message.get("type"), plain(message.get("from")), message.get("context")
    about = plain(context.get("id")) if isinstance(context, dict) else ""
    known = _NUMBER.fullmatch(sender)
    if not isinstance(kind, str) or kind in _NO_ANSWERS or not (known or about):
        return []
    text = plain(_text(kind, message), LETTER)
    wamid, happened_at = plain(message["id"]), moment(message["timestamp"])
    said = Reply("whatsapp", f"+{sender}", text or wordless(kind), happened_at, f"reply {hidden(wamid)}", keyword(text))
    return heard(said) if known else [replace(said, address="", about=about)]


def _text(kind: str, message: Mapping[str, Any]) -> object:
    """The words of a text, on a button, in a list, or below a picture."""
    if kind not in _TEXTS:
        return ""
    content = message[kind]
    return (content[content["type"]] if kind == "interactive" else content).get(_TEXTS[kind])


def _preferences(wish: Mapping[str, Any]) -> list[Reply]:
    """WhatsApp's own button against marketing messages counts as a stop; no button of it takes a stop back."""
    person = plain(wish.get("wa_id"))
    if wish.get("value") != "stop" or not _NUMBER.fullmatch(person):
        return []
    happened_at, said = moment(wish["timestamp"]), plain(wish.get("detail")) or "Stopped marketing messages"
    key = f"wish {hidden(person)} {happened_at.isoformat()}"
    return heard(Reply("whatsapp", f"+{person}", said, happened_at, key, Keyword.STOP))


def _reports(status: Mapping[str, Any]) -> list[Report]:
    reference, kind = status.get(REFERENCE), status.get("status")
    wamid = plain(status["id"])
    if not isinstance(reference, str):
        reference = ""  # Meta's own name has to tell whether it is ours: others may send by the same number
    if not (reference or wamid) or not isinstance(kind, str):
        return []
    happened_at, key = moment(status["timestamp"]), f"{kind} {hidden(wamid)}"
    if kind == "failed":
        code, said = _trouble(next(iter(status.get("errors", [])), {}))
        return [table(Meta.name).report(code or kind, said, reference, happened_at, key, wamid)]
    word = _WORDS.get(kind)
    return [Report(reference, word, happened_at, key, provider_id=wamid)] if word else []


def _is_told(data: Mapping[str, Any]) -> bool:
    """Meta asks to decide by the code, not by the HTTP status; one that nobody knows leaves it to the status."""
    return _error(data)[0] in table(Meta.name)


def _accepted(wamid: str, status: object) -> Accepted:
    """What Meta has is not always on its way."""
    codes = table(Meta.name)
    if not isinstance(status, str) or status not in codes:
        return Accepted(wamid)
    held = codes.meaning(status)
    return Accepted(wamid, held.code, held.words, held.kind == "HA")


def _refused(answer: Answer, now: datetime) -> Outcome:
    code, said = _error(answer.data)
    outcome = table(Meta.name).outcome(code or str(answer.status), said, answer.status)
    if isinstance(outcome, TryLater) and "Retry-After" in answer.headers:
        return replace(outcome, after=max(outcome.after, wait(answer.headers, now)))
    return outcome


def _error(data: Mapping[str, Any]) -> tuple[str, str]:
    error = data.get("error")
    return _trouble(error if isinstance(error, dict) else {})


def _trouble(error: Mapping[str, Any]) -> tuple[str, str]:
    """Meta asks to decide by the code alone; what it says is for people."""
    details = error.get("error_data")
    said = details.get("details") if isinstance(details, dict) else None
    code = error.get("code")
    return "" if code is None else str(code), str(said or error.get("message") or error.get("title") or "")
