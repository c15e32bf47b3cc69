"""The files that requests came in by: each brought runs of ids, so that what became of it costs no search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString

from data.store import Reading, Row, Writing


def remember(work: Writing, file: str, digest: str, requests: Iterable[int], now: datetime) -> None:
    """Notes that these requests came in by a file; what goes on where its last part ended makes that longer."""
    for first, last in _runs(requests):
        longer = work.rows(
            """
            UPDATE import_part SET last_id = $last WHERE file = $file AND digest = $digest AND last_id = $before
            RETURNING last_id
            """,
            file=file,
            digest=digest,
            last=last,
            before=first - 1,
        )
        if not longer:
            columns = {"file": file, "digest": digest, "first_id": first, "last_id": last, "created_at": now}
            work.append("import_part", {name: [value] for name, value in columns.items()})


def _runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of each stretch without a gap."""
    runs: list[tuple[int, int]] = []
    for id in sorted(ids):
        if runs and runs[-1][1] == id - 1:
            runs[-1] = (runs[-1][0], id)
        else:
            runs.append((id, id))
    return runs


def files(reading: Reading) -> list[str]:
    """What each imported file is called, the newest first; those of one name are told apart by a number."""
    return list(reversed(_named(reading)))


def name_of(reading: Reading, file: str, digest: str) -> str | None:
    """What a file is called among all of them; None where nothing came in by it."""
    return next((name for name, part in _named(reading).items() if part == (file, digest)), None)


def _named(reading: Reading) -> dict[str, tuple[str, str]]:
    rows = reading.rows("SELECT file, digest, min(first_id) AS first FROM import_part GROUP BY file, digest ORDER BY 3")
    named: dict[str, tuple[str, str]] = {}
    for row in rows:
        name, again = row["file"], 2
        while name in named:
            name, again = f"{row['file']} ({again})", again + 1
        named[name] = (row["file"], row["digest"])
    return named


def condition(reading: Reading, wanted: Sequence[str], values: dict[str, Any]) -> LiteralString:
    """What rows of `request` that came in by one of these files meet, in SQL; adds its `values`."""
    named = _named(reading)
    chosen = {named[name] for name in wanted if name in named}
    runs = [row for row in _parts(reading) if (row["file"], row["digest"]) in chosen]
    if not runs:
        return "false"
    firsts, lasts = [row["first_id"] for row in runs], [row["last_id"] for row in runs]
    values |= {"file_low": min(firsts), "file_high": max(lasts)}
    within: LiteralString = "id BETWEEN $file_low AND $file_high"
    if len(runs) == 1:
        return within
    values |= {"file_firsts": firsts, "file_lasts": lasts}
    return f"{within} AND id IN ({_IDS})"  # a tenth of the time that comparing with each run takes


_IDS: LiteralString = """
    SELECT one.id FROM (
        SELECT unnest(CAST($file_firsts AS bigint[])) AS first_id, unnest(CAST($file_lasts AS bigint[])) AS last_id
    ) AS run, LATERAL generate_series(run.first_id, run.last_id) AS one(id)
    """


def _parts(reading: Reading) -> list[Row]:
    return reading.rows("SELECT file, digest, first_id, last_id FROM import_part")
