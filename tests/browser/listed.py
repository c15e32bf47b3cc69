"""What the Requests page lists in tests that count: 120 requests by two senders, some with names of any kind."""

from datetime import datetime, timedelta

from data.holds import explain
from data.lifecycle import Channel
from data.moves import News
from data.store import Store
from tests.builders import ask, hear, messages, sent

HOSTILE = [
    "<img src=x onerror=alert(1)><b>Bold</b>", "**not bold** [link](javascript:alert(1)) :material/home: $x^2$",
    "علي بن حسن", "Zoë 🎉 Müller", "=HYPERLINK(\"http://example.com\")",
]  # fmt: skip
HELD = "Held until Tue 1 Dec, 08:00 America/Denver (area code)"


def fill(store: Store, now: datetime) -> None:
    """60 sent over all channels, many delivered and some not; 60 that wait by SMS, the newest of them held."""
    then = now - timedelta(days=3)
    for channel in Channel:
        done = messages(store, sent(store, 20, channel=channel, sender="Kim Lead", name="Bob Brown", at=then))
        hear(store, *(News(one, "delivered", then) for one in done[:6]))
        hear(store, *(News(one, "undelivered", then) for one in done[6:9]))
    ask(store, 54, due_in=timedelta(days=2), now=now)
    for name in HOSTILE:
        ask(store, name=name, due_in=timedelta(days=2), now=now)
    (request,) = ask(store, name="Zed Held", email="zed@example.com", due_in=timedelta(days=2), now=now)
    with store.transaction() as work:
        explain(work, [request], [0], [now + timedelta(days=2)], ["quiet_hours"], [HELD])
