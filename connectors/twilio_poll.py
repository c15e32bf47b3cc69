"""Asking Twilio what became of messages: its list, newest first, turned into what its hooks would have said."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.contract import NoAnswer, Page, Reply, Report, Scope, TryLater
from connectors.http import SOON, Answer, misconfigured
from connectors.incoming import plain
from connectors.twilio_words import replies, reports

PAGE = 400  # messages; of 1,600 characters each they stay below what is read of an answer
_UNKNOWN = datetime.max.replace(tzinfo=UTC)

AskFor = Callable[[Mapping[str, str]], Awaitable[Answer | TryLater | NoAnswer]]


async def poll(ask_for: AskFor, since: datetime, sender: Mapping[str, str]) -> AsyncIterator[Page | TryLater]:
    """See contract.Polled."""
    page = {"DateSent>": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "PageSize": str(PAGE)}
    while page:
        answer = await ask_for(page)
        messages = listed(answer)
        if messages is None:
            yield _later(answer)
            return
        sent = [moment for one in messages if (moment := _moment(one.get("date_sent")))]
        yield Page([said for one in messages for said in _of(one, sender)], min(sent, default=_UNKNOWN))
        following = answer.data.get("next_page_uri") if isinstance(answer, Answer) else None
        page = dict(parse_qsl(urlsplit(following).query)) if messages and isinstance(following, str) else {}


def listed(answer: Answer | TryLater | NoAnswer) -> list[Mapping[str, Any]] | None:
    """The messages of one page; None where Twilio gave none."""
    messages: Any = answer.data.get("messages") if isinstance(answer, Answer) and answer.good else None
    return [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else None


def _later(answer: Answer | TryLater | NoAnswer) -> TryLater:
    if isinstance(answer, TryLater):
        return answer
    if isinstance(answer, Answer) and not answer.good:
        return misconfigured(answer.status)
    return TryLater(SOON, Scope.CHANNEL, "Twilio's list could not be read")


def _of(message: Mapping[str, Any], sender: Mapping[str, str]) -> list[Report | Reply]:
    """What a hook about this message would have said."""
    fields = {name: str(message[name]) for name in ("sid", "status", "from", "to", "body") if message.get(name)}
    happened_at = _moment(message.get("date_updated")) or _moment(message.get("date_sent"))
    if not happened_at or "sid" not in fields:
        return []
    form = {"MessageSid": fields["sid"], "MessageStatus": fields.get("status", "")}
    if message.get("direction") == "inbound":
        form |= {"From": fields.get("from", ""), "Body": fields.get("body", "")}
        return [*replies(form, happened_at)] if _to_us(fields.get("to", ""), sender) else []
    form |= {"ErrorCode": plain(message.get("error_code")), "ErrorMessage": plain(message.get("error_message"))}
    return [*reports("", form, happened_at)]


def _to_us(number: str, sender: Mapping[str, str]) -> bool:
    """A messaging service answers on numbers that are not known here."""
    channel = "whatsapp" if number.startswith("whatsapp:") else "sms"
    ours = sender.get(channel, "")
    return ours.startswith("MG") or ours == number.removeprefix("whatsapp:")


def _moment(text: Any) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
