"""What every page stands on: the store and the few settings that people see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property, wraps
from typing import ParamSpec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from data.lifecycle import Channel
from data.planning import Judge
from data.store import Store, StoreUnavailable


@dataclass(frozen=True)
class Workspace:
    """Put in place once by app.py; the store is opened when the first page needs it."""

    open_store: Callable[[], Store]
    business_name: str
    business_address: str
    review_url: str
    public_url: str
    timezone: ZoneInfo
    region: str
    providers: Mapping[str, str]
    per_second: Mapping[str, float | None]
    judge: Judge
    clock: Callable[[], datetime]

    @property
    def played(self) -> list[Channel]:
        """Channels that the sandbox plays while others reach people."""
        found = [channel for channel in Channel if self.providers[channel] == "sandbox"]
        return found if len(found) < len(Channel) else []

    @cached_property
    def store(self) -> Store:
        return self.open_store()

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()


P = ParamSpec("P")
_current: list[Workspace] = []


def use(workspace: Workspace) -> None:
    """Makes this the workspace of all pages in this process."""
    _current[:] = [workspace]


def workspace() -> Workspace:
    return _current[0]


def store() -> Store:
    return _current[0].store


def tell(trouble: StoreUnavailable, where: str = "page") -> None:
    """The sentence, and a way to try again."""
    st.error(str(trouble), icon=":material/database_off:")
    st.button("Try again", icon=":material/refresh:", key=f"try_again_{where}")


def told(page: Callable[P, None]) -> Callable[P, None]:
    """For fragments: Streamlit keeps their exceptions from whoever runs the page."""

    @wraps(page)
    def telling(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            page(*args, **kwargs)
        except StoreUnavailable as trouble:
            tell(trouble, page.__name__)

    return telling


def now() -> datetime:
    """The time by which the engines go, too."""
    return _current[0].clock()


def reader_zone() -> tzinfo:
    """The zone of the person who looks, as their browser tells it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
