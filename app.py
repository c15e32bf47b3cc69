"""The web server: console for people, routes for machines. Start it with `streamlit run app.py`."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module

import streamlit as st
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware

import logs
import settings as configuration
from connectors.contract import Connector
from connectors.http import open_session
from data.store import Store, StoreUnavailable
from data.store.migrations import open_prepared
from engine.clock import Clock
from engine.policy import judge
from pages import workspace as pages
from pages.directory import ADDRESSES
from pages.workspace import Workspace
from providers import remote
from settings import Unconfigured
from web.door import Door
from web.export import export_route
from web.health import health_route
from web.home import home_route
from web.hooks import hook_routes
from web.links import link_route
from web.lost import lost_routes
from web.unsubscribe import unsubscribe_route

logs.start()
os.umask(0o077)  # whatever is written holds customers
try:
    settings = configuration.load()
except Unconfigured as trouble:
    sys.exit(str(trouble))
logs.mask_phones_of(settings.region)

clock = Clock()


def _open() -> Store:
    store = open_prepared(settings.database, memory_limit="1GB")
    try:
        clock.set(store)
    except StoreUnavailable:
        store.close()
        raise
    return store


workspace = Workspace(
    _open,
    settings.business_name,
    settings.business_address,
    settings.review_url,
    settings.public_url,
    settings.timezone,
    settings.region,
    settings.providers,
    settings.per_second,
    judge,
    clock,
)
pages.use(workspace)
heard: dict[str, Connector] = {}  # the providers whose hooks are taken


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None]:
    await to_thread.run_sync(_warm_up)
    setting = asyncio.create_task(clock.keep_right(lambda: workspace.store))
    async with open_session() as session:  # nothing is sent from here, but connectors come with one
        heard.update(remote(settings, session, clock))
        yield
    setting.cancel()
    workspace.close()
    gc.unfreeze()


def _warm_up() -> None:
    """Pays for imports before the first visitor, then freezes them: Streamlit collects garbage after every run.

    And collects it less often in between: the verdict on a large CSV makes many objects that all stay.
    """
    for heavy in ("pandas", "pyarrow", "plotly.graph_objects", "scipy.stats", "phonenumbers.geocoder"):
        import_module(heavy)
    try:
        _ = workspace.store
    except StoreUnavailable as trouble:  # pages say so too, and try again
        logging.getLogger("askwell").error("%s", trouble)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _complain(trouble: Exception) -> bool:
    """A person never sees a traceback; the log keeps it."""
    log = logging.getLogger("askwell")
    if isinstance(trouble, StoreUnavailable):
        log.error("%s", trouble)
        st.error(str(trouble), icon=":material/database_off:")
    else:
        log.error("page failed", exc_info=trouble)
        st.error("Something went wrong on this page; nothing was lost. Reload it, or look into the log for the cause.")
    return True


world = Starlette(
    routes=[
        health_route(lambda: workspace.store),
        link_route(lambda: workspace.store, settings.review_url, clock),
        unsubscribe_route(lambda: workspace.store, settings.business_name, clock),
        *hook_routes(
            lambda: workspace.store,
            heard,
            settings.public_url,
            settings.meta.verify_token if settings.meta else "",
            clock,
        ),
    ]
)
app = st.App(
    "pages/console.py",
    lifespan=lifespan,
    middleware=[Middleware(Door, world=world, public_url=settings.public_url, others=settings.console_hosts)],
    routes=[
        home_route(),
        export_route(lambda: workspace.store, settings.timezone, settings.region),
        *lost_routes(ADDRESSES),
    ],
    on_script_error=_complain,
)
