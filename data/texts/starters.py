"""The templates a new workspace starts with.

Short, polite, the same for happy and unhappy customers: no stars asked for, nothing offered, nobody of the staff named.
"""

from dataclasses import dataclass

from data.lifecycle import Channel


@dataclass(frozen=True, slots=True)
class Starter:
    """A template to start with; only an email has a subject."""

    name: str
    channel: Channel
    subject: str
    text: str


STARTERS: tuple[Starter, ...] = (
    Starter(
        "Text message",
        Channel.SMS,
        "",
        "Hi {first_name|there}, thank you for choosing {business}. How was it? {link}\nReply STOP to opt out",
    ),
    Starter(
        "Text reminder",
        Channel.SMS,
        "",
        "{business}: a short reminder, your review would help others choose: {link}\nReply STOP to opt out",
    ),
    Starter(
        "Email",
        Channel.EMAIL,
        "How was your visit to {business}?",
        "Hi {first_name|there},\n\n"
        "Thank you for choosing {business}. Would you tell others how it went? A sentence or two is enough, "
        "and an honest opinion of any kind helps.\n\n"
        "{link}\n\n"
        "Thank you,\n{business}",
    ),
    Starter(
        "Email reminder",
        Channel.EMAIL,
        "A short reminder from {business}",
        "Hi {first_name|there},\n\n"
        "A few days ago we asked how your visit went. If you have a minute, we would still like to know:\n\n"
        "{link}\n\n"
        "Thank you,\n{business}",
    ),
    Starter(
        "WhatsApp",
        Channel.WHATSAPP,
        "",
        "Hi {first_name|there}, thank you for your recent visit to {business}. "
        "Would you share how it went? {link}\n\nReply STOP to hear no more from us.",
    ),
)
