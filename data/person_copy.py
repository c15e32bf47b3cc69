"""What a person may ask for: a copy of everything that is kept about them, and of nobody else."""

import json
import re
from collections.abc import Sequence
from typing import Any, LiteralString, cast

from data.contacts import address_key
from data.named import REPLIES, all_addresses, hooks_naming, telling_hooks
from data.people import messages_of, requests_of
from data.quoted import plain, quoting
from data.statements import span
from data.store import Reading, Row

_LEDGER: LiteralString = "(contact_id = $id OR address_key = ANY(CAST($keys AS bigint[])))"


def export_person(reading: Reading, id: int) -> dict[str, Any]:
    """Everything kept about a person, table by table, as plain JSON values."""
    requests, known = requests_of(reading, id), all_addresses(reading, id)
    keys = [address_key(address) for address in known]
    kept = {
        "contact": reading.rows("SELECT * FROM contact WHERE id = $id OR merged_into = $id ORDER BY id", id=id),
        "request": _of(reading, "SELECT * FROM request WHERE id", requests),
        "other_address": reading.rows("SELECT * FROM other_address WHERE contact_id = $id", id=id),
        "message": messages_of(reading, requests),
        "provider_message": _names_of(reading, requests),
        "happening": _of(reading, "SELECT * FROM happening WHERE request_id", requests),
        "reach": reading.rows("SELECT * FROM reach WHERE contact_id = $id ORDER BY reached_at", id=id),
        "reply": reading.rows(f"SELECT * FROM reply WHERE {REPLIES} ORDER BY id", id=id, addresses=known),
        "suppression": reading.rows(
            "SELECT * FROM suppression WHERE address_key = ANY(CAST($keys AS bigint[])) ORDER BY id", keys=keys
        ),
        "consent": reading.rows(f"SELECT * FROM consent WHERE {_LEDGER} ORDER BY happened_at", id=id, keys=keys),
        "inbox": _hooks(reading, telling_hooks(reading, id)),
    }
    return json.loads(json.dumps(kept, default=str))


def _names_of(reading: Reading, requests: Sequence[int]) -> list[Row]:
    """What providers call their messages."""
    return _of(
        reading, "SELECT * FROM provider_message WHERE message_id", [m["id"] for m in messages_of(reading, requests)]
    )


def _of(reading: Reading, sql: LiteralString, requests: Sequence[int]) -> list[Row]:
    if not requests:
        return []
    return reading.rows(f"{sql} BETWEEN $low AND $high AND {sql.split()[-1]} = ANY($ids)", **span(requests))


def _hooks(reading: Reading, needles: Sequence[str]) -> list[Row]:
    """Each without what it says of others: providers tell of many people at once."""
    quoted = quoting(needles)
    return [{**row, "body": _about(row["body"], quoted)} for row in hooks_naming(reading, needles)]


def _about(body: str, quoted: re.Pattern[str]) -> str:
    try:
        said = json.loads(body)
    except ValueError:  # a form, which is about one message
        return body
    return json.dumps(_pruned(said, quoted))


def _pruned(said: Any, quoted: re.Pattern[str]) -> Any:
    """Of every list the parts that name the person; a part that does so itself stays whole."""
    match said:
        case list():
            parts = cast("list[Any]", said)
            return [_pruned(part, quoted) for part in parts if not isinstance(part, dict) or _names(part, quoted)]
        case dict():
            fields = cast("dict[str, Any]", said)
            own = {name: value for name, value in fields.items() if not isinstance(value, dict | list)}
            return fields if _names(own, quoted) else {name: _pruned(one, quoted) for name, one in fields.items()}
        case _:
            return said


def _names(part: Any, quoted: re.Pattern[str]) -> bool:
    return bool(quoted.search(plain(json.dumps(part, ensure_ascii=False))))
