"""Meta's Cloud API, as far as Askwell speaks with it."""

import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

from connectors.contract import Hook
from connectors.meta import REFERENCE, SIGNATURE
from tests.connectors.standins import NOW, StandIn, new_id

TOKEN, NUMBER_ID, SECRET = "t0ken", "1234567890", "s3cret"


class MetaStandIn(StandIn):
    """`number` is how Meta sees the sender."""

    def __init__(self) -> None:
        super().__init__()
        self.number = {
            "id": NUMBER_ID,
            "display_phone_number": "+1 202-400-9999",
            "verified_name": "The Shop",
            "quality_rating": "GREEN",
            "code_verification_status": "VERIFIED",
            "name_status": "APPROVED",
        }

    def answer(self, request: web.Request, body: bytes) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response(error(190, "Invalid OAuth access token"), status=401)
        if (request.method, request.path) == ("GET", f"/{NUMBER_ID}"):
            proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
            if request.query.get("appsecret_proof", proof) != proof:
                return web.json_response(error(100, f"Invalid appsecret_proof for {TOKEN}"), status=400)
            asked = request.query["fields"].split(",")
            return web.json_response({name: value for name, value in self.number.items() if name in [*asked, "id"]})
        if (request.method, request.path) != ("POST", f"/{NUMBER_ID}/messages"):
            return web.json_response(error(100, "Unsupported request"), status=400)
        message = {**json.loads(body), "id": "wamid." + new_id("")}
        self.accepted.append(message)
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": message["to"], "wa_id": message["to"].lstrip("+")}],
                "messages": [{"id": message["id"], "message_status": "accepted"}],
            }
        )

    def hooks_of(self, accepted: dict) -> list[Hook]:
        timestamp = str(int(self.clock().timestamp()))
        return [signed(status(accepted, name, timestamp=timestamp)) for name in ("read", "sent", "delivered")]


def error(code: int, message: str = "", **more: Any) -> dict:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "x", **more}}


def status(accepted: dict, name: str, **more: Any) -> dict:
    return {
        "id": accepted["id"],
        "status": name,
        "timestamp": str(int(NOW.timestamp())),
        "recipient_id": "12024000001",
        REFERENCE: accepted[REFERENCE],
        **more,
    }


def lone(name: str, **more: Any) -> dict:
    """A status of a message of which only the reference matters."""
    return status({"id": "wamid.m", REFERENCE: "1-abcdefgh"}, name, **more)


def signed(*statuses: Any) -> Hook:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, "statuses": list(statuses)}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return signed_body(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}))


def signed_body(body: str) -> Hook:
    signature = "sha256=" + hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    return Hook("https://ask.example.com/hooks/meta", {SIGNATURE.lower(): signature}, body)
