"""Types and numbers of cells that come as numbers already (Parquet, frames)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.batch import NumberColumn
from drift_engine.states.cells import FRACTIONAL, INTEGRAL
from drift_engine.states.numbers import CellNumbers

Numbers: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def present_numbers(column: NumberColumn) -> Numbers:
    """The numbers of a column that are not missing, in order, side by side in memory."""
    there = ~column.missing
    if column.values.dtype == np.int64:
        return np.ascontiguousarray(column.values[there], dtype=np.int64)
    return np.ascontiguousarray(column.values[there], dtype=np.float64)


def number_cells(values: Numbers) -> CellNumbers:
    """Types and numbers of typed cells: int64 is Integral, float64 Fractional.

    NaN and infinities count as present Fractional cells without a number, so that every statistic is finite
    and a distance stays one (deequ sorts a NaN last and makes mean and sum NaN).
    """
    if values.dtype == np.int64:
        types = np.full(len(values), INTEGRAL, dtype=np.uint8)
        return CellNumbers(types, values.astype(np.float64), values.astype(np.int64))
    types = np.full(len(values), FRACTIONAL, dtype=np.uint8)
    finite = np.isfinite(values)
    numbers = values.astype(np.float64) if finite.all() else values[finite].astype(np.float64)
    return CellNumbers(types, numbers, np.zeros(len(numbers), dtype=np.int64))
