"""Twilio, as far as Askwell speaks with it."""

import base64
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from twilio.request_validator import RequestValidator

from connectors.contract import Hook
from tests.connectors.standins import StandIn, new_id

SID, TOKEN = "AC" + "1" * 32, "t0ken"
KEY, SECRET = "SK" + "3" * 32, "k3y"
SERVICE = "MG" + "2" * 32
SENDER, HOOKS = "+12024009999", "https://ask.example.com/hooks/twilio"
INBOUND = HOOKS + "/inbound"


class TwilioStandIn(StandIn):
    """A message accepted may be given a `status` and an `error_code`; `inbound` is what people wrote.

    `service` and its `pool`, `number` and `sender` are how the account is set up; API keys may not look at it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.inbound: list[dict] = []
        self.account = {"sid": SID, "status": "active", "type": "Full"}
        self.service = {"sid": SERVICE, "inbound_request_url": INBOUND, "use_inbound_webhook_on_number": False}
        self.pool = {
            "PhoneNumbers": {"phone_numbers": [{"phone_number": SENDER}]},
            "ShortCodes": {"short_codes": []},
            "AlphaSenders": {"alpha_senders": []},
        }
        self.number = {"phone_number": SENDER, "sms_url": INBOUND, "capabilities": {"sms": True, "voice": False}}
        self.sender = {"sender_id": f"whatsapp:{SENDER}", "status": "ONLINE", "webhook": {"callback_url": INBOUND}}

    def answer(self, request: web.Request, body: bytes) -> web.Response:
        given = request.headers.get("Authorization")
        account = f"/2010-04-01/Accounts/{SID}"
        if given != _basic(SID, TOKEN) and (given != _basic(KEY, SECRET) or request.path == f"{account}.json"):
            return web.json_response({"code": 20003, "message": "Authenticate", "status": 401}, status=401)
        if request.path == f"{account}/Messages.json":
            return self._list(request) if request.method == "GET" else self._create(body)
        asked = {
            f"{account}.json": self.account,
            f"/v1/Services/{self.service.get('sid')}": self.service,
            f"{account}/IncomingPhoneNumbers.json": {"incoming_phone_numbers": self._numbers(request)},
            "/v2/Channels/Senders": {"senders": [self.sender]},
            **{f"/v1/Services/{self.service.get('sid')}/{path}": held for path, held in self.pool.items()},
        }
        if request.method == "GET" and request.path in asked:
            return web.json_response(asked[request.path])
        return web.json_response({"code": 20404, "message": "Not found", "status": 404}, status=404)

    def _numbers(self, request: web.Request) -> list[dict]:
        return [self.number] if self.number["phone_number"] == request.query.get("PhoneNumber") else []

    def hooks_of(self, accepted: dict) -> list[Hook]:
        events = ["sent", "delivered"] + (["read"] if accepted["To"].startswith("whatsapp:") else [])
        return [self.hook(accepted, event) for event in events]

    def hook(self, accepted: dict, status: str, **more: str) -> Hook:
        form = {
            "AccountSid": SID,
            "MessageSid": accepted["sid"],
            "SmsSid": accepted["sid"],
            "MessageStatus": status,
            "SmsStatus": status,
            "To": accepted["To"],
            "From": accepted.get("From", ""),
            "ApiVersion": "2010-04-01",
            **more,
        }
        return signed(accepted["StatusCallback"], urlencode(form))

    def _create(self, body: bytes) -> web.Response:
        message = {**dict(parse_qsl(body.decode())), "sid": new_id("SM"), "moment": self.clock()}
        self.accepted.append(message)
        return web.json_response({"sid": message["sid"], "status": "queued", "error_code": None}, status=201)

    def wrote(self, sender: str, text: str) -> None:
        """A person writes to our number."""
        self.inbound.append({"sid": new_id("SM"), "From": sender, "To": SENDER, "Body": text, "moment": self.clock()})

    def _list(self, request: web.Request) -> web.Response:
        """Newest first, by pages, as Twilio does."""
        query = request.query
        since = datetime.fromisoformat(query.get("DateSent>", "2000-01-01T00:00:00Z"))
        listed = [(one, "outbound-api") for one in self.accepted] + [(one, "inbound") for one in self.inbound]
        listed = [
            pair for pair in listed if pair[0]["moment"] >= since and pair[0]["To"] == query.get("To", pair[0]["To"])
        ]
        listed.sort(key=lambda pair: pair[0]["moment"], reverse=True)
        page, size = int(query.get("Page", 0)), int(query["PageSize"])
        following = {**query, "Page": str(page + 1), "PageToken": "PA"} if len(listed) > (page + 1) * size else None
        return web.json_response(
            {
                "messages": [_listed(one, direction) for one, direction in listed[page * size : (page + 1) * size]],
                "page": page,
                "next_page_uri": f"{request.path}?{urlencode(following)}" if following else None,
            }
        )


def _listed(one: dict, direction: str) -> dict:
    moment = format_datetime(one["moment"])
    return {
        "sid": one["sid"],
        "to": one["To"],
        "from": one.get("From"),
        "messaging_service_sid": one.get("MessagingServiceSid"),
        "body": one.get("Body", ""),
        "direction": direction,
        "status": one.get("status", "queued" if direction != "inbound" else "received"),
        "error_code": one.get("error_code"),
        "error_message": None,
        "date_sent": moment,
        "date_updated": moment,
    }


def _basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def signed(url: str, body: str, token: str = TOKEN, algorithm: str = "") -> Hook:
    """By the account's token, or with an `algorithm` as SharedKeys are used."""
    from multidict import MultiDict

    form = MultiDict(parse_qsl(body, keep_blank_values=True))
    said = {"x-twilio-webhooks-signature-settings": f"key=webhooks_sharedkey_1,algorithm={algorithm}"}
    signature = RequestValidator(token).compute_signature(url, form, algorithm or None)
    return Hook(url, {"x-twilio-signature": signature, **(said if algorithm else {})}, body)
