"""The states of whole partitions through a kernel in C: numpy's to the byte, in a fraction of its time.

    file --blocks--> Block, Block, ... --scanners, one a thread--> counts         >--handover--> DatasetState
                       |                   `--> numbers --feed, in order--> streams
                       `--odd text: the readers' tokens --> columns of text, scanned and fed the same way

- `blocks` cuts a CSV file where rows end; `csv` sends blocks through a `table`; `lines` does it with JSON
  lines, `columns` with the columns of a Parquet file, `batches` with the batches of any other source;
  `constants` adds columns of one text. What the kernel can't read in the plain way (ragged rows, text behind
  a closing quote, bytes that are not UTF-8, JSON's arrays) the readers read: results, warnings and errors
  are theirs.
- `kernel/` is the C source, one compiled file with no Python in it; `binding` its signatures, `handover` its
  results as states. A tally counts what no order of rows changes; moments and sketches take numbers in order.
- `printing` is for what comes out: a sketch has thousands of numbers to be written.
- `library` finds the compiled kernel in the user's cache, or `compiler` makes it there; `selftest` holds it
  against numpy before it is trusted; `powers` is its table.

No compiler, no cache, a strange machine: numpy reads instead, never an error. $DRIFT_ENGINE_NATIVE says `off`
to have it so, or `require` to make it one. Why C: docs/dependencies.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from drift_engine.native.batches import batches_state
from drift_engine.native.binding import Kernel
from drift_engine.native.columns import columns_state
from drift_engine.native.constants import with_constants
from drift_engine.native.csv import csv_state
from drift_engine.native.library import THIS_PROCESS
from drift_engine.native.lines import lines_state
from drift_engine.native.printing import doubles_printer
from drift_engine.readers.partition import Partition
from drift_engine.states import DatasetState

_log = logging.getLogger(__name__)
_MOST_THREADS = 16


def partition_state(partition: Partition, progress: Callable[[int], None]) -> DatasetState | None:
    """The state of a partition, or None where its batches must be added up in numpy.

    Args:
        partition: a file or a frame.
        progress: told how many of its rows were read.

    Raises:
        DataError: as the partition's reader raises it.
        ArgumentError: $DRIFT_ENGINE_NATIVE has an impossible value, or asks for what there is not.
    """
    kernel = THIS_PROCESS.kernel(partition.size)
    _log.info("%s: %s", partition.name, "numpy" if kernel is None else "the compiled kernel")
    return None if kernel is None else state_of(partition, kernel, threads(), progress)


def state_of(
    partition: Partition, kernel: Kernel, number: int, progress: Callable[[int], None]
) -> DatasetState:
    """The state of a partition by this kernel and so many threads, of which it does not depend.

    Raises:
        DataError: as the partition's reader raises it.
    """
    if partition.csv is not None:
        return with_constants(kernel, csv_state(kernel, partition.csv, number, progress), partition.constants)
    if partition.lines is not None:
        return with_constants(
            kernel, lines_state(kernel, partition.lines, number, progress), partition.constants
        )
    columns = partition.columns() if partition.columns is not None else None
    if columns is not None:
        try:
            state = columns_state(kernel, columns, number, progress)
        finally:
            columns.close()
        return with_constants(kernel, state, partition.constants)
    return batches_state(kernel, partition, number, progress)


def threads() -> int:
    """How many threads count at once: one for each processor that this process may use, at most 16."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)


__all__ = ["doubles_printer", "partition_state", "state_of", "threads"]
