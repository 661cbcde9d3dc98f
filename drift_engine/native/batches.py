"""The state of a partition that comes as batches: Parquet, JSON lines, frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

from drift_engine.native.binding import Kernel
from drift_engine.native.table import Numbers, Table
from drift_engine.readers.partition import Partition
from drift_engine.states import DatasetState
from drift_engine.states.dataset import refuse_other_columns


def batches_state(
    kernel: Kernel, partition: Partition, threads: int, progress: Callable[[int], None]
) -> DatasetState:
    """A partition's state, equal to that of its batches added up.

    Args:
        kernel: what counts.
        partition: where the batches come from.
        threads: how many batches are counted at once, besides the one that is read.
        progress: told how many rows were read.

    Raises:
        DataError: as the reader raises it, or batches differ in their columns.
        MemoryError: there is too little.
    """
    batches = partition.batches()
    first = next(batches)
    pool = ThreadPoolExecutor(threads)
    table = Table(kernel, len(first.names), pool, threads)
    try:
        waiting: deque[Future[Numbers]] = deque()
        rows = 0
        for batch in chain([first], batches):
            refuse_other_columns(first.names, batch)
            waiting.append(table.submit_batch(batch.columns, batch.rows, rows))
            rows += batch.rows
            progress(rows)
            if len(waiting) > threads:
                table.feed(waiting.popleft().result())
        while waiting:
            table.feed(waiting.popleft().result())
        return table.finish(first.names, rows)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        table.close()
