"""SendGrid, as far as Askwell speaks with it."""

import base64
import json
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.contract import Hook
from connectors.sendgrid import REFERENCE, SIGNATURE, TIMESTAMP
from tests.connectors.standins import NOW, StandIn, new_id

KEY, SENDER = "SG.k3y", "asks@example.com"
_PRIVATE = ec.generate_private_key(ec.SECP256R1())
HOOK_KEY = base64.b64encode(
    _PRIVATE.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()


EVENTS = "processed delivered deferred bounce dropped open click spam_report unsubscribe".split()


class SendGridStandIn(StandIn):
    """What is `denied` the key may not see; `listed` are the suppression lists by name.

    The rest is how the account is set up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.denied: set[str] = set()
        self.listed: dict[str, list[dict]] = {}
        self.scopes = ["mail.send", "user.webhooks.event.settings.read"]
        self.senders = [{"from_email": SENDER.upper(), "verified": True}]
        self.domains: list[dict] = []
        address = "https://ask.example.com/hooks/sendgrid"
        self.webhook = {"url": address, "enabled": True, "public_key": HOOK_KEY, **dict.fromkeys(EVENTS, True)}

    def answer(self, request: web.Request, body: bytes) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"errors": [{"message": "authorization required", "field": None}]}, status=401)
        asked = {
            "/v3/scopes": {"scopes": self.scopes},
            "/v3/verified_senders": {"results": self.senders},
            "/v3/whitelabel/domains": self.domains,
            "/v3/user/webhooks/event/settings/all": {"webhooks": [self.webhook], "max_allowed": 5},
        }
        if request.path in self.denied:
            return web.json_response({"errors": [{"message": "access forbidden", "field": None}]}, status=403)
        if request.method == "GET" and request.path.startswith("/v3/suppression/"):
            return self._suppressed(request)
        if request.method == "GET" and request.path in asked:
            return web.json_response(asked[request.path])
        if (request.method, request.path) != ("POST", "/v3/mail/send"):
            return web.json_response({"errors": [{"message": "not found"}]}, status=404)
        mail = {**json.loads(body), "id": new_id("")[:22]}
        self.accepted.append(mail)
        return web.Response(status=202, headers={"X-Message-Id": mail["id"]})

    def _suppressed(self, request: web.Request) -> web.Response:
        start, limit, offset = (int(request.query[name]) for name in ("start_time", "limit", "offset"))
        listed = self.listed.get(request.path.rpartition("/")[2], [])
        return web.json_response([one for one in listed if one["created"] >= start][offset : offset + limit])

    def hooks_of(self, accepted: dict) -> list[Hook]:
        """Two of one mail travel together, opens come alone, and first."""
        now = self.clock().timestamp()
        happened = [event(accepted, name, timestamp=int(now)) for name in ("open", "open", "processed", "delivered")]
        happened[0]["sg_machine_open"] = True
        return [signed(happened[:2], now), signed(happened[2:], now)]


def event(accepted: dict, name: str, **more: Any) -> dict:
    (person,) = accepted["personalizations"]
    return {
        "email": person["to"][0]["email"],
        "timestamp": int(NOW.timestamp()),
        "event": name,
        "sg_event_id": new_id("")[:22],
        "sg_message_id": f"{accepted['id']}.filter0001.0001.1-0",
        **person["custom_args"],
        **more,
    }


def lone(name: str, **more: Any) -> dict:
    """An event of a mail of which only the reference matters."""
    person = {"to": [{"email": "ann@example.com"}], "custom_args": {REFERENCE: "1-abcdefgh"}}
    return event({"personalizations": [person], "id": "m"}, name, **more)


def signed(events: Any, when: float = NOW.timestamp()) -> Hook:
    """A hook as SendGrid makes it: with a line end after the list, which is signed too."""
    return signed_body(json.dumps(events) + "\r\n", when)


def signed_body(body: str, when: float = NOW.timestamp()) -> Hook:
    timestamp = str(int(when))
    signature = _PRIVATE.sign((timestamp + body).encode(), ec.ECDSA(hashes.SHA256()))
    headers = {SIGNATURE.lower(): base64.b64encode(signature).decode(), TIMESTAMP.lower(): timestamp}
    return Hook("https://ask.example.com/hooks/sendgrid", headers, body)
