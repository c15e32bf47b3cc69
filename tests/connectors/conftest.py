"""One event loop per test, in which stand-ins and connectors live together."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from connectors.http import open_session


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def run(loop) -> Callable[..., Any]:
    """Waits for what a coroutine returns."""
    return loop.run


@pytest.fixture
def enter(loop) -> Iterator[Callable[..., Any]]:
    """Enters what has to be left again, the last first."""
    stack = AsyncExitStack()
    yield lambda thing: loop.run(stack.enter_async_context(thing))
    loop.run(stack.aclose())


@pytest.fixture
def session(run):
    async def opened():
        return open_session()

    session = run(opened())
    yield session
    run(session.close())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[str, str]:
    """A certificate and its key that no authority signed."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "cert"), str(folder / "key")
