"""What a cell is by itself: deequ's type of it, and its number.

Types are those of deequ's patterns (`StatefulDataType`): Integral is an optional sign, an optional blank and
digits; Fractional has a point between digits, an exponent, or both; Boolean is `true` or `false`; all else is
String (`.5`, `5.`, `4 `, `1,234`, `NaN`).

A numeric cell may have no number. It counts as present and by its type, and stays out of the moments and the
sketch, as Spark's cast makes it null: an Integral beyond 64 bits, and a blank between sign and digits
(`- 5`). A Fractional beyond the range of a double (`1e999`) is infinite to Spark, which makes the whole
column's sum infinite; here it has no number either, so that every statistic stays finite.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.states.cells import Cells

INTEGRAL, FRACTIONAL, BOOLEAN, STRING = range(4)

_NUMERIC = re.compile(rb"([-+]?)( ?)[0-9]+((?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?)")
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
# Digits beyond these cannot change whether an integer has 64 bits, but reading them all takes long.
_DIGITS_OF_64_BITS = 19


@dataclass(frozen=True, eq=False)
class CellNumbers:
    """Types and numbers of some cells.

    Attributes:
        types: uint8 of one entry a cell: INTEGRAL, FRACTIONAL, BOOLEAN or STRING.
        values: float64, the numbers of those cells that have one, in order.
        whole: int64 of the same shape as `values`: the same number where the cell is Integral, else 0.
    """

    types: npt.NDArray[np.uint8]
    values: npt.NDArray[np.float64]
    whole: npt.NDArray[np.int64]


def read_cells(cells: Cells) -> CellNumbers:
    """Types and numbers of all cells; every number is the double nearest to the text."""
    types = np.empty(len(cells), dtype=np.uint8)
    values = np.zeros(len(cells), dtype=np.float64)
    whole = np.zeros(len(cells), dtype=np.int64)
    numbered = np.zeros(len(cells), dtype=np.bool_)
    for index in range(len(cells)):
        types[index], number = read_cell(cells.cell(index))
        if number is not None:
            numbered[index] = True
            values[index] = float(number)
            whole[index] = number if isinstance(number, int) else 0
    return CellNumbers(types, values[numbered], whole[numbered])


def read_cell(cell: bytes) -> tuple[int, int | float | None]:
    """One cell's type and number; None where it has no number."""
    match = _NUMERIC.fullmatch(cell)
    if match is None:
        return (BOOLEAN if cell in (b"true", b"false") else STRING), None
    sign, blank, rest = match.groups()
    kind = FRACTIONAL if rest else INTEGRAL
    if sign and blank:
        return kind, None
    if rest:
        number = float(cell)
        return kind, number if math.isfinite(number) else None
    if len(cell.lstrip(b" +-0")) > _DIGITS_OF_64_BITS:
        return kind, None
    # int() reads blank and sign, and leading zeros beyond Python's limit of digits are cut off before.
    integer = int(sign + (cell.lstrip(b" +-0") or b"0"))
    return kind, integer if _LEAST <= integer <= _MOST else None
