"""Answers that look as if a person wants no more; a suggestion, on which a person decides."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from data.store import Reading


@dataclass(frozen=True, slots=True)
class Unread:
    """Whose likely refusal nobody has decided on yet: contacts, and addresses that belong to none."""

    contacts: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()

    def holds(self, contact: int | None, addresses: Collection[str]) -> bool:
        return contact in self.contacts or not self.addresses.isdisjoint(addresses)


def unread(reading: Reading, contacts: Collection[int], addresses: Collection[str]) -> Unread:
    """The likely refusals of these people that wait on the Replies page."""
    rows = reading.rows(
        """
        SELECT contact_id, address, body FROM reply WHERE handled_at IS NULL AND (
            contact_id IN (SELECT unnest(CAST($contacts AS bigint[])))
            OR address IN (SELECT unnest(CAST($addresses AS text[]))))
        """,
        contacts=sorted(contacts),
        addresses=sorted(addresses),
    )
    found = [row for row in rows if is_refusal(row["body"])]
    return Unread(
        frozenset(row["contact_id"] for row in found if row["contact_id"] is not None),
        frozenset(row["address"] for row in found),
    )


# A refusal in a person's own words; it only sorts the list and holds their queue until somebody has looked.
_REFUSAL = re.compile(
    r"""\b( stop(p?ing)? | unsub(scrib)?\w* | opt(ed|ing)?[ -]?(me[ ])?out | (remove|erase|delete)[ ](me|my|this)
    | (take|get)[ ](me|my[ ]\w+|us)[ ]off | leave[ ](me|us)[ ]alone | go[ ]away
    | (do[ ]?n[o']?t|do[ ]not|never|no[ ]more|quit|cease|enough)[ ](ever[ ])?(text|texts|texting|message|messages
        |messaging|email|emails|emailing|contact|contacting|write|writing|call|calling|send|sending|ask|asking
        |bother|spam)\w*
    | (do[ ]?n[o']?t|do[ ]not)[ ]want[ ](any|anymore|these|this|your|to[ ](be[ ]\w+ed|hear|get|receive))
    | wrong[ ](number|person|phone|email|guy|lady) | no[ ]longer[ ](his|her|their|my)[ ](number|phone|email)
    | not[ ]interested | (lose|forget)[ ](my|this)[ ](number|email|address)
    | spam\w* | harass\w* | (report|block|sue)(ing)?[ ]you | who[ ]is[ ]this | no[ ]thank(s|[ ]you) )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# The same words where they mean no refusal: "can't stop smiling", "will stop by", "it went to spam".
_HARMLESS = re.compile(
    r"""\b( (can|could|wo|would)(no|[ ]no|n)?'?t[ ]stop(ping)? | never[ ]stops?
    | (non|one|bus|first|last|next|full)[ -]stop
    | stop(ping)?[ ](by|in)\b | (in|to)[ ](my[ ]|the[ ])?spam | no[ ]thanks?[ ](needed|necessary) )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_refusal(text: str) -> bool:
    """Whether the words look as if the person wants no more; a suggestion, decided by a person."""
    plain = " ".join(text.replace("’", "'").replace("`", "'").split())
    return bool(_REFUSAL.search(_HARMLESS.sub("", plain)))
