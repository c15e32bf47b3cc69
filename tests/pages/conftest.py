"""What pages stand on in their tests."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

import pytest
from streamlit.components.v2 import manifest_scanner

from data.lifecycle import Channel
from data.store import Store
from data.verdicts import Allowed
from pages.workspace import Workspace
from tests.builders import ask, row

PHONE, EMAIL = "+12025550143", "ann@example.com"


@pytest.fixture(scope="session", autouse=True)
def installed() -> Iterator[None]:
    """Every AppTest looks for components in all that is installed, which takes longer than a page: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def ann(store: Store) -> int:
    """The contact of somebody who was asked once, in the test's own store."""
    (request,) = ask(store, name="Ann *Lee*", phone=PHONE, email=EMAIL)
    return row(store, request)["contact_id"]


def workspace(
    open_store: Callable[[], Store], url: str = "https://c.test", name: str = "Cafe", judge=None, **providers: str
) -> Workspace:
    """What pages stand on; every ask is allowed unless a judge is given, every channel the sandbox's unless told."""
    return Workspace(
        open_store, name, "1 Main Street", "https://example.com/r", url, ZoneInfo("UTC"), "US",
        {**dict.fromkeys(Channel, "sandbox"), **providers}, {}, judge or (lambda *_: Allowed()),
        partial(datetime.now, UTC),
    )  # fmt: skip
