"""On the executors: the rows of one partition to the pieces of its state."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from drift_engine.errors import DriftEngineError
from drift_engine.native import state_of
from drift_engine.native.library import THIS_PROCESS, WORTH_COMPILING
from drift_engine.readers import Partition, ReadOptions
from drift_engine.readers.arrow import pyarrow
from drift_engine.readers.frames import frame_partition
from drift_engine.readers.values import no_rows, rows_at_once
from drift_engine.spark.schema import NAME
from drift_engine.states import Batch, DatasetState

SCHEMA = "part int, piece int, state binary"
"""What comes out: a row a piece; the state's bytes, or a message where `piece` is `FAILED`."""

FAILED = -1

WIDTH = 4
"""Columns of one piece: what is shuffled and merged as one."""

# More rows than Spark sends at once make the kernel's and numpy's calls worth their while; fewer than on one
# machine, since a worker of Spark has a gigabyte or two for each core.
_ROWS = 65_536


def pieces_of_partition(
    names: tuple[str, ...], options: ReadOptions, record_batches: Iterable[Any]
) -> Iterator[Any]:
    """Record batches of `SCHEMA` out of those of a partition; for `mapInArrow`.

    What is wrong with the data comes as a row, not as an exception: Spark would try the partition four
    times over, and wrap the message into two stack traces.
    """
    pa = pyarrow("Spark")
    part = importlib.import_module("pyspark").TaskContext.get().partitionId()
    try:
        state = partition_state(names, options, record_batches)
    except DriftEngineError as error:
        yield _row(pa, part, FAILED, str(error).encode())
        return
    for piece, start in enumerate(range(0, len(names), WIDTH)):
        yield _row(pa, part, piece, piece_of(state, start).to_bytes())


def piece_of(state: DatasetState, start: int) -> DatasetState:
    """The `WIDTH` columns of a state that begin at `start`; all of its rows."""
    stop = start + WIDTH
    return DatasetState.from_parts(state.names[start:stop], state.columns[start:stop], state.rows)


def partition_state(
    names: tuple[str, ...], options: ReadOptions, record_batches: Iterable[Any]
) -> DatasetState:
    """The state of one partition, by the compiled kernel where this machine has it, else by numpy.

    Raises:
        DataError: a column can't be read as text.
    """
    size = min(_ROWS, rows_at_once(options.batch_rows, len(names)))
    groups = _groups(record_batches, size)
    first = next(groups, [])
    # Who sees one partition sees many like it: where they are long, the kernel is worth its compilation.
    kernel = THIS_PROCESS.kernel(WORTH_COMPILING if _rows(first) >= size else None)
    partition = Partition(NAME, partial(_batches, names, options, chain([first], groups)))
    if kernel is not None:
        # One thread: Spark runs as many tasks as there are cores.
        return state_of(partition, kernel, 1, lambda _rows: None)
    state = DatasetState()
    for batch in partition.batches():
        state.add(batch)
    return state


def _groups(record_batches: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Record batches together, some `size` rows: Spark sends ten thousand at a time."""
    waiting: list[Any] = []
    for record_batch in record_batches:
        waiting.append(record_batch)
        if _rows(waiting) >= size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _rows(record_batches: list[Any]) -> int:
    return sum(each.num_rows for each in record_batches)


def _batches(names: tuple[str, ...], options: ReadOptions, groups: Iterable[list[Any]]) -> Iterator[Batch]:
    pa = pyarrow("Spark")
    yield no_rows(names)
    for group in groups:
        if group:
            table = pa.Table.from_batches(group).rename_columns(list(names))
            yield from frame_partition(table, options).batches()


def _row(pa: Any, part: int, piece: int, state: bytes) -> Any:
    arrays = [pa.array([part], pa.int32()), pa.array([piece], pa.int32()), pa.array([state], pa.binary())]
    return pa.RecordBatch.from_arrays(arrays, ["part", "piece", "state"])
