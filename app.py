"""The web server: console for people, routes for machines. Start it with `streamlit run app.py`."""

import gc
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module

import streamlit as st
from anyio import to_thread

import settings as configuration
from data.migrations import prepare
from data.store import Store, StoreUnavailable, open_store
from pages import workspace as pages
from pages.workspace import Workspace
from settings import Unconfigured
from web.export import export_route
from web.health import health_route

try:
    settings = configuration.load()
except Unconfigured as trouble:
    sys.exit(str(trouble))


def _open() -> Store:
    store = open_store(settings.database, memory_limit="1GB")
    prepare(store, datetime.now(UTC))
    return store


workspace = Workspace(
    _open, settings.business_name, settings.review_url, settings.public_url, settings.timezone, settings.region
)
pages.use(workspace)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None]:
    await to_thread.run_sync(_warm_up)
    yield
    workspace.close()
    gc.unfreeze()


def _warm_up() -> None:
    """Pays for imports before the first visitor, then freezes them: Streamlit collects garbage after every run."""
    for heavy in ("pandas", "pyarrow", "plotly.graph_objects", "scipy.stats"):
        import_module(heavy)
    try:
        _ = workspace.store
    except StoreUnavailable as trouble:  # pages say so too, and try again
        logging.getLogger("askwell").error("%s", trouble)
    gc.collect()
    gc.freeze()


def _complain(trouble: Exception) -> bool:
    """A person never sees a traceback; the log keeps it."""
    logging.getLogger("askwell").error("page failed", exc_info=trouble)
    if isinstance(trouble, StoreUnavailable):
        st.error(str(trouble), icon=":material/database_off:")
    else:
        st.error("Something went wrong on this page; nothing was lost. Reload it, or look into the log for the cause.")
    return True


app = st.App(
    "pages/console.py",
    lifespan=lifespan,
    routes=[
        export_route(lambda: workspace.store, settings.timezone, settings.region),
        health_route(lambda: workspace.store),
    ],
    on_script_error=_complain,
)
