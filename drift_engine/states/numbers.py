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

from drift_engine.states.cells import BOOLEAN, FRACTIONAL, INTEGRAL, STRING, Cells
from drift_engine.states.digits import count_others
from drift_engine.states.numerals import LONGEST, Numerals, read_numerals

_NUMERIC = re.compile(rb"([-+]?)( ?)[0-9]+((?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?)")
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_DIGITS_OF_64_BITS = 19

# Cells are read in pieces that stay in the processor's cache.
_PIECE = 8192
# Beside digits a number has at most sign, blank, point, exponent and its sign.
_MOST_OTHERS = 5
_CAN_BE_NUMBER = np.zeros(256, dtype=np.bool_)
_CAN_BE_NUMBER[list(b"+- 0123456789")] = True
_TRUE, _FALSE = (np.uint64(int.from_bytes(word, "little")) for word in (b"true", b"false"))


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
    return compressed(read_each(cells))


def compressed(read: Numerals) -> CellNumbers:
    """The same without the places of cells that have no number."""
    if read.numbered.all():
        return CellNumbers(read.types, read.values, read.whole)
    return CellNumbers(read.types, read.values[read.numbered], read.whole[read.numbered])


def read_each(cells: Cells) -> Numerals:
    """Types and numbers of all cells, one entry a cell."""
    read = Numerals.blank(len(cells))
    for start in range(0, len(cells), _PIECE):
        _read_piece(cells.take(slice(start, start + _PIECE)), read.part(slice(start, start + _PIECE)))
    return read


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
    # Leading zeros go first: Python's int() refuses texts of more than 4,300 digits.
    integer = int(sign + (cell.lstrip(b" +-0") or b"0"))
    return kind, integer if _LEAST <= integer <= _MOST else None


def _read_piece(cells: Cells, read: Numerals) -> None:
    """Fill in what some neighbouring cells are."""
    first = cells.data[cells.starts]
    _find_booleans(cells, first, read)
    there = cells.lengths > 0
    candidates = np.flatnonzero(_CAN_BE_NUMBER[first] & there)
    short = cells.lengths[candidates] <= LONGEST
    if short.all() and len(candidates) == len(cells):
        found = read_numerals(cells)
        read.put(slice(None), found)
        _read_one_by_one(cells, np.flatnonzero(found.unsure), read)
        return
    chosen = candidates[short]
    if len(chosen):
        found = read_numerals(cells.take(chosen))
        read.put(chosen, found)
        _read_one_by_one(cells, chosen[found.unsure], read)
    _read_long(cells, candidates[~short], read)


def _find_booleans(cells: Cells, first: npt.NDArray[np.uint8], read: Numerals) -> None:
    places = np.flatnonzero((first == ord("t")) | (first == ord("f")))
    if len(places):
        chosen = cells.take(places)
        word, length = chosen.word(0), chosen.lengths
        boolean = ((word == _TRUE) & (length == 4)) | ((word == _FALSE) & (length == 5))
        read.types[places[boolean]] = BOOLEAN


def _read_long(cells: Cells, where: npt.NDArray[np.intp], read: Numerals) -> None:
    """Fill in cells of more than three words: the few that can be numbers one by one."""
    if len(where):
        chosen = cells.take(where)
        others = sum(count_others(chosen.word(index)) for index in range(LONGEST // 8))
        _read_one_by_one(cells, where[others <= _MOST_OTHERS], read)


def _read_one_by_one(cells: Cells, where: npt.NDArray[np.intp], read: Numerals) -> None:
    for index in where.tolist():
        read.types[index], number = read_cell(cells.cell(index))
        read.numbered[index] = number is not None
        read.values[index] = 0.0 if number is None else float(number)
        read.whole[index] = number if isinstance(number, int) else 0
