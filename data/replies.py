"""What recipients write back: STOP and START act at once, everything else waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from data import audit, erased, moves
from data.answered import newest_each
from data.contacts import Holders
from data.lifecycle import Channel
from data.moves import Change, News
from data.opt_outs import Halting, stop_people, stop_person
from data.owners import Owner, known_at
from data.pausing import held_by_refusal, hold_back, set_paused
from data.refusals import is_refusal, refusing
from data.rules import Rules
from data.statements import new_ids
from data.store import Reading, Row, Store, Writing
from data.suppressions import start
from data.verdicts import Basis
from data.whole_person import whole

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

    All are looked up and acted upon together: a night may bring hundreds. That comes to the same, in whatever order
    they came in, since what lifts a stop goes by when both were said; at the same moment STOP has the last word.
    Whoever was erased is barred already, and nothing of theirs is kept.
    """
    gone = erased.keys(work) if heard else frozenset[int]()
    fresh = _not_known(work, [one for one in heard if not erased.is_one(one.address, gone)])
    if not fresh:
        return []
    fresh.sort(key=lambda one: (one.received_at, one.keyword == "stop"))
    people = {at: _ids(known) for at, known in known_at(work, {one.address for one in fresh}).items()}
    newest = newest_each(work, people)
    changes = _told(work, fresh, newest, now, zone)
    stop_people(work, [_halting(one, rules) for one in fresh if one.keyword == "stop"], "recipient", now, zone)
    for one in fresh:
        if one.keyword == "start":
            start(work, one.address, one.channel, one.text[:LONGEST], one.received_at, now)
    refusing = [one.address for one in fresh if one.keyword is None and is_refusal(one.text)]
    _hold_back(work, {id for address in refusing for id in people[address]}, now)
    _keep(work, fresh, people, newest, now)
    return changes


def _ids(people: Sequence[Owner]) -> list[int]:
    return list(dict.fromkeys(person[0] for person in people))


def _halting(one: Inbound, rules: Rules) -> Halting:
    text = one.text[:LONGEST]
    return Halting(one.address, Basis.OPTED_OUT, one.channel, text, rules.stop_means_person, one.received_at)


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
                    work, row["address"], Basis(verdict), source="reply", evidence=row["body"], actor=actor,
                    now=now, zone=zone, whole_person=verdict == Basis.OPTED_OUT, said_at=row["received_at"],
                )  # fmt: skip
            if verdict == Basis.OPTED_OUT:
                _tell_of_it(work, row, actor, now, zone)
            let_go_on(work, actor, now)
            audit.record(work, actor, "reply", f"reply {id}", verdict, now)
        return bool(rows)


def _tell_of_it(work: Writing, answer: Row, actor: str, now: datetime, zone: tzinfo) -> None:
    """In the story of the message they answered: a channel whose people opt out stops, whatever their words."""
    people = {answer["address"]: [answer["contact_id"]] if answer["contact_id"] else []}
    for newest in newest_each(work, people).values():
        key = f"opted_out {answer['dedupe_key']}"
        moves.apply(work, [News(newest["id"], "opted_out", answer["received_at"], key, actor=actor)], now, zone)


def _not_known(reading: Reading, heard: Sequence[Inbound]) -> list[Inbound]:
    """Each answer that was not heard before, once."""
    fresh = {(one.channel, one.key): one for one in reversed(heard)}
    for channel in {one.channel for one in heard}:
        rows = reading.rows(
            """
            SELECT dedupe_key FROM reply WHERE channel = CAST($channel AS channel)
                AND dedupe_key IN (SELECT unnest(CAST($keys AS text[])))
            """,
            channel=channel,
            keys=sorted({one.key for one in heard if one.channel == channel}),
        )
        for row in rows:
            fresh.pop((channel, row["dedupe_key"]), None)
    return list(fresh.values())


def _told(
    work: Writing, heard: Sequence[Inbound], newest: Mapping[str, Row], now: datetime, zone: tzinfo
) -> list[Change]:
    """Each answer in the story of the message it most likely answers."""
    news = [
        News(newest[one.address]["id"], event, one.received_at, f"{event} {one.key}", actor="recipient")
        for one in heard
        if one.address in newest
        for event in ("replied", *(["opted_out"] if one.keyword == "stop" else []))
    ]
    return moves.apply(work, news, now, zone).changes


def _keep(
    work: Writing, heard: Sequence[Inbound], people: Mapping[str, Sequence[int]], newest: Mapping[str, Row],
    now: datetime,
) -> None:  # fmt: skip
    requests = [newest[one.address]["request_id"] if one.address in newest else None for one in heard]
    work.append(
        "reply",
        {
            "id": new_ids(work, "small_ids", len(heard)),
            "channel": [Channel(one.channel).value for one in heard],
            "address": [one.address for one in heard],
            "dedupe_key": [one.key for one in heard],
            "contact_id": [next(iter(people[one.address]), None) for one in heard],
            "request_id": requests,
            "body": [one.text[:LONGEST] for one in heard],
            "keyword": [one.keyword for one in heard],
            "received_at": [one.received_at for one in heard],
            "handled_at": [now if one.is_done else None for one in heard],
            "handled_by": ["engine" if one.is_done else None for one in heard],
        },
    )


def _hold_back(work: Writing, people: Collection[int], now: datetime) -> None:
    """Nothing more to these people before somebody has read what they wrote."""
    if not people:
        return
    rows = work.rows(
        """
        SELECT m.request_id FROM message m JOIN request r ON r.id = m.request_id
        WHERE r.contact_id IN (SELECT unnest(CAST($people AS bigint[]))) AND m.status = 'queued'
        """,
        people=sorted(people),
    )
    hold_back(work, {row["request_id"] for row in rows}, now)


def let_go_on(work: Writing, actor: str, now: datetime) -> None:
    """Resumes what only refusals have paused, nothing that a person has, once no refusal of theirs waits: as the rules
    see it, for whom one of several people who share an address holds the others, too.
    """
    held = held_by_refusal(work)
    people = whole(work, Holders(work), [([row["contact_id"]], [row["address"]]) for row in held])
    waits = refusing(work, people)
    free = [row["request_id"] for row, is_waiting in zip(held, waits, strict=True) if not is_waiting]
    set_paused(work, free, actor, now, paused=False)
