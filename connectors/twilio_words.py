"""What Twilio says of one message, by a hook or when asked, in the house's words."""

import re
from collections.abc import Mapping
from datetime import datetime

from connectors.codes import table
from connectors.contract import Reply, Report
from connectors.incoming import LETTER, plain, wordless
from connectors.keywords import keyword
from connectors.numbers import heard

NAME = "twilio"
_HANDED_OVER = frozenset({"accepted", "scheduled", "queued", "sending", "sent", "partially_delivered"})
TROUBLE = frozenset({"undelivered", "failed", "canceled"})
_UNEXPLAINED = {
    "undelivered": "30008",  # Twilio's own code for a carrier that gives no reason
    "failed": "failed",
    "canceled": "canceled",
}
_PERSON = re.compile(r"(?:(whatsapp:)|rcs:)?(\+[1-9][0-9]{6,14})")


def reports(reference: str, form: Mapping[str, str], happened_at: datetime) -> list[Report]:
    """The report of a status callback's fields, or none."""
    sid, status = plain(form.get("MessageSid", "")), form.get("MessageStatus", "").lower()
    if status in _HANDED_OVER:  # one fact, however many steps Twilio tells apart
        return [Report(reference, "accepted", happened_at, f"twilio accepted {sid}", provider_id=sid or None)]
    if status in ("delivered", "read"):
        return [Report(reference, status, happened_at, f"{status} {sid}", provider_id=sid or None)]
    if status not in TROUBLE:
        return []
    code = form.get("ErrorCode") or _UNEXPLAINED[status]
    said = form.get("ChannelStatusMessage") or form.get("ErrorMessage") or ""
    return [table(NAME).report(code, said, reference, happened_at, f"{status} {sid}", sid)]


def replies(form: Mapping[str, str], happened_at: datetime) -> list[Reply]:
    """What they say; nothing where no person wrote."""
    person, sid = _PERSON.fullmatch(form.get("From", "")), plain(form.get("MessageSid", ""))
    if "Body" not in form or not person or not sid:
        return []
    channel, text = "whatsapp" if person[1] else "sms", plain(form["Body"], LETTER)
    told = form.get("OptOutType", "")
    meant, answered = keyword(text, told), keyword("", told) is not None
    kind = form.get("MessageType") or form.get("MediaContentType0", "").partition("/")[0]
    said = Reply(channel, person[2], text or wordless(kind), happened_at, f"reply {sid}", meant, answered)
    return heard(said) if person[1] else [said]
