"""Columns of Python values as an Arrow table that DuckDB reads.

By nanoarrow: pyarrow would do the same, but loads pandas with it, 85 MB in every engine.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import nanoarrow
from nanoarrow.c_array_stream import CArrayStream

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Table:
    """Rows given as columns of equal length; whoever asks gets a stream of them, any number of times."""

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        arrays = {name: _array(cells) for name, cells in columns.items()}
        length = len(next(iter(columns.values()), ()))
        schema = nanoarrow.struct({name: array.schema for name, array in arrays.items()})
        self._rows = nanoarrow.c_array_from_buffers(schema, length, [None], children=list(arrays.values()))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return CArrayStream.from_c_arrays([self._rows], self._rows.schema, move=False).__arrow_c_stream__(
            requested_schema
        )


def _array(cells: Sequence[Any]) -> Any:
    """Of the type of its first value; what Arrow has no plain type for goes as its text, which DuckDB casts."""
    match next((cell for cell in cells if cell is not None), None):
        case bool():
            return nanoarrow.c_array(cells, nanoarrow.bool_())
        case int():
            return nanoarrow.c_array(cells, nanoarrow.int64())
        case float():
            return nanoarrow.c_array(cells, nanoarrow.float64())
        case bytes():
            return nanoarrow.c_array(cells, nanoarrow.binary())
        case datetime():
            return _moments(cells)
        case _:
            return nanoarrow.c_array([None if cell is None else str(cell) for cell in cells], nanoarrow.string())


def _moments(cells: Sequence[datetime | None]) -> Any:
    numbers = [None if cell is None else (cell - _EPOCH) // _MICROSECOND for cell in cells]
    counted = nanoarrow.c_array(numbers, nanoarrow.int64())
    schema = nanoarrow.timestamp("us", timezone="UTC")
    return nanoarrow.c_array_from_buffers(schema, len(cells), list(counted.view().buffers), null_count=-1)
