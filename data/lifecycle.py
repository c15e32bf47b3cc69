"""The life of a message, written down once: its statuses, what may move it, and what is only remembered."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How a message reaches a person."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"

    @property
    def label(self) -> str:
        return {"sms": "SMS", "email": "Email", "whatsapp": "WhatsApp"}[self.value]


class Status(StrEnum):
    """Where a message stands; the order is the order of the `status` type in store/schema.sql."""

    QUEUED = "queued"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return self.value.capitalize()


MEANING: dict[Status, str] = {
    Status.QUEUED: "Waiting its turn or its time",
    Status.SENDING: "Being handed to the provider",
    Status.UNSURE: "Handed over, no answer: never sent again by itself",
    Status.SENT: "Handed to the provider",
    Status.DELIVERED: "It arrived: the provider confirms it, or they followed its link",
    Status.OPENED: "The recipient opened the email",
    Status.READ: "The recipient read the WhatsApp message",
    Status.UNDELIVERED: "Something about the recipient stops it",
    Status.FAILED: "Something in the message prevents it",
    Status.CANCELLED: "Stopped before it was sent, by a person or a rule",
}

IN_QUEUE = frozenset({Status.QUEUED, Status.SENDING})
LEFT = frozenset({Status.SENT, Status.DELIVERED, Status.OPENED, Status.READ})
PROBLEMS = frozenset({Status.UNSURE, Status.UNDELIVERED, Status.FAILED})
SHOWN = tuple(s for s in Status if s is not Status.SENDING)


@dataclass(frozen=True, slots=True)
class Move:
    """What an event does to a message that stands in one of `allowed_from`, or, where it may have left before, in one
    of `if_left`.
    """

    allowed_from: frozenset[Status]
    to: Status
    if_left: frozenset[Status] = frozenset()


# A provider that speaks of a message has it, even where we believed that it had not left.
_HANDED_OVER = (Status.QUEUED, Status.SENDING, Status.UNSURE, Status.SENT)


def _move(to: Status, *allowed_from: Status, if_left: tuple[Status, ...] = ()) -> Move:
    return Move(frozenset(allowed_from), to, frozenset(if_left))


# Colleagues may follow a link where it is shown; from here on it is the recipient's if the message may have left.
_NOT_OUT = (Status.QUEUED, Status.CANCELLED)

# Whoever followed a message's link has it.
_ARRIVED = _move(
    Status.DELIVERED, Status.SENDING, Status.UNSURE, Status.SENT, Status.UNDELIVERED, Status.FAILED, if_left=_NOT_OUT
)

# What was cancelled may have left before: a person had sent it again, or the store is an older copy.
_KNOWN_TO_PROVIDER = (*_HANDED_OVER, Status.CANCELLED)

# Progress is allowed from every earlier status, so news in any order lands right and late news never moves a row back.
# Proof of arrival overrules an earlier "undelivered" or "failed": providers correct themselves in that direction only.
MOVES: dict[str, Move] = {
    "claimed": _move(Status.SENDING, Status.QUEUED),
    "put_off": _move(Status.QUEUED, Status.SENDING),
    "lost": _move(Status.UNSURE, Status.SENDING),
    "accepted": _move(Status.SENT, Status.QUEUED, Status.SENDING, Status.UNSURE, Status.CANCELLED),
    "delivered": _move(Status.DELIVERED, *_KNOWN_TO_PROVIDER, Status.UNDELIVERED, Status.FAILED),
    "opened": _move(Status.OPENED, *_KNOWN_TO_PROVIDER, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED),
    "read": _move(Status.READ, *_KNOWN_TO_PROVIDER, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED),
    "clicked": _ARRIVED,
    "responded": _ARRIVED,
    "undelivered": _move(Status.UNDELIVERED, *_HANDED_OVER),
    "failed": _move(Status.FAILED, *_HANDED_OVER),
    "cancelled": _move(Status.CANCELLED, Status.QUEUED),
    "withdrawn": _move(Status.CANCELLED, Status.SENDING),
    "blocked": _move(Status.CANCELLED, Status.QUEUED, Status.SENDING),
    "resend": _move(Status.QUEUED, Status.UNSURE),
    "marked_sent": _move(Status.SENT, Status.UNSURE),
}

# Remembered, dated, shown in the timeline; they move no status.
FACTS = frozenset(
    """created overridden paused resumed handed_over rescheduled readdressed called_off held looked_at machine_clicked
    machine_opened replied opted_out complained follow_up_planned follow_up_skipped""".split()
)

# Whoever opened, read, clicked or responded was reached, whether or not a delivery report ever came.
PROOF_OF_DELIVERY = frozenset({"delivered", "opened", "read", "clicked", "responded"})


def after(status: Status, event: str, *, left: bool = False) -> Status:
    """The status that follows when `event` is heard in `status`: the same one where the event may not move it.

    `left` is whether the message may have left before.
    """
    move = MOVES.get(event)
    allowed = move and (status in move.allowed_from or (left and status in move.if_left))
    return move.to if move and allowed else status


def heard_as(status: Status, event: str, *, left: bool) -> str:
    """What an event is taken for: nobody but colleagues can follow the link of a message that never left."""
    by_colleagues = MOVES.get(event) is _ARRIVED and status in _NOT_OUT and not left
    return "looked_at" if by_colleagues else event
