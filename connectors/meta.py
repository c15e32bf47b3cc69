"""WhatsApp by Meta's Cloud API."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp

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
    Report,
)
from connectors.http import Answer, call, timeouts
from connectors.incoming import moment, plain, read_json

API = "https://graph.facebook.com/v23.0"
REFERENCE = "biz_opaque_callback_data"
SIGNATURE = "X-Hub-Signature-256"
_WORDS = {"sent": "accepted", "delivered": "delivered", "read": "read", "played": "read"}


class Meta:
    """See contract.Connector. `number_id` is Meta's id of the sender's phone number, `secret` the app's secret."""

    name = "meta"
    channels = frozenset({"whatsapp"})

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: str,
        number_id: str,
        secret: str,
        clock: Callable[[], datetime],
        *,
        api: str = API,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._session, self._url, self._clock = session, f"{api}/{number_id}/messages", clock
        self._headers = {"Authorization": f"Bearer {token}"}
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
        )
        if not isinstance(answer, Answer):
            return answer
        if not answer.good:
            error = answer.data.get("error")
            code, said = _trouble(error if isinstance(error, dict) else {})
            return table(self.name).outcome(code or str(answer.status), said, answer.status)
        match answer.data.get("messages"):
            case [{"id": str(wamid)}, *_] if plain(wamid):
                return Accepted(plain(wamid))
            case _:
                return NoAnswer("Meta's answer could not be read")

    def reports(self, hook: Hook) -> list[Report]:
        """What the hook's statuses say of our messages; all else that Meta tells is passed over."""
        mine = "sha256=" + hmac.new(self._secret, hook.body.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mine.encode(), hook.header(SIGNATURE).encode(errors="surrogatepass")):
            raise Forged
        return [report for status in _statuses(read_json(hook.body)) for report in _reports(status)]

    async def lookup(self, message: Message) -> Lookup:  # noqa: ARG002 - nobody to ask
        """Cannot be asked: Meta finds a message by its own id only, and that is what was lost."""
        return CannotTell()


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


def _statuses(data: Any) -> Iterator[Mapping[str, Any]]:
    for entry in data["entry"]:
        for change in entry.get("changes", []):
            yield from change["value"].get("statuses", [])


def _reports(status: Mapping[str, Any]) -> list[Report]:
    reference, kind = status.get(REFERENCE), status.get("status")
    if not isinstance(reference, str) or not reference or not isinstance(kind, str):
        return []  # of another system that sends by the same number
    wamid, happened_at = plain(status["id"]), moment(status["timestamp"])
    if kind == "failed":
        code, said = _trouble(next(iter(status.get("errors", [])), {}))
        return [table(Meta.name).report(code or kind, said, reference, happened_at, f"{kind} {wamid}", wamid)]
    word = _WORDS.get(kind)
    return [Report(reference, word, happened_at, f"{kind} {wamid}", provider_id=wamid)] if word else []


def _trouble(error: Mapping[str, Any]) -> tuple[str, str]:
    """Meta asks to decide by the code alone; what it says is for people."""
    details = error.get("error_data")
    said = details.get("details") if isinstance(details, dict) else None
    code = error.get("code")
    return "" if code is None else str(code), str(said or error.get("message") or error.get("title") or "")
