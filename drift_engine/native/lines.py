"""The state of a file of JSON lines: its blocks through the kernel, what is odd through the reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from drift_engine.errors import DataError
from drift_engine.native.binding import IRREGULAR, NO_MEMORY, Kernel, address
from drift_engine.native.blocks import MOST, Block, Buffers, Bytes, small_first
from drift_engine.native.names import Names
from drift_engine.native.table import Numbers, Table
from drift_engine.readers.json_lines import (
    Row,
    batch_of,
    refuse_long,
    refuse_only_object,
    rows_of,
    some_keys,
)
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, LineFile
from drift_engine.readers.streams import at_least, warn_of_replaced
from drift_engine.states import DatasetState

_Counted = TypeVar("_Counted")
_NEWLINE = ord("\n")
# A block has at most so many cells, which take 16 bytes each, whether there is a value or not.
_MOST_CELLS = 1 << 20
# So many lines are in no block: whoever only counts them needs no other limit.
_MOST_LINES = MOST


@dataclass(frozen=True, eq=False)
class _Lines:
    """Complete lines, the file's number of the first, and whether the kernel may look at them."""

    block: Block
    first: int
    is_usual: bool

    def read(self, file: DataFile, options: ReadOptions) -> tuple[list[Row], int]:
        """Their rows by the reader, and how many sequences of bytes were not UTF-8."""
        return rows_of(file, options, self.block.text[: self.block.size].tobytes(), self.first)


def lines_state(
    kernel: Kernel, source: LineFile, threads: int, progress: Callable[[int], None]
) -> DatasetState:
    """A file's state, equal to that of the reader's batches; the reader's warnings go to the log.

    Args:
        kernel: what counts.
        source: the file, how to read it, and the columns of all files.
        threads: how many blocks are counted at once.
        progress: told how many rows were read.

    Raises:
        DataError: as the reader of JSON lines raises it.
        MemoryError: there is too little.
    """
    file, options = source.file, source.options
    pool = ThreadPoolExecutor(threads)
    table = None
    try:
        names = source.names.found(lambda files: _keys(kernel, files, options, (pool, threads)))
        table = Table(kernel, len(names), pool, threads)
        known, buffers, rows, replaced = Names(names), Buffers(), 0, 0

        def started(lines: _Lines) -> Future[Numbers | None]:
            return table.submit_lines(lines.block.text, lines.block.size, known, options.nan_is_missing)

        most = max(1, _MOST_CELLS // len(names))
        for lines, numbers in _in_turn(_blocks(file, options, buffers, most), started, threads):
            if numbers is not None:
                table.feed(numbers)
                rows += numbers.rows
            else:
                found, wrong = lines.read(file, options)
                replaced += wrong
                batch = batch_of(names, found)
                table.feed(table.submit_batch(batch.columns, batch.rows, rows).result())
                rows += batch.rows
            buffers.give_back(lines.block.text)
            progress(rows)
        state = table.finish(names, rows)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if table is not None:
            table.close()
    warn_of_replaced(file, replaced)
    return state


def _keys(
    kernel: Kernel, files: Sequence[DataFile], options: ReadOptions, pool: tuple[ThreadPoolExecutor, int]
) -> tuple[str, ...]:
    """The keys of all files in the order in which they appear: only blocks with others are read in Python."""
    keys: dict[str, None] = {}
    buffers = Buffers()

    def started(lines: _Lines) -> Future[int]:
        return pool[0].submit(_rows, kernel, lines.block, Names(tuple(keys)), options.nan_is_missing)

    for file in files:
        rows = 0
        for lines, answer in _in_turn(_blocks(file, options, buffers, _MOST_LINES), started, pool[1]):
            counted = answer
            if counted == IRREGULAR and keys:
                # Blocks before it may have brought the keys that it was found without.
                counted = _rows(kernel, lines.block, Names(tuple(keys)), options.nan_is_missing)
            if counted is not None and counted != IRREGULAR:
                rows += counted
            else:
                found, _ = lines.read(file, options)
                keys.update(dict.fromkeys(key for row in found for key in row.cells))
                rows += len(found)
            buffers.give_back(lines.block.text)
        if rows == 1:
            refuse_only_object(file, options)
    return some_keys(keys, files)


def _rows(kernel: Kernel, block: Block, names: Names, nan_is_missing: bool) -> int:
    """How many rows a block has, or IRREGULAR."""
    if not names.count:
        return IRREGULAR
    text = address(block.text)
    rows = int(kernel.call.de_json_rows(None, text, block.size, *names.places, nan_is_missing))
    if rows == NO_MEMORY:
        raise MemoryError("the kernel got no memory")
    return rows


def _in_turn(
    found: Iterator[_Lines], started: Callable[[_Lines], Future[_Counted]], threads: int
) -> Iterator[tuple[_Lines, _Counted | None]]:
    """Blocks and what came of them, in order, some of them under way; None of those that are not usual.

    What is wrong with the file behind them is raised behind them.
    """
    waiting: deque[tuple[_Lines, Future[_Counted] | None]] = deque()
    wrong: DataError | None = None
    while True:
        try:
            lines = next(found, None)
        except DataError as error:
            wrong, lines = error, None
        if lines is None:
            break
        waiting.append((lines, started(lines) if lines.is_usual else None))
        if len(waiting) > threads + 1:
            first, counted = waiting.popleft()
            yield first, counted.result() if counted is not None else None
    for first, counted in waiting:
        yield first, counted.result() if counted is not None else None
    if wrong is not None:
        raise wrong


def _blocks(file: DataFile, options: ReadOptions, buffers: Buffers, most: int) -> Iterator[_Lines]:
    """The file's text in order, cut behind newlines, at most so many lines at once."""
    source, line, rest = small_first(file, options), 1, b""
    while piece := at_least(source, max(1, len(rest))):
        for part in _parts(piece, most):
            if not part.endswith(b"\n"):
                rest += part
                break
            yield _lines(buffers.joined(rest, part), len(rest) + len(part), line, options)
            line += part.count(b"\n")
            rest = b""
        refuse_long(file, options, line, len(rest))
    if rest.strip():
        yield _lines(buffers.joined(rest, b"\n"), len(rest) + 1, line, options)


def _parts(piece: bytes, most: int) -> Iterator[bytes]:
    """A text cut behind newlines, at most so many in a part, and what is behind the last one."""
    if piece.count(b"\n") <= most:
        cut = piece.rfind(b"\n") + 1
        return filter(None, (piece[:cut], piece[cut:]))
    ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == _NEWLINE) + 1
    cuts = [0, *ends[most - 1 :: most].tolist(), *ends[-1:].tolist(), len(piece)]
    return (piece[start:end] for start, end in pairwise(cuts) if start < end)


def _lines(text: Bytes, size: int, first: int, options: ReadOptions) -> _Lines:
    """Complete lines: not usual where one is longer than a row may be, or all are for places of 32 bits."""
    is_usual = size < MOST
    if size > options.max_row_bytes:
        ends = np.flatnonzero(text[:size] == _NEWLINE)
        is_usual = is_usual and int(np.diff(ends, prepend=-1).max()) - 1 <= options.max_row_bytes
    return _Lines(Block(text, size), first, is_usual)
