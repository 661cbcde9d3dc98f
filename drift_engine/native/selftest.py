"""Whether a compiled kernel gives what numpy gives; asked once a process, before it is trusted."""

from __future__ import annotations

import ctypes as ct

import numpy as np

from drift_engine.native.binding import Kernel, padded
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells
from drift_engine.states.numbers import read_cell

_CELLS = (
    b"0",
    b"-0.0",
    b"12",
    b"-7.25",
    b"+3",
    b"- 5",
    b" 8",
    b"true",
    b"false",
    b"text",
    b"1e5",
    b"0.1",
    b"2.2250738585072011e-308",
    b"4.9e-324",
    b"9007199254740993",
    b"-9223372036854775808",
    b"9223372036854775808",
    b"123456789.123456789012345678901",
    b"1.7976931348623159e308",
    b"7.2057594037927933e16",
    b"a cell of more than thirty-two bytes, hashed by stripes",
)


def agrees(kernel: Kernel) -> bool:
    """Whether hashes, types and numbers of some telling cells are those of the numpy engine, to the bit."""
    hashes = hash_cells(Cells.of(_CELLS))
    return all(_agrees(kernel, cell, int(hashes[index])) for index, cell in enumerate(_CELLS))


def _agrees(kernel: Kernel, cell: bytes, expected_hash: int) -> bool:
    text = padded(cell)
    place = text.ctypes.data
    value, whole = ct.c_double(), ct.c_int64()
    answer = kernel.call.de_number(place, len(cell), ct.byref(value), ct.byref(whole))
    kind, number = read_cell(cell)
    if kernel.call.de_hash(place, len(cell)) != expected_hash or answer & 15 != kind:
        return False
    if number is None:
        return bool(answer >> 4 == 0)
    expected = np.float64(number)
    same = np.float64(value.value).tobytes() == expected.tobytes()
    return bool(answer >> 4 == 1 and same and whole.value == (number if isinstance(number, int) else 0))
