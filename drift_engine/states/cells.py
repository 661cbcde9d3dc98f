"""The present cells of a text column, read eight bytes at a time.

A word is a uint64 whose lowest byte is the cell's first byte, so that numpy's integer operations work on
eight bytes at once. Cells of any length cost no more memory than their own bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.states.batch import TextColumn

# What a cell is by itself.
INTEGRAL, FRACTIONAL, BOOLEAN, STRING = range(4)

PADDING = 32

_FIRST_BYTES = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)


def first_bytes(number: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Masks that keep the first bytes of a word: none below 1, all from 8 on."""
    return _FIRST_BYTES.take(number, mode="clip")


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells as places in a byte array.

    Attributes:
        data: uint8, with at least 32 bytes behind the last cell, so that words can be read beyond its end.
        starts: int64, where each cell begins.
        lengths: int64, how many bytes each has.
    """

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @classmethod
    def present(cls, column: TextColumn) -> Cells:
        """The cells of a column that are not missing, in order."""
        first, last = int(column.offsets[0]), int(column.offsets[-1])
        data = column.data
        if len(data) < last + PADDING:
            padded = np.zeros(last - first + PADDING, dtype=np.uint8)
            padded[: last - first] = data[first:last]
            data = padded
        else:
            first = 0
        offsets = column.offsets.astype(np.int64, copy=False)
        starts = offsets[:-1] - first
        lengths = np.diff(offsets)
        if column.missing.any():
            there = ~column.missing
            starts, lengths = starts[there], lengths[there]
        return cls(np.ascontiguousarray(data), starts, lengths)

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Cells:
        """These values as cells."""
        lengths = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
        data = np.frombuffer(b"".join(values) + bytes(PADDING), dtype=np.uint8)
        return cls(data, np.cumsum(lengths) - lengths, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def cell(self, index: int) -> bytes:
        """One cell's bytes."""
        start = int(self.starts[index])
        return self.data[start : start + int(self.lengths[index])].tobytes()

    def take(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Cells:
        """Some of the cells, over the same bytes."""
        return Cells(self.data, self.starts[chosen], self.lengths[chosen])

    def words_at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
        """The eight bytes that begin at each place, which may lie up to 24 bytes behind a cell's end."""
        overlapping = np.ndarray((len(self.data) - 7,), dtype="<u8", buffer=self.data, strides=(1,))
        return overlapping[places]

    def word(self, index: int) -> npt.NDArray[np.uint64]:
        """Bytes 8 * index to 8 * index + 7 of every cell, 0 behind its end; index 0 to 2."""
        return self.words_at(self.starts + 8 * index) & first_bytes(self.lengths - 8 * index)
