"""What pages list: requests, one request's story, the people and templates to choose from."""

from dataclasses import dataclass, replace
from typing import Any, LiteralString

from data.filters import Condition, Filters, Likely, where
from data.lifecycle import PROBLEMS, PROOF_OF_DELIVERY, Status
from data.statements import by_name
from data.store import Reading, Row

# Every sort ends in the id, so that pages never overlap. The newest ask comes first by default.
SORTS: dict[str, LiteralString] = {
    "name": by_name("contact_name"),
    "address": "address",
    "sent_by": "(SELECT lower(name) FROM member WHERE member.id = request.sent_by)",
    "channel": "channel",
    "sent_at": "sent_at",
    "status": "status",
    "retries": "retries",
}
_NEAR = 100_000  # requests from the newest on that are searched first
_BECAME_OF_IT = PROOF_OF_DELIVERY | {"undelivered", "failed", "machine_opened", "machine_clicked", "replied"}
_SHOWN: LiteralString = (
    "id, contact_name, address, sent_by, channel, sent_at, due_at, status, paused, retries, hold_code, hold_reason,"
    " next_at, next_number, next_channel, code, reason"
)


@dataclass(frozen=True, slots=True)
class Sort:
    """A column of SORTS and a direction; no column means newest ask first."""

    column: str | None = None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of requests by where they stand, of everything the filters other than Status let through."""

    by_status: dict[Status, int]

    def count(self, *statuses: Status) -> int:
        return sum(self.by_status.get(status, 0) for status in statuses or tuple(Status))

    @property
    def problems(self) -> int:
        return self.count(*PROBLEMS)


def page(reading: Reading, filters: Filters, sort: Sort, number: int, size: int) -> list[Row]:
    """Page `number` (from 1) of the filtered list: `size` rows and no more ever leave the store."""
    wanted = where(reading, filters)
    if number == 1 and sort.column not in SORTS and (likely := wanted.likely("id")):
        near = _near(reading, wanted, size)
        return near if len(near) == size else _anywhere(reading, likely, size)
    ids: LiteralString = f"SELECT id FROM request WHERE {wanted.sql} ORDER BY {_order(sort)} LIMIT $size OFFSET $skip"
    return _shown(reading, ids, _order(sort), {**wanted.values, "size": size, "skip": (number - 1) * size})


def _shown(reading: Reading, ids: LiteralString, order: LiteralString, values: dict[str, Any]) -> list[Row]:
    """First which, then what of them: DuckDB would read all that is shown of every row that meets a condition by IN."""
    return reading.rows(f"SELECT {_SHOWN} FROM request WHERE id IN ({ids}) ORDER BY {order}", **values)


def _near(reading: Reading, wanted: Condition, size: int) -> list[Row]:
    """What a search finds among the newest requests: mostly enough, and a tenth of the price of looking anywhere."""
    return reading.rows(
        f"""
        SELECT {_SHOWN} FROM request WHERE id > (SELECT max(id) FROM request) - $near AND {wanted.sql}
        ORDER BY id DESC LIMIT $size
        """,
        near=_NEAR,
        size=size,
        **wanted.values,
    )


def _anywhere(reading: Reading, likely: Likely, size: int) -> list[Row]:
    source, condition, values = likely
    ids: LiteralString = f"SELECT id FROM {source} AS likely WHERE {condition} ORDER BY id DESC LIMIT $size"
    return _shown(reading, ids, "id DESC", {**values, "size": size})


def summary(reading: Reading, filters: Filters) -> Summary:
    """How many requests stand where. The Status filter is left out, so that its numbers stay worth clicking."""
    wanted = where(reading, replace(filters, statuses=()))
    source, condition, values = wanted.likely("status") or ("request", wanted.sql, wanted.values)
    rows = reading.rows(f"SELECT status, count(*) AS n FROM {source} WHERE {condition} GROUP BY status", **values)
    return Summary({Status(row["status"]): row["n"] for row in rows})


def story(reading: Reading, id: int) -> dict[str, Any] | None:
    """All that is kept about one request: `request`, its `messages` and its `happenings` in order."""
    found = reading.rows(
        """
        SELECT request.*, contact.email AS contact_email, contact.phone AS contact_phone, member.name AS sender
        FROM request
        LEFT JOIN contact ON contact.id = request.contact_id
        LEFT JOIN member ON member.id = request.sent_by
        WHERE request.id = $id
        """,
        id=id,
    )
    if not found:
        return None
    return {
        "request": found[0],
        "messages": reading.rows(
            """
            SELECT message.*, template.name AS template_name, template.subject, template.body
            FROM message LEFT JOIN template
            ON template.id = message.template_id AND template.version = message.template_version
            WHERE request_id = $id ORDER BY number
            """,
            id=id,
        ),
        "happenings": _in_order(
            reading.rows(
                """
                SELECT message_id, event, happened_at, recorded_at, actor, code, detail
                FROM happening WHERE request_id = $id ORDER BY happened_at, recorded_at
                """,
                id=id,
            )
        ),
    }


def _in_order(happenings: list[Row]) -> list[Row]:
    """Providers tell the second alone: within it, what became of a message comes after its handing over, and what
    Askwell concluded from that comes last."""
    return sorted(
        happenings, key=lambda one: (one["happened_at"].replace(microsecond=0), _turn(one["event"], one["actor"]))
    )


def _turn(event: str, actor: str | None) -> int:
    return 2 if event == "cancelled" and actor == "engine" else int(event in _BECAME_OF_IT)


def members(reading: Reading) -> dict[int, str]:
    """The team's names by id, in alphabetical order."""
    return {row["id"]: row["name"] for row in reading.rows("SELECT id, name FROM member ORDER BY lower(name), id")}


def templates(reading: Reading) -> list[Row]:
    """The newest version of every template in use."""
    return reading.rows(
        """
        SELECT id, version, channel, name, subject, body, provider_name FROM template AS t
        WHERE retired_at IS NULL AND version = (SELECT max(version) FROM template AS n WHERE n.id = t.id)
        ORDER BY channel, name, id
        """
    )


def template_name(reading: Reading, id: int) -> str:
    """As its newest version is called; empty where there is none."""
    rows = reading.rows("SELECT name FROM template WHERE id = $id ORDER BY version DESC LIMIT 1", id=id)
    return rows[0]["name"] if rows else ""


def template_names(reading: Reading) -> dict[int, str]:
    """What the newest version of every template is called, by id."""
    return {row["id"]: row["name"] for row in reading.rows("SELECT id, name FROM template ORDER BY id, version")}


def template_texts(reading: Reading) -> dict[tuple[int, int], Row]:
    """Every version ever used, by id and version: messages keep theirs."""
    rows = reading.rows(
        "SELECT id, version, channel, name, subject, body, provider_name, language, variables FROM template"
    )
    return {(row["id"], row["version"]): row for row in rows}


def name_of(reading: Reading, kind: str, id: int) -> str:
    """Who a "request" was sent to, or a "contact" is; empty where there is none."""
    sql: LiteralString = "SELECT name FROM contact WHERE id = $id"
    if kind == "request":
        sql = "SELECT contact_name AS name FROM request WHERE id = $id"
    rows = reading.rows(sql, id=id)
    return rows[0]["name"] if rows else ""


def contact_of_reply(reading: Reading, id: int) -> int | None:
    """Who answered; None where nobody knows."""
    rows = reading.rows("SELECT contact_id FROM reply WHERE id = $id", id=id)
    return rows[0]["contact_id"] if rows else None


def token_of(reading: Reading, message_id: int) -> str | None:
    """The random token of a message's link; None where there is no such message."""
    rows = reading.rows("SELECT token FROM message WHERE id = $id", id=message_id)
    return rows[0]["token"] if rows else None


def is_empty(reading: Reading) -> bool:
    return not reading.rows("SELECT id FROM request LIMIT 1")


def _order(sort: Sort) -> LiteralString:
    if sort.column not in SORTS:
        return "id DESC"
    direction: LiteralString = "DESC" if sort.descending else "ASC"
    return f"{SORTS[sort.column]} {direction} NULLS LAST, id DESC"
