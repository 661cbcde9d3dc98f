"""The state of a CSV file: its blocks through the kernel, what is odd in them through the readers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from drift_engine.errors import DataError
from drift_engine.native.binding import Kernel, address
from drift_engine.native.blocks import Block, Buffers, Bytes, Open, Piece, Read, pieces, read_by_python
from drift_engine.native.table import Numbers, Table
from drift_engine.readers.cells import Ragged, text_columns
from drift_engine.readers.csv import names_of, only_blank, open_row, warn_of_ragged
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile
from drift_engine.readers.streams import warn_of_replaced
from drift_engine.states import DatasetState

Progress: TypeAlias = Callable[[int], None]
Source: TypeAlias = tuple[DataFile, ReadOptions]


def csv_state(kernel: Kernel, source: Source, threads: int, progress: Progress) -> DatasetState:
    """A file's state, equal to that of the reader's batches; the reader's warnings go to the log.

    Args:
        kernel: what counts.
        source: the file and how to read it.
        threads: how many blocks are counted at once.
        progress: told how many rows were read.

    Raises:
        DataError: as the reader of CSV raises it.
        MemoryError: there is too little.
    """
    file, options = source
    way = _Way(kernel, source)
    found = pieces(file, options, way.rows_end, way.buffers)
    first, names, skip = _first_rows(source, found, way)
    pool = ThreadPoolExecutor(threads)
    table = Table(kernel, len(names), pool, threads)
    try:
        way.read(first, table, skip)
        progress(way.rows)
        waiting: deque[tuple[Piece, Future[Numbers | None] | None]] = deque()
        for piece in found:
            waiting.append((piece, way.started(piece, table)))
            if len(waiting) > threads + 1:
                way.take(*waiting.popleft(), table)
                progress(way.rows)
        for piece, counted in waiting:
            way.take(piece, counted, table)
            progress(way.rows)
        state = table.finish(names, way.rows)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        table.close()
    warn_of_replaced(file, way.replaced)
    warn_of_ragged(file, way.ragged, len(names))
    return state


def _first_rows(source: Source, found: Iterator[Piece], way: _Way) -> tuple[Read, tuple[str, ...], int]:
    """The first rows that are not blank lines, the names by them, and how many of them to skip."""
    for piece in found:
        if isinstance(piece, Open):
            raise way.refusal(piece)
        rows = read_by_python(piece, source[1]) if isinstance(piece, Block) else piece
        names, skip = names_of(source[0], rows.found, source[1])
        if names:
            return rows, names, skip
        way.passed(rows)
    warn_of_replaced(source[0], way.replaced)
    raise only_blank(source[0])


class _Way:
    """How far a file was taken: what is known of its rows so far, in their order.

    Attributes:
        rows: how many rows.
        line: the line on which the next one starts.
        replaced: how many sequences of bytes were not UTF-8.
        ragged: rows of another width.
        buffers: where blocks lie.
    """

    def __init__(self, kernel: Kernel, source: Source) -> None:
        self.rows, self.line, self.replaced = 0, 1, 0
        self.ragged, self.buffers = Ragged(), Buffers()
        self._call = kernel.call
        self._file, self._options = source
        self._separator = ord(self._options.separator)
        self._quote = ord(self._options.quote) if self._options.quote else -1

    def rows_end(self, text: Bytes, size: int) -> int:
        """Where the last complete row of a text with quotes ends (`de_rows_end`)."""
        return int(self._call.de_rows_end(address(text), size, self._separator, self._quote))

    def started(self, piece: Piece, table: Table) -> Future[Numbers | None] | None:
        """The counting of a block, under way; None for what Python has read."""
        if isinstance(piece, Block):
            return table.submit_block(piece.text, piece.size, (self._separator, self._quote))
        return None

    def take(self, piece: Piece, counted: Future[Numbers | None] | None, table: Table) -> None:
        """Take the next piece into the table."""
        if isinstance(piece, Block):
            numbers = None if counted is None else counted.result()
            if numbers is None:
                self.read(read_by_python(piece, self._options), table, 0)
            else:
                table.feed(numbers)
                self.rows += numbers.rows
                self.line += numbers.newlines
            self.buffers.give_back(piece.text)
        elif isinstance(piece, Read):
            self.read(piece, table, 0)
        else:
            raise self.refusal(piece)

    def read(self, piece: Read, table: Table, skip: int) -> None:
        """Take rows that Python has found, but for the first ones."""
        size = self._options.batch_rows
        for columns, rows in text_columns(piece.found, self.line, table.columns, skip, size, self.ragged):
            table.feed(table.submit_batch(columns, rows, self.rows).result())
            self.rows += rows
        self.passed(piece)

    def passed(self, piece: Read) -> None:
        """Go on behind rows that Python has found."""
        self.line += piece.found.newlines
        self.replaced += piece.replaced

    def refusal(self, piece: Open) -> DataError:
        """What is wrong with text in which no row ends."""
        most = None if piece.is_end else self._options.max_row_bytes
        return open_row(self._file, self.line, (piece.text, piece.found), most)
