"""The state of a file whose columns are read apart: each thread reads, counts and adds up some of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate

from drift_engine.native.binding import Kernel
from drift_engine.native.table import ABREAST, Table
from drift_engine.readers.partition import ColumnFile
from drift_engine.states import DatasetState

Progress = Callable[[int], None]


def columns_state(kernel: Kernel, file: ColumnFile, threads: int, progress: Progress) -> DatasetState:
    """A file's state, equal to that of its batches added up.

    The unit of work is some columns of one portion. What depends on the order of the rows stays in order:
    a unit waits for the one before it of the same columns.

    Args:
        kernel: what counts.
        file: the file.
        threads: how many units are worked on at once.
        progress: told how many rows were read, where not all columns are read equally far about how many.

    Raises:
        DataError: as the file raises it.
        MemoryError: there is too little.
    """
    pool = ThreadPoolExecutor(threads)
    table = Table(kernel, len(file.names), pool, threads)
    groups = _groups(file.numeric, threads)
    starts = [0, *accumulate(file.rows)]
    try:
        waiting: deque[Future[None]] = deque()
        last: dict[int, Future[None]] = {}
        units = 0
        for portion, first_row in enumerate(starts[:-1]):
            for index, group in enumerate(groups):
                work = _Unit(table, file, (portion, first_row), group, last.get(index))
                last[index] = pool.submit(work)
                waiting.append(last[index])
            while len(waiting) > max(len(groups), 2 * threads):
                waiting.popleft().result()
                units += 1
                progress(starts[-1] * units // (len(groups) * len(file.rows)))
        for unit in waiting:
            unit.result()
        progress(starts[-1])
        return table.finish(file.names, starts[-1])
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        table.close()


def _groups(numeric: Sequence[bool], threads: int) -> list[tuple[int, ...]]:
    """Columns that are read together: numbers as many as the kernel adds up side by side, fewer others."""
    numbers = [place for place, is_number in enumerate(numeric) if is_number]
    others = [place for place, is_number in enumerate(numeric) if not is_number]
    return _parts(numbers, ABREAST, threads) + _parts(others, ABREAST // 2, threads)


def _parts(places: Sequence[int], most: int, threads: int) -> list[tuple[int, ...]]:
    """Parts of at most so many, and enough of them for all threads."""
    parts = max(-(-len(places) // most), min(threads, len(places)))
    return [tuple(places[part::parts]) for part in range(parts)]


class _Unit:
    """Some columns of one portion into a table."""

    def __init__(
        self,
        table: Table,
        file: ColumnFile,
        portion: tuple[int, int],
        group: tuple[int, ...],
        before: Future[None] | None,
    ) -> None:
        self._table, self._file, self._group = table, file, group
        self._portion, self._first_row = portion
        self._before = before

    def __call__(self) -> None:
        row = self._first_row
        for columns, rows in self._file.read(self._portion, self._group):
            numbers = self._table.count(self._group, columns, (rows, row))
            if self._before is not None:
                self._before.result()
                self._before = None
            self._table.add_up(self._group, numbers)
            row += rows
        if self._before is not None:  # no rows here: the next one waits for this one alone
            self._before.result()
