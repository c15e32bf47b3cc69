"""What pages stand on in their tests."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from data.lifecycle import Channel
from data.store import Store
from data.verdicts import Allowed
from pages.workspace import Workspace


def workspace(
    open_store: Callable[[], Store], url: str = "https://c.test", name: str = "Cafe", judge=None
) -> Workspace:
    """What pages stand on; every ask is allowed unless a judge is given."""
    return Workspace(
        open_store, name, "1 Main Street", "https://example.com/r", url, ZoneInfo("UTC"), "US",
        dict.fromkeys(Channel, "sandbox"), {}, judge or (lambda *_: Allowed()),
    )  # fmt: skip
