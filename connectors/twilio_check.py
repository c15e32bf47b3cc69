"""Looks at a Twilio account: its credentials, its senders, and whether replies come to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.findings import Finding
from connectors.http import Answer
from connectors.questions import Questions, failing, listed, ok, stranger, trouble, unknown
from connectors.reach import is_public

_CONSOLE = "in the Twilio console"
_POOL = (("PhoneNumbers", "phone_numbers"), ("ShortCodes", "short_codes"), ("AlphaSenders", "alpha_senders"))
_METHODS = {"inbound_request_url": "inbound_method", "sms_url": "sms_method", "callback_url": "callback_method"}


@dataclass(frozen=True, slots=True)
class Place:
    """An account at an API, and where replies should come."""

    api: str
    account_sid: str
    inbound: str

    @property
    def account(self) -> str:
        return f"{self.api}/2010-04-01/Accounts/{self.account_sid}"

    @property
    def messaging(self) -> str:
        """Services and WhatsApp senders live at another host of Twilio's."""
        return self.api.replace("//api.", "//messaging.", 1)


async def findings(
    by_token: Questions, by_key: Questions | None, place: Place, senders: Mapping[str, str]
) -> list[Finding]:
    account = await by_token.get(f"{place.account}.json")
    if isinstance(account, Finding):
        return [account]
    if not account.good or account.data.get("sid") != place.account_sid:
        return [_refused(account)]  # the rest would only say the same again
    found = [_account(account)]
    if "_" in urlsplit(place.inbound).netloc:
        remedy = "Give the console a name without one: Twilio refuses each message that asks for reports there (21609)."
        found.append(trouble("The host of PUBLIC_URL has an underscore, which Twilio does not take.", remedy))
    if by_key:
        found.append(await _key(by_key, place))
    if sender := senders.get("sms"):
        found += await (_service if sender.startswith("MG") else _number)(by_token, place, sender)
    if sender := senders.get("whatsapp"):
        found += await _whatsapp(by_token, place, sender)
    return found


def _refused(answer: Answer) -> Finding:
    if answer.good:
        return stranger("Twilio", "TWILIO_BASE_URL")
    if answer.status not in (401, 403, 404):
        return failing("Twilio", answer)
    return trouble(
        "Twilio does not accept TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN.",
        f"Copy both anew from Account Info {_CONSOLE}; hooks are signed with the auth token.",
    )


def _account(answer: Answer) -> Finding:
    if answer.data.get("status") != "active":
        return trouble("The Twilio account is not active.", f"Look for the reason {_CONSOLE}.")
    if answer.data.get("type") == "Trial":
        return trouble("The Twilio account is on trial: it writes to verified numbers only.", f"Upgrade it {_CONSOLE}.")
    return ok("Twilio accepts the account and its auth token; it proves hooks, too, without a TWILIO_WEBHOOK_KEY.")


async def _key(ask: Questions, place: Place) -> Finding:
    answer = await ask.get(f"{place.account}/Messages.json", PageSize="1")
    if isinstance(answer, Finding):
        return answer
    if answer.good:
        return ok("Twilio accepts the API key.")
    return trouble(
        "Twilio does not accept TWILIO_API_KEY with TWILIO_API_SECRET.",
        f"Make a new key under API keys & tokens {_CONSOLE}, or leave both empty to send with the auth token.",
    )


async def _service(ask: Questions, place: Place, sid: str) -> list[Finding]:
    answer = await ask.get(f"{place.messaging}/v1/Services/{sid}")
    if isinstance(answer, Finding):
        return [answer]
    if not answer.good:
        return [trouble("The account has no messaging service TWILIO_MESSAGING_SERVICE_SID.", f"Copy it {_CONSOLE}.")]
    found = [ok("The messaging service exists."), *await _pool(ask, f"{place.messaging}/v1/Services/{sid}")]
    deferred = answer.data.get("use_inbound_webhook_on_number")
    if not (is_public(place.inbound) or deferred or answer.data.get("inbound_request_url")):  # Twilio's log lacks them
        remedy = f"Choose “Defer to sender's webhook” under Integration of the service {_CONSOLE}."
        return [*found, trouble("The messaging service drops replies: nobody would hear a STOP.", remedy)]
    if deferred and is_public(place.inbound):
        remedy = f"Choose “Send a webhook” under Integration of the service, with {place.inbound}."
        return [*found, unknown("The messaging service leaves replies to the webhook of each number.", remedy)]
    return [*found, _replies("the messaging service", answer.data, "inbound_request_url", place)]


async def _pool(ask: Questions, service: str) -> list[Finding]:
    """Whether it has anything to send from; short codes and names count as numbers do."""
    answers = [(name, await ask.get(f"{service}/{path}", PageSize="1")) for path, name in _POOL]
    told = [(name, answer) for name, answer in answers if isinstance(answer, Answer) and answer.good]
    if any(listed(answer, name) for name, answer in told):
        return []
    remedy = f"Add one under Sender Pool of the service {_CONSOLE}."
    if len(told) < len(_POOL):
        return [unknown("Twilio does not tell whether the messaging service has a sender.", remedy)]
    return [trouble("The messaging service has no number, short code or name to send from.", remedy)]


async def _number(ask: Questions, place: Place, number: str) -> list[Finding]:
    answer = await ask.get(f"{place.account}/IncomingPhoneNumbers.json", PhoneNumber=number)
    if isinstance(answer, Finding):
        return [answer]
    mine = _first(answer, "incoming_phone_numbers", "phone_number", number)
    if mine is None:
        return [trouble("TWILIO_SMS_FROM is no number of this Twilio account.", f"Buy it, or copy another {_CONSOLE}.")]
    if not (mine.get("capabilities") or {}).get("sms"):
        return [trouble("TWILIO_SMS_FROM is a number that cannot send texts.", f"Choose another {_CONSOLE}.")]
    return [ok("The number for texts belongs to the account."), _replies("the number", mine, "sms_url", place)]


async def _whatsapp(ask: Questions, place: Place, number: str) -> list[Finding]:
    answer = await ask.get(f"{place.messaging}/v2/Channels/Senders", Channel="whatsapp", PageSize="100")
    if isinstance(answer, Finding):
        return [answer]
    if not answer.good:
        remedy = f"Look for TWILIO_WHATSAPP_FROM under WhatsApp senders {_CONSOLE}."
        return [unknown("Twilio does not tell the account's WhatsApp senders.", remedy)]
    mine = _first(answer, "senders", "sender_id", f"whatsapp:{number}")
    if mine is None:
        return [trouble("TWILIO_WHATSAPP_FROM is no WhatsApp sender of this account.", f"Register it {_CONSOLE}.")]
    if not str(mine.get("status", "")).startswith("ONLINE"):
        return [
            trouble("The WhatsApp sender is not online.", f"Look for the reason under WhatsApp senders {_CONSOLE}.")
        ]
    webhook = mine.get("webhook")
    webhook = webhook if isinstance(webhook, dict) else {}
    return [ok("The WhatsApp sender is online."), _replies("the WhatsApp sender", webhook, "callback_url", place)]


def _replies(whose: str, given: Mapping[str, Any], url: str, place: Place) -> Finding:
    """`given` has an address under the name `url`, and the method to call it by under a like one."""
    if not is_public(place.inbound):
        return ok(f"Replies to {whose} are asked for: no hook can come to PUBLIC_URL.")
    here, method = given.get(url) == place.inbound, given.get(_METHODS[url])
    if here and method != "GET":
        return ok(f"Replies to {whose} come here.")
    return trouble(
        f"Replies to {whose} {'come by GET' if here else 'do not come here'}: nobody would hear a STOP.",
        f"Set its webhook for incoming messages to {place.inbound} (POST) {_CONSOLE}.",
    )


def _first(answer: Answer, name: str, key: str, value: str) -> Mapping[str, Any] | None:
    return next((one for one in listed(answer, name) if one.get(key) == value), None)
