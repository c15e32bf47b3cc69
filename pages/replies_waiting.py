"""How many answers wait for a person, in the navigation."""

from data import replies
from data.store import StoreUnavailable
from pages.workspace import store, workspace


def replies_title() -> str:
    """ "Replies", with the number that wait once the store is open: opening it, and its trouble, are the page's."""
    if "store" not in workspace().__dict__:
        return "Replies"
    try:
        waiting = replies.count_waiting(store())
    except StoreUnavailable:
        return "Replies"
    return f"Replies ({waiting:,})" if waiting else "Replies"
