"""A batch: rows that were read at once, column by column, as plain numpy arrays.

Readers make batches, states consume them. There are two kinds of column, because there are two kinds
of source: text (CSV, JSON lines) whose cells carry their own type, and typed numbers (Parquet, frames).
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


Column: TypeAlias = TextColumn | NumberColumn


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
