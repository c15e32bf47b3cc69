"""Prints what was measured, aligned; and tells how it was measured."""

import os
import platform
from collections.abc import Sequence


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [list(map(str, header)), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    print(f"\n{title}\n(Python {platform.python_version()}, {os.cpu_count()} cores)\n")
    for index, row in enumerate(cells):
        print(
            "  ".join(
                cell.ljust(w) if not column else cell.rjust(w)
                for column, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
        )
        if not index:
            print("  ".join("-" * width for width in widths))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _text(cell: object) -> str:
    return f"{cell:,.1f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)
