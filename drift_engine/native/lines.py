"""The state of a file of JSON lines: its blocks through the kernel, what is odd through the reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from drift_engine.native.binding import IRREGULAR, NO_MEMORY, Kernel, address
from drift_engine.native.blocks import BLOCK, FIRST, MOST, Block, Buffers
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
from drift_engine.readers.streams import at_least, chunks, warn_of_replaced
from drift_engine.readers.values import rows_at_once
from drift_engine.states import DatasetState

_Counted = TypeVar("_Counted")


@dataclass(frozen=True, eq=False)
class _Lines:
    """Complete lines, and the file's number of the first."""

    block: Block
    first: int

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

        for lines, numbers in _in_turn(_blocks(file, options, buffers), started, threads):
            if numbers is not None:
                table.feed(numbers)
                rows += numbers.rows
            else:
                found, wrong = lines.read(file, options)
                replaced += wrong
                size = rows_at_once(options.batch_rows, len(names))
                for start in range(0, len(found), size):
                    batch = batch_of(names, found[start : start + size])
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
        for lines, answer in _in_turn(_blocks(file, options, buffers), started, pool[1]):
            counted = answer
            if counted == IRREGULAR and keys:
                # Blocks before it may have brought the keys that it was found without.
                counted = _rows(kernel, lines.block, Names(tuple(keys)), options.nan_is_missing)
            if counted != IRREGULAR:
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
    if not names.count or block.size >= MOST:
        return IRREGULAR
    text = address(block.text)
    rows = int(kernel.call.de_json_rows(None, text, block.size, *names.places, nan_is_missing))
    if rows == NO_MEMORY:
        raise MemoryError("the kernel got no memory")
    return rows


def _in_turn(
    found: Iterator[_Lines], started: Callable[[_Lines], Future[_Counted]], threads: int
) -> Iterator[tuple[_Lines, _Counted]]:
    """Blocks and what came of them, in order, some of them under way."""
    waiting: deque[tuple[_Lines, Future[_Counted]]] = deque()
    for lines in found:
        waiting.append((lines, started(lines)))
        if len(waiting) > threads + 1:
            first, counted = waiting.popleft()
            yield first, counted.result()
    for first, counted in waiting:
        yield first, counted.result()


def _blocks(file: DataFile, options: ReadOptions, buffers: Buffers) -> Iterator[_Lines]:
    """The file's text in order, cut behind newlines; the first block is small: Python reads its keys."""
    source = chunks(file, replace(options, block_bytes=min(options.block_bytes, BLOCK)))
    head = next(source, b"")
    source = chain(filter(None, (head[:FIRST], head[FIRST:])), source)
    line, rest = 1, b""
    while piece := at_least(source, max(1, len(rest))):
        cut = piece.rfind(b"\n") + 1
        if cut:
            text = buffers.joined(rest, piece[:cut])
            yield _Lines(Block(text, len(rest) + cut), line)
            line += piece.count(b"\n", 0, cut)
            rest = piece[cut:]
        else:
            rest += piece
        refuse_long(file, options, line, len(rest))
    if rest.strip():
        yield _Lines(Block(buffers.joined(rest, b"\n"), len(rest) + 1), line)
