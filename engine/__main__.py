"""`python -m engine` runs the dispatch queue until it is stopped, `doctor` looks at the set-up of the providers."""

import argparse
import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from functools import partial

import logs
import settings as configuration
from connectors.contract import Hook, Message
from connectors.http import open_session
from connectors.reach import is_public
from data import queries
from data.claims import Claimed
from data.inbox import Received
from data.recount import recount
from data.store import Reading, Store, StoreUnavailable, is_postgresql
from data.store.gate import only_engine
from data.store.mark_file import MarkFile
from data.store.migrations import Outdated, open_prepared
from data.store.moved import Moved
from data.template_store import unusable
from data.verdicts import Blocked
from engine.clock import Clock
from engine.compose import Letterhead, compose
from engine.dispatch import Engine
from engine.doctor import examine, report
from engine.watch import Watch
from providers import Providers, connected, mark, remote
from settings import Settings, Unconfigured

RETRY = 3.0  # seconds between tries to open the store
_ENDING = {signal.SIGTERM, signal.SIGINT}
if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # its terminal was closed; nohup wants it to go on
    _ENDING.add(signal.SIGHUP)
_log = logging.getLogger("askwell.engine")


def main() -> None:
    os.umask(0o077)  # whatever is written holds customers
    arguments = _arguments()
    logs.start()
    try:
        settings = configuration.load()
        logs.mask_phones_of(settings.region)
        if arguments.command == "doctor":
            sys.exit(asyncio.run(_doctor(settings)))
        lock = nullcontext() if is_postgresql(settings.database) else closing(only_engine(settings.database))
        with lock, closing(_opened(settings.database, arguments.drain)) as store:
            asyncio.run(_serve(settings, store, arguments.drain))
    except (Unconfigured, StoreUnavailable) as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:  # nothing was begun with
        sys.exit(130)
    finally:
        for signal_ in _ENDING:  # all is done: being told again must not look like a crash
            signal.signal(signal_, signal.SIG_IGN)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    parser.add_argument("--drain", action="store_true", help="send all that is due, fold what came back, and exit")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("doctor", help="look at the providers' set-up, say what to put right, and exit")
    return parser.parse_args()


async def _doctor(settings: Settings) -> int:
    async with open_session() as session:
        connectors = remote(settings, session, _now)
        parts = await examine(connectors, settings.providers, settings.public_url, session, _now)
    sys.stdout.write(report(parts) + "\n")
    return 0 if all(part.healthy for part in parts) else 1


def _opened(database: str, drain: bool) -> Store:
    """Waits for as long as it takes: until a program that has the file lets go, or another brought it up to date."""
    while True:
        try:
            return open_prepared(database, threads=1)
        except (Outdated, Moved):
            raise
        except StoreUnavailable as trouble:
            if drain:
                raise
            _log.warning("store unavailable, trying again: %s", trouble)
        time.sleep(RETRY)


async def _serve(settings: Settings, store: Store, drain: bool) -> None:
    clock = Clock()
    clock.set(store)
    setting, watch = asyncio.create_task(clock.keep_right(lambda: store)), Watch(clock)
    async with open_session(settings.in_flight) as session:
        mail: list[Received] = []
        with connected(settings, session, partial(post, mail, watch), watch) as providers:
            try:
                await _run(settings, store, providers, mail, watch, drain)
            finally:
                setting.cancel()


async def _run(
    settings: Settings, store: Store, providers: Providers, mail: list[Received], watch: Watch, drain: bool
) -> None:
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    engine = Engine(
        store,
        providers.connectors,
        partial(compose_for, settings),
        name=name,
        clock=watch,
        zone=settings.timezone,
        in_flight=settings.in_flight,
        mail=mail,
        by_name=providers.by_name,
        paces=settings.per_second,
        reached=is_public(settings.public_url),
        business=settings.business_name,
        unusable=lambda channel, name: unusable(channel, settings.providers[channel], name, settings.business_address),
        watch=watch,
        beside=MarkFile(mark(settings.database)) if store.shared_by_engines else None,
    )
    stop = asyncio.Event()
    for signal_ in _ENDING:
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    _log.info("engine=%s started, %s", name, _served(settings))
    collect_seldom()
    try:
        await _count_days(settings, store, watch, stop)
        await engine.run(stop, drain=drain)
    finally:
        gc.unfreeze()  # or DuckDB complains at exit of what it believes leaked
    _log.info("engine=%s stopped, nothing in flight", name)


async def _count_days(settings: Settings, store: Store, watch: Watch, stop: asyncio.Event) -> None:
    """As TIMEZONE has them, which may have been changed."""
    while not stop.is_set():
        try:
            await asyncio.to_thread(recount, store, str(settings.timezone), watch(), stopped=stop.is_set)
        except (Outdated, Moved):
            raise
        except StoreUnavailable as trouble:
            _log.warning("store unavailable, trying again: %s", trouble)
            await asyncio.sleep(RETRY)
        else:
            return


def _served(settings: Settings) -> str:
    if set(settings.providers.values()) == {"sandbox"}:
        return "provider=sandbox: nothing leaves this machine"
    return " ".join(f"{channel}={provider}" for channel, provider in settings.providers.items())


def collect_seldom() -> None:
    """What is imported stays, and the thousands of rows of each turn go without the collector's help."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def post(mail: list[Received], clock: Callable[[], datetime], hook: Hook, due_at: datetime) -> None:
    mail.append(Received("sandbox", hook.url, hook.headers, hook.body, clock(), due_at))


def compose_for(settings: Settings, reading: Reading, batch: Sequence[Claimed]) -> list[Message | Blocked]:
    if not batch:
        return []
    texts = queries.template_texts(reading)
    head = Letterhead(settings.business_name, settings.business_address, settings.public_url)
    return [compose(claimed, texts, head) for claimed in batch]


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
