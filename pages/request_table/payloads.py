"""What the browser says, checked: whatever is malformed is dropped."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeGuard, cast, get_args

Column = Literal["name", "address", "sent_by", "channel", "sent_at", "status", "retries"]
Verb = Literal["pause", "resume"]
COLUMNS: tuple[Column, ...] = get_args(Column)
VERBS: tuple[Verb, ...] = get_args(Verb)


class Sort(NamedTuple):
    """Which column the rows are ordered by."""

    column: Column
    descending: bool


class Action(NamedTuple):
    """A press of Pause or Resume; numbers only grow within a session."""

    number: int
    id: int
    verb: Verb


class Marked(NamedTuple):
    """The ticked ids, and how many times the person has changed them."""

    ids: tuple[int, ...]
    stamp: int


def actions_from(payload: object) -> Iterator[Action]:
    for entry in cast("list[object]", payload) if isinstance(payload, list) else []:
        match entry:
            case {"number": number, "id": id, "verb": verb} if _whole(number) and _whole(id) and verb in VERBS:
                yield Action(number, id, verb)
            case _:
                pass


def sort_from(payload: object) -> Sort | None:
    match payload:
        case {"column": column, "descending": bool(descending)} if column in COLUMNS:
            return Sort(column, descending)
        case _:
            return None


def opened_from(payload: object) -> int | None:
    return payload if _whole(payload) else None


def marked_from(payload: object) -> Marked | None:
    match payload:
        case {"ids": [*ids], "stamp": stamp} if _whole(stamp) and all(_whole(id) for id in ids):
            return Marked(tuple(cast("list[int]", ids)), stamp)
        case _:
            return None


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
