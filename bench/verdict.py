"""How long the verdict on a large CSV takes: rows checked, then judged by every rule, beside a million contacts."""

import gc
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fill import FIRST, LAST, filled
from bench.table import show
from data import csvfile, imports, queries, rules
from data.csvfile import CsvFile
from data.csvfile.columns import guess_columns
from data.csvfile.rows import CheckedRow, check_rows
from data.imports import LOOK, Wording
from data.lifecycle import Channel
from data.outlook import Outlook, look_ahead
from data.planning import Setting
from data.store import open_store
from engine.policy import judge

AREAS = (202, 212, 303, 415, 512, 713)


def csv_of(rows: int) -> bytes:
    lot = random.Random(1)
    lines = (
        f"{lot.choice(FIRST)} {lot.choice(LAST)},+1{lot.choice(AREAS)}{lot.randrange(2000000, 9999999)}"
        for _ in range(rows)
    )
    return ("name,phone\n" + "\n".join(lines)).encode()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as folder:
        store = open_store(str(filled(Path(folder) / "s.duckdb", 1_000_000)), memory_limit="1GB")
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)  # both as in app.py
        now, table = datetime.now(UTC), list[list[object]]()
        templates = queries.templates(store)
        first = next(row for row in templates if row["channel"] == Channel.SMS)
        wording = Wording({Channel.SMS: first}, templates, "Sam", "The Shop", "https://ask.example.com")
        setting = Setting(rules.load(store), judge, "UTC", "US", {})
        started = time.perf_counter()
        file = csvfile.read(csv_of(rows))
        assert isinstance(file, CsvFile)
        table.append(["file read", time.perf_counter() - started])
        started, verdicts = time.perf_counter(), list[CheckedRow]()
        for part in check_rows(file, guess_columns(file.headers, file.sample()), "US", chunk=LOOK):
            imports.imported_before(store, part)
            verdicts += part
        table.append(["rows checked", time.perf_counter() - started])
        started = time.perf_counter()
        plan = imports.plan(verdicts, set(), wording)
        table.append(["planned", time.perf_counter() - started])
        started, outlook = time.perf_counter(), Outlook()
        while outlook.seen < len(plan.ready):
            part = plan.ready[outlook.seen : outlook.seen + LOOK]
            look_ahead(outlook, store, part, wording, setting, [now] * len(part), now)
        table.append(["judged by the rules", time.perf_counter() - started])
        table.append(["in all (bar: 10)", sum(float(str(row[1])) for row in table)])
        store.close()
    show(f"Seconds for the verdict on a CSV of {rows:,} rows beside 1,000,000 contacts", ["", "seconds"], table)


if __name__ == "__main__":
    main()
