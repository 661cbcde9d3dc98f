"""A table's state in the making: blocks and batches in parallel, their numbers in order."""

from __future__ import annotations

import ctypes as ct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from drift_engine.native.binding import IRREGULAR, NO_MEMORY, SPARE, Kernel, address
from drift_engine.native.handover import column_states
from drift_engine.native.names import Names
from drift_engine.states import CodedColumn, Column, DatasetState, TextColumn

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]

# Short cells that a column remembers in each thread; fewer where there are many columns.
_MEMORIES, _FEWER_MEMORIES, _MANY_COLUMNS = 2048, 128, 64
# Columns that the kernel adds up side by side (kernel/moments.h).
ABREAST = 8


@dataclass(frozen=True, eq=False)
class Numbers:
    """What rows leave that must be taken in order.

    Attributes:
        rows: how many rows.
        newlines: how many newlines their text had.
        values: float64, the numbers of all columns.
        starts: int64 of shape (columns,), where in `values` each column's numbers start.
        counts: int64 of shape (columns,), how many each column has.
    """

    rows: int
    newlines: int
    values: npt.NDArray[np.float64]
    starts: Places
    counts: Places


class Table:
    """Scanners, one a thread, and a stream for every column.

    Blocks and batches are counted in any order, which changes nothing that they leave in a scanner; `feed`
    must be called in the order of the rows.
    """

    def __init__(self, kernel: Kernel, columns: int, pool: ThreadPoolExecutor, threads: int) -> None:
        """Raises MemoryError where the kernel gets no memory."""
        self._call = kernel.call
        self.columns = columns
        self._pool, self._threads = pool, threads
        self._spare: list[npt.NDArray[np.float64]] = []
        self._feeding: list[Future[None]] = []
        self._fed: Numbers | None = None
        memories = _MEMORIES if columns <= _MANY_COLUMNS else _FEWER_MEMORIES
        self._streams = self._call.de_streams(columns)
        self._scanners = [self._call.de_scanner(columns, memories) for _ in range(threads)]
        if not self._streams or not all(self._scanners):
            self.close()
            raise MemoryError(f"no memory for the states of {columns} columns")
        self._free: SimpleQueue[int] = SimpleQueue()
        for scanner in self._scanners:
            self._free.put(scanner)

    def submit_block(self, text: Bytes, size: int, marks: tuple[int, int]) -> Future[Numbers | None]:
        """Count complete rows of CSV, `text[:size]`, 64 spare bytes behind; None if they are irregular.

        Where they are, nothing was counted, and the text is as it was; else its quoted cells are unescaped.
        `marks` are separator and quote, the latter -1 for none.
        """
        return self._pool.submit(self._block, text, size, marks)

    def submit_lines(
        self, text: Bytes, size: int, names: Names, nan_is_missing: bool
    ) -> Future[Numbers | None]:
        """Count complete lines of JSON, less than 2 GiB; `names` are those of all columns.

        The rest as in `submit_block`.
        """
        return self._pool.submit(self._lines, text, size, names, nan_is_missing)

    def submit_batch(self, columns: Sequence[Column], rows: int, first_row: int) -> Future[Numbers]:
        """Count columns of so many rows, the first of which is the table's row `first_row`.

        Python's float() is called from within the kernel: never in the main thread, where an interrupt would
        end in it.
        """
        return self._pool.submit(self.count, range(self.columns), columns, (rows, first_row))

    def feed(self, numbers: Numbers) -> None:
        """Take the next rows' numbers into the streams, several columns at once."""
        self._wait()
        self._fed = numbers
        some = np.flatnonzero(numbers.counts)
        # Columns of about as many numbers stand side by side, so that the kernel can run them abreast.
        some = some[np.argsort(-numbers.counts[some], kind="stable")]
        groups = min(self._threads, -(-len(some) // ABREAST))
        for group in np.array_split(some, groups) if groups else ():
            self._feeding.append(self._pool.submit(self._feed, numbers, group, group))

    def finish(self, names: Sequence[str], rows: int) -> DatasetState:
        """The state of all that was counted and fed."""
        self._wait()
        return DatasetState.from_parts(
            names, column_states(self._call, self._scanners, self._streams, len(names)), rows
        )

    def close(self) -> None:
        """Give the kernel's memory back; no thread may be in it any more."""
        for scanner in self._scanners:
            self._call.de_free_scanner(scanner)
        self._call.de_free_streams(self._streams, self.columns)
        self._scanners, self._streams = [], None

    def _block(self, text: Bytes, size: int, marks: tuple[int, int]) -> Numbers | None:
        separator, quote = marks
        newlines = ct.c_int64()
        place = address(text)
        with self._scanner() as scanner:
            rows = self._call.de_tokens(scanner, place, size, separator, quote, ct.byref(newlines))
            if rows == IRREGULAR:
                return None
            scan = partial(self._call.de_scan, scanner, place, rows, quote)
            return self._scanned(_sound(rows), newlines.value, scan)

    def _lines(self, text: Bytes, size: int, names: Names, nan_is_missing: bool) -> Numbers | None:
        place = address(text)
        with self._scanner() as scanner:
            rows = self._call.de_json_rows(scanner, place, size, *names.places, nan_is_missing)
            if rows == IRREGULAR:
                return None
            return self._scanned(_sound(rows), 0, partial(self._call.de_json_scan, scanner, place, rows))

    def _scanned(self, rows: int, newlines: int, scan: Callable[[int, int], int]) -> Numbers:
        """The numbers of rows that were found; `scan` is told where to put them and how many there are."""
        values = self._values(rows * self.columns)
        counts = np.zeros(self.columns, np.int64)
        _sound(scan(address(values), address(counts)))
        return Numbers(rows, newlines, values, np.arange(self.columns) * rows, counts)

    @contextmanager
    def _scanner(self) -> Iterator[int]:
        """A scanner that no other thread has."""
        scanner = self._free.get()
        try:
            yield scanner
        finally:
            self._free.put(scanner)

    def count(self, places: Sequence[int], columns: Sequence[Column], rows: tuple[int, int]) -> Numbers:
        """Count some columns in this thread; `rows` is how many rows they have, and the table's number of the
        first. `starts` and `counts` of the answer are theirs alone.
        """
        number, first_row = rows
        values = self._values(number * len(columns))
        counts = np.zeros(len(columns), np.int64)
        starts = np.arange(len(columns)) * number
        with self._scanner() as scanner:
            for index, (place, column) in enumerate(zip(places, columns, strict=True)):
                room = address(values) + int(starts[index]) * values.itemsize
                counts[index] = _sound(self._count(scanner, place, column, first_row, room))
        return Numbers(number, 0, values, starts, counts)

    def add_up(self, places: Sequence[int], numbers: Numbers) -> None:
        """Take in the next numbers of some columns in this thread; no other one may do so with these."""
        self._feed(numbers, np.asarray(places), np.arange(len(places)))
        self._spare.append(numbers.values)

    def _count(self, scanner: int, index: int, column: Column, first_row: int, place: int) -> int:
        rows = len(column)
        gone = np.ascontiguousarray(column.missing).view(np.uint8)
        missing = address(gone) if gone.any() else None
        if isinstance(column, CodedColumn):
            data, offsets = _padded(column.texts)
            codes = np.ascontiguousarray(column.codes, dtype=np.int32)
            counted = self._call.de_coded_column(
                *(scanner, index, address(data), address(offsets), len(column.texts)),
                *(address(codes), missing, rows, place),
            )
        elif isinstance(column, TextColumn):
            counted = self._texts(scanner, index, column, gone, place)
        else:
            is_float = column.values.dtype != np.int64
            words = np.ascontiguousarray(column.values, dtype=np.float64 if is_float else np.int64)
            counted = self._call.de_numbers(
                scanner, index, address(words), missing, rows, is_float, first_row, place
            )
        return int(counted)

    def _texts(self, scanner: int, index: int, column: TextColumn, gone: Bytes, place: int) -> int:
        """Count cells where they lie, but for the last few, which get spare bytes behind them."""
        offsets = np.ascontiguousarray(column.offsets, dtype=np.int64)
        data = np.ascontiguousarray(column.data)
        whole = max(int(np.searchsorted(offsets, len(data) - SPARE, side="right")) - 1, 0)
        counted = self._call.de_text_column(
            scanner, index, address(data), address(offsets), address(gone), whole, place
        )
        if whole == len(gone) or counted in (IRREGULAR, NO_MEMORY):
            return int(counted)
        data, offsets = _padded(TextColumn(data, offsets[whole:], column.missing[whole:]))
        more = self._call.de_text_column(
            *(scanner, index, address(data), address(offsets), address(gone[whole:])),
            *(len(gone) - whole, place + 8 * counted),
        )
        return int(more if more in (IRREGULAR, NO_MEMORY) else counted + more)

    def _feed(self, numbers: Numbers, columns: Indices, places: Indices) -> None:
        """Take in numbers of these columns, which are at these places in `numbers.starts` and `counts`."""
        chosen = columns.astype(np.int64)
        values = address(numbers.values) + numbers.starts[places] * numbers.values.itemsize
        counts = numbers.counts[places]
        _sound(
            self._call.de_feed(self._streams, address(chosen), len(chosen), address(values), address(counts))
        )

    def _wait(self) -> None:
        """Until what was fed last is in the streams."""
        for one in self._feeding:
            one.result()
        self._feeding.clear()
        if self._fed is not None:
            self._spare.append(self._fed.values)
            self._fed = None

    def _values(self, number: int) -> npt.NDArray[np.float64]:
        """Room for so many numbers: one that was used before, where it fits."""
        try:
            room = self._spare.pop()
        except IndexError:
            room = np.empty(0)
        return room if len(room) >= number else np.empty(number + number // 8 + 1)


def _padded(column: TextColumn) -> tuple[Bytes, Places]:
    """A column's bytes with spare ones behind them, and its offsets into them."""
    offsets = np.ascontiguousarray(column.offsets, dtype=np.int64)
    first, last = int(offsets[0]), int(offsets[-1])
    if len(column.data) >= last + SPARE:
        return np.ascontiguousarray(column.data), offsets
    data = np.zeros(last - first + SPARE, np.uint8)
    data[: last - first] = column.data[first:last]
    return data, offsets - first


def _sound(answer: int) -> int:
    if answer in (IRREGULAR, NO_MEMORY):
        raise MemoryError("the kernel got no memory")
    return answer
