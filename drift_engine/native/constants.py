"""Columns of one text in every row, as folders' names make them, behind a state that was made without."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from drift_engine.native.binding import Kernel
from drift_engine.native.table import Table
from drift_engine.readers.hive import constant_column, lacking
from drift_engine.states import DatasetState

_ROWS = 1 << 17


def with_constants(kernel: Kernel, state: DatasetState, values: Mapping[str, str | None]) -> DatasetState:
    """The state with a column for each of these values (None: missing) whose name it has not.

    Raises:
        MemoryError: there is too little.
    """
    added = lacking(values, state.names)
    if not added:
        return state
    pool = ThreadPoolExecutor(1)
    table = Table(kernel, len(added), pool, 1)
    try:
        for first in range(0, state.rows, _ROWS):
            rows = min(_ROWS, state.rows - first)
            columns = [constant_column(values[name], rows) for name in added]
            table.feed(table.submit_batch(columns, rows, first).result())
        constants = table.finish(tuple(added), state.rows)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        table.close()
    return DatasetState.from_parts(
        (*state.names, *constants.names), (*state.columns, *constants.columns), state.rows
    )
