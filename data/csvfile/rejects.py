"""The rows of a dropped CSV that are not sent, to be corrected and dropped in again."""

import csv
import io
from collections.abc import Iterable, Sequence

from data.csvfile.cells import plain_cell, safe_cell
from data.csvfile.rows import CheckedRow


def rejects_csv(headers: Sequence[str], verdicts: Iterable[CheckedRow]) -> bytes:
    """The rows in trouble as CSV: their own cells, the line and the reason; corrected, it can be dropped in again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*map(safe_cell, headers), "Line", "What is wrong"])
    for verdict in verdicts:
        if verdict.trouble:
            cells = [*verdict.cells, *[""] * (len(headers) - len(verdict.cells))]
            writer.writerow([*(safe_cell(plain_cell(cell)) for cell in cells), verdict.line, verdict.trouble])
    # Spreadsheets take UTF-8 for what it is only with the mark in front.
    return out.getvalue().encode("utf-8-sig", "replace")
