"""Looks at a SendGrid account: what the key may do, whether the sender is verified, and the signed event webhook."""

from connectors.findings import Finding
from connectors.questions import Questions, failing, listed, ok, stranger, trouble, unknown

_EVENTS = "processed delivered deferred bounce dropped open spam_report unsubscribe".split()
_WEBHOOK = "under Settings > Mail Settings > Event Webhooks in SendGrid"


async def findings(ask: Questions, api: str, sender: str, hook_key: str, hooks: str) -> list[Finding]:
    key = await _key(ask, api)
    if key.remedy:  # the rest would only say the same again
        return [key]
    webhook = await _webhook(ask, api, hook_key, hooks) if hook_key else []  # without it none is awaited
    return [key, await _sender(ask, api, sender), *webhook, *await _suppressions(ask, api)]


async def _key(ask: Questions, api: str) -> Finding:
    answer = await ask.get(f"{api}/v3/scopes")
    if isinstance(answer, Finding):
        return answer
    if not answer.good and answer.status not in (401, 403):
        return failing("SendGrid", answer)
    if not answer.good:
        return trouble("SendGrid does not accept SENDGRID_API_KEY.", "Make a new key under Settings > API Keys.")
    scopes = answer.data.get("scopes")
    if not isinstance(scopes, list):
        return stranger("SendGrid", "SENDGRID_BASE_URL")
    if "mail.send" not in scopes:
        return trouble("SENDGRID_API_KEY may not send mail.", "Give the key Mail Send under Settings > API Keys.")
    return ok("SendGrid accepts the key, and it may send mail.")


async def _sender(ask: Questions, api: str, sender: str) -> Finding:
    people = await ask.get(f"{api}/v3/verified_senders", limit="100")
    if isinstance(people, Finding):
        return people
    domains = await ask.get(f"{api}/v3/whitelabel/domains", limit="100")
    if isinstance(domains, Finding):
        return domains
    if any(_is(one.get("from_email"), sender) and one.get("verified") is True for one in listed(people, "results")):
        return ok("The sender is verified.")
    domain = sender.rpartition("@")[2]
    if any(_is(one.get("domain"), domain) and one.get("valid") is True for one in listed(domains, "items")):
        return ok("The sender's domain is authenticated.")
    if people.good and domains.good:
        remedy = "Verify it, or better authenticate its domain, under Settings > Sender Authentication."
        return trouble("SENDGRID_FROM is neither a verified sender nor of an authenticated domain.", remedy)
    return unknown(
        "The key may not look at senders.", "See that SENDGRID_FROM is verified under Settings > Sender Authentication."
    )


async def _suppressions(ask: Questions, api: str) -> list[Finding]:
    """Asked for what no hook tells."""
    answer = await ask.get(f"{api}/v3/suppression/bounces", limit="1", offset="0", start_time="0")
    if isinstance(answer, Finding):
        return [answer]
    if answer.good:
        return []
    remedy = "Give the key read access to Suppressions under Settings > API Keys."
    return [trouble("SENDGRID_API_KEY may not read suppressions: a bounce that no hook tells is not heard.", remedy)]


async def _webhook(ask: Questions, api: str, hook_key: str, hooks: str) -> list[Finding]:
    answer = await ask.get(f"{api}/v3/user/webhooks/event/settings/all")
    if isinstance(answer, Finding):
        return [answer]
    if not answer.good:
        return [unknown("The key may not look at webhooks.", f"See that one is on and signed for {hooks} {_WEBHOOK}.")]
    mine = next((one for one in listed(answer, "webhooks") if one.get("url") == hooks), None)
    if mine is None or mine.get("enabled") is not True:
        return [trouble("No event webhook comes here.", f"Add one for {hooks}, or switch it on, {_WEBHOOK}.")]
    found: list[Finding] = []
    if not mine.get("public_key"):
        found.append(trouble("The event webhook is not signed.", f"Switch on Signature Verification {_WEBHOOK}."))
    elif mine["public_key"] != hook_key:
        remedy = f"Copy the verification key anew: it stands {_WEBHOOK}."
        found.append(trouble("SENDGRID_WEBHOOK_PUBLIC_KEY is not the event webhook's key.", remedy))
    if silent := [event for event in _EVENTS if mine.get(event) is not True]:
        found.append(trouble(f"The event webhook leaves out {', '.join(silent)}.", f"Tick them {_WEBHOOK}."))
    return found or [ok("The event webhook comes here, is signed, and tells all that is needed.")]


def _is(found: object, wanted: str) -> bool:
    return isinstance(found, str) and found.casefold() == wanted.casefold()
