"""How far an engine came in what it claimed: what lies beyond its mark was certainly never handed over.

An engine hands its messages over in the order of their positions, and none before a mark at or beyond it is durable.
So when it dies, only what it had under way is in doubt.
"""

import json
import logging
from collections.abc import Collection
from datetime import datetime
from secrets import token_hex
from threading import Lock

from data.store import OVER, Reading, Store, Writing
from data.store.mark_file import MarkFile

_log = logging.getLogger("askwell.engine")
_NAME = "store"
Position = tuple[datetime, int]  # when a message was claimed, and its id


class TakenOver(Exception):
    """Others believe this engine dead, and have taken over what it held."""


class Marks:
    """The mark of one engine, and those that others left. Safe to use from any thread."""

    def __init__(self, store: Store, engine: str, beside: MarkFile | None = None) -> None:
        """`beside` is a file on this machine, for a store that keeps its marks within itself: put back from a copy, it
        would know no better.
        """
        self.engine = engine
        self._store, self._left = store, store.marks()  # a file keeps one mark only, ours before long
        self._beside, (self._outside, self._of) = beside, _split(beside.read() if beside else None)
        self._named: str | None = None
        self._lock, self._reached = Lock(), None

    def reach(self, position: Position) -> None:
        """Durable when it returns: everything up to this position may have been handed over. Raises TakenOver."""
        with self._lock:
            if self._reached is None or position > self._reached:
                if not self._store.mark(self.engine, f"{position[0].isoformat()} {position[1]}"):
                    raise TakenOver
                self._note_beside(position)
                self._reached: Position | None = position

    def begin(self, now: datetime) -> None:
        """Before the first claim: nothing of it was handed over yet."""
        if self._reached is None:
            self.reach((now, 0))

    def beyond(self, reading: Reading) -> datetime | None:
        """Until when messages may have been handed over that this store knows nothing of: it is an older copy.

        Told by a mark in a file outside of the store, of an engine that the store does not know, or of a claim:
        whatever the clock said, a store knows of both before they are marked. One that no engine ever worked on is new;
        and one that came in the place of another is no copy of it.
        """
        if self._beside and _name(reading) not in (None, self._of):
            return None
        known = {row["id"] for row in reading.rows("SELECT id FROM engine")}
        marks = self._outside if self._store.shared_by_engines else self._left
        for engine, position in ((engine, _position(line)) for engine, line in marks.items() if known):
            if engine not in known or not _is_known(reading, engine, *position):
                return position[0]
        return None

    def name_store(self, work: Writing, now: datetime) -> None:
        """Gives a store without one the name by which it is told from others, and which it keeps when it is moved."""
        work.rows(
            "INSERT INTO setting (name, value, changed_at) VALUES ($name, $value, $now) ON CONFLICT (name) DO NOTHING",
            name=_NAME,
            value=json.dumps(token_hex(8)),
            now=now,
        )
        self._named = _name(work)

    def _note_beside(self, position: Position) -> None:
        try:
            if self._beside:
                self._beside.write(f"{self.engine}\t{position[0].isoformat()} {position[1]}\t{self._named or ''}")
        except OSError as trouble:
            _log.warning("an older copy of the store could not be told: %s", trouble)

    def renew(self) -> None:
        """An engine that was taken over goes on under another name."""
        with self._lock:
            self.engine, self._reached = f"{self.engine.partition('+')[0]}+{token_hex(3)}", None

    def forget(self, work: Writing) -> None:
        """Deletes the marks of engines that have stopped and hold nothing. One that only fell silent may come back: its
        mark stays, and with it the word that it gets no further."""
        if self._store.shared_by_engines:
            work.rows(
                """
                DELETE FROM engine_mark WHERE engine IN (SELECT id FROM engine WHERE stopped_at IS NOT NULL)
                AND engine NOT IN (SELECT claimed_by FROM message WHERE status = 'sending' AND claimed_by IS NOT NULL)
                """
            )

    def left(self, work: Writing, engines: Collection[str]) -> dict[str, Position]:
        """How far the engines came whose marks are known, of these; the others may have handed over all they held.

        None of them gets any further once the transaction is committed, should it be alive after all.
        """
        if self._store.shared_by_engines:
            others = sorted(set(engines) - {self.engine})
            work.rows(
                """
                UPDATE engine_mark SET line = $over || line
                WHERE engine = ANY(CAST($engines AS text[])) AND NOT starts_with(line, $over)
                """,
                over=OVER,
                engines=others,
            )
            rows = work.rows("SELECT engine, line FROM engine_mark")
            marks = {row["engine"]: row["line"] for row in rows}
        else:
            marks = {**self._left, **self._store.marks()}
        return {engine: _position(line) for engine, line in marks.items() if engine in engines}


def _is_known(reading: Reading, engine: str, moment: datetime, id: int) -> bool:
    """Whether the message was claimed then, or later: as its row says, or what came of that claim, if it was claimed
    again by a clock put right. One that waits no more is never handed over anew; taking it over may have failed.
    """
    sql = """
        SELECT id FROM message WHERE id = $id AND (status NOT IN ('queued', 'unsure', 'sending')
            OR status = 'sending' AND claimed_by <> $engine OR claimed_at >= $moment
            OR EXISTS (SELECT 1 FROM happening WHERE message_id = $id AND dedupe_key LIKE $ending))
        """
    return not id or bool(reading.rows(sql, id=id, engine=engine, moment=moment, ending=f"% {moment.isoformat()}"))


def _name(reading: Reading) -> str | None:
    rows = reading.rows("SELECT value FROM setting WHERE name = $name", name=_NAME)
    return json.loads(rows[0]["value"]) if rows else None


def _split(line: str | None) -> tuple[dict[str, str], str]:
    """Engine and position of a line of the file beside, and the name of its store."""
    engine, position, of, *_ = *(line or "").split("\t"), "", ""
    return {engine: position} if position else {}, of


def _position(line: str) -> Position:
    moment, _, id = line.removeprefix(OVER).partition(" ")
    return datetime.fromisoformat(moment), int(id)
