"""An older copy of the store was put back: what has left since would leave again, so a person has to look first."""

from datetime import datetime, tzinfo

from data import stops
from data.days import day
from data.stops import Stop
from data.store import Reading, Writing

_PUT_BACK = (
    "This store is an older copy that was put back: messages may have been handed over until {moment} that it knows"
    " nothing of, and what it still has queued may be among them. Under Requests, cancel what was due before, then lift"
    " this stop"
)


def ask(work: Writing, moment: datetime, now: datetime, zone: tzinfo) -> None:
    """Stops everything; until `moment` messages may have been handed over."""
    local = moment.astimezone(zone)
    reason = _PUT_BACK.format(moment=f"{day(local)} {local:%H:%M}")
    stops.stop(work, Stop("everything", "", "restore", reason, "engine"), now)


def forgot(reading: Reading, engine: str, beaten_at: datetime) -> bool:
    """Whether the store does not know any more that this engine was alive then: it was put back while that worked."""
    rows = reading.rows("SELECT seen_at FROM engine WHERE id = $engine", engine=engine)
    return not rows or rows[0]["seen_at"] < beaten_at
