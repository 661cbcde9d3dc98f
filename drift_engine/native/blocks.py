"""A CSV file's text, cut where rows end: blocks for the kernel, tokens where Python had to look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.native.binding import SPARE
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile
from drift_engine.readers.streams import at_least, chunks, mended
from drift_engine.readers.tokens import Tokens, Unclosed, tokens

Bytes: TypeAlias = npt.NDArray[np.uint8]

# A block and its numbers should about fit into the processor's cache.
BLOCK = 2 << 20
# The first block goes through Python, for its header or its keys; it is kept small.
_FIRST = 1 << 16
# Places in a block have 32 bits in the kernel.
MOST = 1 << 30


@dataclass(frozen=True, eq=False)
class Block:
    """Complete rows, `text[:size]`, with spare bytes behind."""

    text: Bytes
    size: int


@dataclass(frozen=True, eq=False)
class Read:
    """Rows that Python found, and how many sequences of bytes in them were not UTF-8."""

    found: Tokens
    replaced: int


@dataclass(frozen=True, eq=False)
class Open:
    """Text at the file's end, or longer than a row may be, in which no row ends."""

    text: bytes
    found: Unclosed
    is_end: bool


class Buffers:
    """Arrays that blocks lie in, used again, since fresh memory costs more than copying into it."""

    def __init__(self) -> None:
        self._spare: list[Bytes] = []

    def joined(self, rest: bytes, piece: bytes) -> Bytes:
        """The two texts and spare bytes behind, in an array that may be longer."""
        size = len(rest) + len(piece)
        text = self._spare.pop() if self._spare else np.empty(0, np.uint8)
        if len(text) < size + SPARE:
            text = np.empty(size + size // 8 + SPARE, np.uint8)
        text[: len(rest)] = np.frombuffer(rest, np.uint8)
        text[len(rest) : size] = np.frombuffer(piece, np.uint8)
        text[size : size + SPARE] = 0
        return text

    def give_back(self, text: Bytes) -> None:
        """Nobody looks at this array any more."""
        self._spare.append(text)


Piece: TypeAlias = Block | Read | Open
RowsEnd: TypeAlias = Callable[[Bytes, int], int]


def small_first(file: DataFile, options: ReadOptions) -> Iterator[bytes]:
    """The file's text in chunks of a block each; the first is small, since Python reads its names."""
    source = chunks(file, replace(options, block_bytes=min(options.block_bytes, BLOCK)))
    head = next(source, b"")
    return chain(filter(None, (head[:_FIRST], head[_FIRST:])), source)


def pieces(file: DataFile, options: ReadOptions, rows_end: RowsEnd, buffers: Buffers) -> Iterator[Piece]:
    """The file's text in order, each piece of which starts where a row starts; the first is read by Python.

    Args:
        file: the file.
        options: how to read it.
        rows_end: the place behind the last complete row of so many bytes with quotes, as `de_rows_end` says.
        buffers: where blocks lie.
    """
    quote = options.quote.encode()
    source = small_first(file, options)
    rest, replaced, is_first, ended = b"", 0, True, False
    while rest or not ended:
        piece = at_least(source, max(1, len(rest)))
        ended = not piece
        if ended and not rest:
            break
        piece = piece or b"\n" * (not rest.endswith(b"\n"))
        size = len(rest) + len(piece)
        cut = piece.rfind(b"\n") + 1
        complete = len(rest) + cut if cut else rest.rfind(b"\n") + 1
        if not is_first and cut and size < MOST:
            text = buffers.joined(rest, piece)
            is_quoted = quote and (quote in rest or quote in piece)
            end = rows_end(text, complete) if is_quoted else complete
            if end > 0:
                rest = text[end:size].tobytes()
                yield Block(text, end)
                continue
            buffers.give_back(text)
        buffer = rest + piece
        text_so_far, wrong = mended(buffer[:complete])
        replaced += wrong
        found = (
            tokens(text_so_far, ord(options.separator), ord(quote) if quote else None) if complete else None
        )
        if found is None or isinstance(found, Unclosed):
            rest = text_so_far + buffer[complete:]
            if ended or len(rest) > options.max_row_bytes:
                yield Open(text_so_far, found or Unclosed(-1), ended)
                return
            continue
        rest = text_so_far[found.used :] + buffer[complete:]
        yield Read(found, replaced)
        replaced, is_first = 0, False


def read_by_python(block: Block, options: ReadOptions) -> Read:
    """The rows of a block that the kernel found irregular."""
    text, replaced = mended(block.text[: block.size].tobytes())
    quote = ord(options.quote) if options.quote else None
    found = tokens(text, ord(options.separator), quote)
    if isinstance(found, Unclosed) or found.used != len(text):
        raise AssertionError("a block was cut inside a row")
    return Read(found, replaced)
