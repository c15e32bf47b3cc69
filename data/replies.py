"""What recipients write back: STOP and START act at once, everything else waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from data import erased, moves
from data.contacts import Holders, number_in
from data.lifecycle import Channel
from data.moves import Change, News, span
from data.owners import known_at
from data.pausing import held_by_refusal, hold_back, set_paused
from data.refusals import is_refusal, unread
from data.rules import Rules, audit
from data.store import Reading, Row, Store, Writing
from data.suppressions import start, stop_person
from data.whole_person import whole

_NEWEST = 20  # requests among which an answer is looked for
LONGEST = 2000  # characters of an answer that are kept


@dataclass(frozen=True, slots=True)
class Inbound:
    """One answer; `key` tells repeats from new ones, `keyword` is stop, start, help or nothing."""

    channel: str
    address: str
    text: str
    received_at: datetime
    key: str
    keyword: str | None
    answered: bool = False  # by the provider itself

    @property
    def is_done(self) -> bool:
        """Whether no person has to read it."""
        return self.keyword in ("stop", "start") or self.answered


def receive(work: Writing, heard: Sequence[Inbound], rules: Rules, now: datetime, zone: tzinfo) -> list[Change]:
    """Keeps each answer once and acts on it; returns what it changed about messages.

    In the order they were written, whatever the order they came in; at the same moment STOP has the last word.
    Whoever was erased is barred already, and nothing of theirs is kept.
    """
    changes: list[Change] = []
    gone = erased.keys(work) if heard else frozenset[int]()
    for one in sorted(heard, key=lambda one: (one.received_at, one.keyword == "stop")):
        if not erased.is_one(one.address, gone) and not _is_known(work, one):
            changes += _take(work, one, rules, now, zone)
    return changes


def waiting(reading: Reading) -> list[Row]:
    """Answers that a person has to read, likely refusals first, then the oldest."""
    rows = reading.rows(
        """
        SELECT reply.*, contact.name AS contact_name FROM reply LEFT JOIN contact ON contact.id = reply.contact_id
        WHERE handled_at IS NULL ORDER BY received_at, reply.id
        """
    )
    return sorted(rows, key=lambda row: not is_refusal(row["body"]))


def count_waiting(reading: Reading) -> int:
    return reading.rows("SELECT count(*) AS n FROM reply WHERE handled_at IS NULL")[0]["n"]


def decide(store: Store, id: int, verdict: str, actor: str, now: datetime, zone: tzinfo) -> bool:
    """A person's decision: "opted_out", "wrong_person" or "fine". False where somebody has decided already."""
    with store.transaction() as work:
        rows = work.rows(
            """
            UPDATE reply SET handled_at = $now, handled_by = $actor, verdict = $verdict
            WHERE id = $id AND handled_at IS NULL
            RETURNING address, body, contact_id, received_at, dedupe_key
            """,
            id=id,
            now=now,
            actor=actor,
            verdict=verdict,
        )
        for row in rows:
            if verdict != "fine":
                stop_person(
                    work, row["address"], verdict, source="reply", evidence=row["body"], actor=actor,
                    now=now, zone=zone, whole_person=verdict == "opted_out", said_at=row["received_at"],
                )  # fmt: skip
            if verdict == "opted_out":
                _tell_of_it(work, row, actor, now, zone)
            let_go_on(work, actor, now)
            audit(work, actor, "reply", f"reply {id}", verdict, now)
        return bool(rows)


def _tell_of_it(work: Writing, answer: Row, actor: str, now: datetime, zone: tzinfo) -> None:
    """In the story of the message they answered: a channel whose people opt out stops, whatever their words."""
    newest = _newest(work, answer["address"], [answer["contact_id"]] if answer["contact_id"] else [])
    if newest:
        key = f"opted_out {answer['dedupe_key']}"
        moves.apply(work, [News(newest["id"], "opted_out", answer["received_at"], key, actor=actor)], now, zone)


def _is_known(reading: Reading, one: Inbound) -> bool:
    sql = "SELECT id FROM reply WHERE channel = CAST($channel AS channel) AND dedupe_key = $key"
    return bool(reading.rows(sql, channel=one.channel, key=one.key))


def _take(work: Writing, one: Inbound, rules: Rules, now: datetime, zone: tzinfo) -> list[Change]:
    people = known_at(work, one.address)
    ids = list(dict.fromkeys(person[0] for person in people))
    newest = _newest(work, one.address, ids)
    changes = _told(work, newest, one, now, zone)
    if one.keyword == "stop":
        stop_person(
            work, one.address, "opted_out", source=one.channel, evidence=one.text[:LONGEST],
            actor="recipient", now=now, zone=zone, whole_person=rules.stop_means_person, owned=people,
            said_at=one.received_at,
        )  # fmt: skip
    elif one.keyword == "start":
        start(work, one.address, one.channel, one.text[:LONGEST], one.received_at, now)
    elif one.keyword is None and is_refusal(one.text):
        _hold_back(work, ids, now)
    _keep(work, one, ids[0] if ids else None, newest["request_id"] if newest else None, now)
    return changes


def _told(work: Writing, newest: Row | None, one: Inbound, now: datetime, zone: tzinfo) -> list[Change]:
    """The answer in the story of the message it most likely answers."""
    if newest is None:
        return []
    events = ["replied", *(["opted_out"] if one.keyword == "stop" else [])]
    news = [News(newest["id"], event, one.received_at, f"{event} {one.key}", actor="recipient") for event in events]
    return moves.apply(work, news, now, zone).changes


def _newest(work: Writing, address: str, people: Sequence[int]) -> Row | None:
    """The newest message to this address that has left."""
    of_whom = "contact_id = ANY(CAST($people AS bigint[]))" if people else "phone_number = CAST($number AS bigint)"
    asked = work.rows(
        f"SELECT id FROM request WHERE {of_whom}", **({"people": people} if people else {"number": number_in(address)})
    )
    if not asked:
        return None
    rows = work.rows(
        """
        SELECT id, request_id FROM message
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
            AND address = $address AND status NOT IN ('queued', 'cancelled')
        ORDER BY id DESC LIMIT 1
        """,
        address=address,
        **span(sorted(row["id"] for row in asked)[-_NEWEST:]),
    )
    return rows[0] if rows else None


def _keep(work: Writing, one: Inbound, contact: int | None, request: int | None, now: datetime) -> None:
    work.rows(
        """
        INSERT INTO reply (id, channel, address, dedupe_key, contact_id, request_id, body, keyword, received_at,
            handled_at, handled_by)
        VALUES (nextval('small_ids'), CAST($channel AS channel), $address, $key, CAST($contact AS bigint),
            CAST($request AS bigint), $body, CAST($keyword AS text), $received_at,
            CAST($handled_at AS timestamptz), CAST($handled_by AS text))
        """,
        channel=Channel(one.channel).value,
        address=one.address,
        key=one.key,
        contact=contact,
        request=request,
        body=one.text[:LONGEST],
        keyword=one.keyword,
        received_at=one.received_at,
        handled_at=now if one.is_done else None,
        handled_by="engine" if one.is_done else None,
    )


def _hold_back(work: Writing, people: Sequence[int], now: datetime) -> None:
    """Nothing more to this person before somebody has read what they wrote."""
    rows = work.rows(
        """
        SELECT m.request_id FROM message m JOIN request r ON r.id = m.request_id
        WHERE r.contact_id = ANY(CAST($people AS bigint[])) AND m.status = 'queued'
        """,
        people=list(people),
    )
    hold_back(work, {row["request_id"] for row in rows}, now)


def let_go_on(work: Writing, actor: str, now: datetime) -> None:
    """Resumes what only refusals have paused, nothing that a person has, once no refusal of theirs waits: as the rules
    see it, for whom one of several people who share an address holds the others, too.
    """
    held = held_by_refusal(work)
    people = whole(work, Holders(work), [([row["contact_id"]], [row["address"]]) for row in held])
    waits = unread(work, {id for person in people for id in person.ids}, {row["address"] for row in held})
    free = [
        row["request_id"]
        for row, person in zip(held, people, strict=True)
        if not waits.holds(person.ids, [row["address"]])
    ]
    set_paused(work, free, actor, now, paused=False)
