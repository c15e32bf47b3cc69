"""The three providers and their genuine hooks, and the console's address for them."""

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlencode

from starlette.applications import Starlette

from connectors import meta as meta_connector
from connectors import sendgrid as sendgrid_connector
from connectors.contract import Hook
from data.claims import claim
from data.lifecycle import Channel
from data.moves import apply
from engine.inbox import news_in, open_due, reference, settle
from tests.builders import NOW, ask
from tests.connectors import meta_standin, sendgrid_standin, twilio_standin
from tests.connectors.test_contract import meta, sendgrid, twilio
from web.hooks import hook_routes

PUBLIC, WORD = "https://ask.example.com", "a wörd"
CONNECTORS = {one.name: one for one in (twilio(None, ""), sendgrid(None, ""), meta(None, ""))}


@dataclass(frozen=True)
class Provider:
    """A provider and one message it took; `signed` makes a genuine hook of any body."""

    name: str
    channel: Channel
    ends: str
    address: str

    def hooks(self, reference: str) -> list[Hook]:
        if self.name == "twilio":
            callback = f"{twilio_standin.HOOKS}?{urlencode({'reference': reference})}"
            return twilio_standin.TwilioStandIn().hooks_of(
                {"sid": "SM1", "To": "+12024000001", "StatusCallback": callback}
            )
        if self.name == "meta":
            return meta_standin.MetaStandIn().hooks_of({"id": "wamid.1", meta_connector.REFERENCE: reference})
        person = {"to": [{"email": "a@example.com"}], "custom_args": {sendgrid_connector.REFERENCE: reference}}
        return sendgrid_standin.SendGridStandIn().hooks_of({"id": "mail1", "personalizations": [person]})

    def signed(self, body: str) -> Hook:
        match self.name:
            case "twilio":
                return twilio_standin.signed(f"{twilio_standin.HOOKS}?reference=1-x", body)
            case "meta":
                return meta_standin.signed_body(body)
        return sendgrid_standin.signed_body(body)


PROVIDERS = [
    Provider("twilio", Channel.SMS, "delivered", "/hooks/twilio"),
    Provider("sendgrid", Channel.EMAIL, "opened", "/hooks/sendgrid"),
    Provider("meta", Channel.WHATSAPP, "read", "/hooks/meta"),
]


def app(store, clock=lambda: NOW, connectors=CONNECTORS) -> Starlette:
    opened = store if callable(store) else lambda: store
    return Starlette(routes=hook_routes(opened, connectors, PUBLIC, WORD, clock))


def post(client, hook: Hook, **headers: str):
    target = hook.url.removeprefix(PUBLIC)
    return client.post(target, content=hook.body.encode(), headers={**hook.headers, **headers})


def kept(store) -> list[dict]:
    return store.rows("SELECT * FROM inbox ORDER BY id")


def being_sent(store, provider) -> tuple[int, int, str]:
    """A request, its message that was handed over a moment ago, and the reference that went with it."""
    (request,) = ask(store, channel=provider.channel)
    with store.transaction() as work:
        (claimed,) = claim(work, "test", NOW, 10)
    return request, claimed.id, reference(claimed.id, claimed.token)


def fold(store, clock) -> None:
    """The engine's turn, as far as it reads hooks."""
    with store.transaction() as work:
        opened = open_due(work, CONNECTORS, clock())
        settle(work, opened, apply(work, [*news_in(opened)], clock(), UTC).unknown, clock())
