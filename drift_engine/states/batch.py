"""A batch: rows that were read at once, column by column, as plain numpy arrays.

Readers make batches, states consume them. There are two kinds of column, because there are two kinds
of source: text (CSV, JSON lines) whose cells carry their own type, and typed numbers (Parquet, frames); and
a third one for text of which few are different, so that each is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class TextColumn:
    """Cells as UTF-8 text, laid out as Arrow does: cell i is `data[offsets[i]:offsets[i + 1]]`.

    Attributes:
        data: uint8, the bytes of all cells, one behind the other.
        offsets: int64 of shape (rows + 1,), not decreasing, `offsets[0]` may be above 0.
        missing: bool of shape (rows,). A CSV's empty cell is missing; a frame's "" is not.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    missing: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.missing)


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """Typed numbers: int64 cells are Integral, float64 cells are Fractional.

    Attributes:
        values: int64 or float64 of shape (rows,); what stands where `missing` is true is not looked at.
            NaN is a value that is not missing only where the source says so (Parquet, not pandas).
        missing: bool of shape (rows,).
    """

    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    missing: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.missing)


@dataclass(frozen=True, eq=False)
class CodedColumn:
    """Cells that are places in a list of texts: dictionaries, categories, days.

    Attributes:
        texts: the texts; none of them is missing. Some may never occur, and some may be equal.
        codes: int32 of shape (rows,), below `len(texts)`; not looked at where `missing` is true.
        missing: bool of shape (rows,).
    """

    texts: TextColumn
    codes: npt.NDArray[np.int32]
    missing: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.missing)

    def spelled(self) -> TextColumn:
        """The same cells as texts, one behind the other."""
        lengths = np.diff(self.texts.offsets)
        codes = self.codes[~self.missing]
        offsets = np.zeros(len(self) + 1, np.int64)
        if len(codes):
            sizes = np.zeros(len(self), np.int64)
            sizes[~self.missing] = lengths[codes]
            np.cumsum(sizes, out=offsets[1:])
        starts = self.texts.offsets[:-1][codes]
        places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1][~self.missing], lengths[codes])
        return TextColumn(self.texts.data[places], offsets, self.missing)


Column: TypeAlias = TextColumn | CodedColumn | NumberColumn


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows of a table.

    Attributes:
        names: the columns' names, unique, in the order of the source.
        columns: as many as names, all of length `rows`.
        rows: the number of rows; 0 is allowed (a file with a header alone).
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int
