"""Messages on their way into the queue: the ask of each request, or a follow-up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from data.lifecycle import Channel
from data.statements import new_ids
from data.store import Writing


class Outgoing(NamedTuple):
    """A message to be queued, of a request that is kept; number 0 is its ask, `steps_left` are planned after it."""

    request_id: int
    number: int
    channel: Channel
    address: str
    template: tuple[int, int]  # id and version
    due_at: datetime
    sent_by: int
    country: str | None
    steps_left: int


def put_in_queue(work: Writing, messages: Sequence[Outgoing], new_token: Callable[[], str]) -> list[int]:
    """Queues them, each with a link of its own; returns their ids."""
    ids = new_ids(work, "message_ids", len(messages))
    work.append(
        "message",
        {
            "id": ids,
            "request_id": [one.request_id for one in messages],
            "number": [one.number for one in messages],
            "channel": [one.channel.value for one in messages],
            "address": [one.address for one in messages],
            "template_id": [one.template[0] for one in messages],
            "template_version": [one.template[1] for one in messages],
            "token": [new_token() for _ in messages],
            "status": ["queued"] * len(messages),
            "paused": [False] * len(messages),
            "due_at": [one.due_at for one in messages],
            "attempts": [0] * len(messages),
            "sent_by": [one.sent_by for one in messages],
            "country": [one.country for one in messages],
            "steps_left": [one.steps_left for one in messages],
        },
    )
    return ids
