"""Twilio, as far as Askwell speaks with it."""

import base64
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from twilio.request_validator import RequestValidator

from connectors.contract import Hook
from tests.connectors.standins import StandIn, new_id

SID, TOKEN = "AC" + "1" * 32, "t0ken"
SENDER, HOOKS = "+12024009999", "https://ask.example.com/hooks/twilio"


class TwilioStandIn(StandIn):
    def answer(self, request: web.Request, body: bytes) -> web.Response:
        if request.headers.get("Authorization") != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return web.json_response({"code": 20003, "message": "Authenticate", "status": 401}, status=401)
        if request.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return web.json_response({"code": 20404, "message": "Not found", "status": 404}, status=404)
        return self._list(request) if request.method == "GET" else self._create(body)

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
        message = {**dict(parse_qsl(body.decode())), "sid": new_id("SM")}
        self.accepted.append(message)
        return web.json_response({"sid": message["sid"], "status": "queued", "error_code": None}, status=201)

    def _list(self, request: web.Request) -> web.Response:
        found = [
            {
                "sid": one["sid"],
                "to": one["To"],
                "from": one.get("From"),
                "messaging_service_sid": one.get("MessagingServiceSid"),
                "body": one.get("Body", ""),
            }
            for one in reversed(self.accepted)
            if one["To"] == request.query["To"]
        ]
        return web.json_response({"messages": found[: int(request.query["PageSize"])], "page": 0})


def signed(url: str, body: str, token: str = TOKEN) -> Hook:
    from multidict import MultiDict

    form = MultiDict(parse_qsl(body, keep_blank_values=True))
    return Hook(url, {"x-twilio-signature": RequestValidator(token).compute_signature(url, form)}, body)
