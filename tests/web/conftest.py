"""What hooks arrive at."""

import pytest
from starlette.testclient import TestClient

from tests.engine.conftest import Clock
from tests.web.providers import PROVIDERS, Provider, app


@pytest.fixture(params=PROVIDERS, ids=lambda one: one.name)
def provider(request) -> Provider:
    return request.param


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(store, clock):
    return TestClient(app(store, clock))
