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
    """What an event does to a message that stands in one of `allowed_from`."""

    allowed_from: frozenset[Status]
    to: Status


# A provider that speaks of a message has it, even where we believed that it had not left.
_HANDED_OVER = (Status.QUEUED, Status.SENDING, Status.UNSURE, Status.SENT)


def _move(to: Status, *allowed_from: Status) -> Move:
    return Move(frozenset(allowed_from), to)


# Whoever followed a message's link has it. Not from the queue: colleagues may follow it where it is shown.
_ARRIVED = _move(Status.DELIVERED, Status.SENDING, Status.UNSURE, Status.SENT, Status.UNDELIVERED, Status.FAILED)

# Progress is allowed from every earlier status, so news in any order lands right and late news never moves a row back.
# Proof of arrival overrules an earlier "undelivered" or "failed": providers correct themselves in that direction only.
MOVES: dict[str, Move] = {
    "claimed": _move(Status.SENDING, Status.QUEUED),
    "put_off": _move(Status.QUEUED, Status.SENDING),
    "lost": _move(Status.UNSURE, Status.SENDING),
    "accepted": _move(Status.SENT, Status.QUEUED, Status.SENDING, Status.UNSURE),
    "delivered": _move(Status.DELIVERED, *_HANDED_OVER, Status.UNDELIVERED, Status.FAILED),
    "opened": _move(Status.OPENED, *_HANDED_OVER, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED),
    "read": _move(Status.READ, *_HANDED_OVER, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED),
    "clicked": _ARRIVED,
    "responded": _ARRIVED,
    "undelivered": _move(Status.UNDELIVERED, *_HANDED_OVER),
    "failed": _move(Status.FAILED, *_HANDED_OVER),
    "cancelled": _move(Status.CANCELLED, Status.QUEUED),
    "blocked": _move(Status.CANCELLED, Status.QUEUED, Status.SENDING),
    "resend": _move(Status.QUEUED, Status.UNSURE),
    "marked_sent": _move(Status.SENT, Status.UNSURE),
}

# Remembered, dated, shown in the timeline; they move no status.
FACTS = frozenset(
    """created overridden paused resumed handed_over rescheduled held machine_clicked machine_opened replied opted_out
    complained follow_up_planned follow_up_skipped""".split()
)

# Whoever opened, read, clicked or responded was reached, whether or not a delivery report ever came.
PROOF_OF_DELIVERY = frozenset({"delivered", "opened", "read", "clicked", "responded"})


def after(status: Status, event: str) -> Status:
    """The status that follows when `event` is heard in `status`: the same one where the event may not move it."""
    move = MOVES.get(event)
    return move.to if move and status in move.allowed_from else status
