from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from drift_engine.states.batch import TextColumn
from drift_engine.states.cells import BOOLEAN, FRACTIONAL, INTEGRAL, STRING, Cells
from drift_engine.states.numbers import CellNumbers, read_cells
from tests.tables import text_column


def read(*cells: str | None) -> CellNumbers:
    return read_cells(Cells.present(text_column(cells)))


@pytest.mark.parametrize(
    "cell", [".5", "5.", "4 ", "1,234", "NaN", "NA", "null", "Infinity", "True", "2026-01-01"]
)
def test_what_looks_like_a_number_to_others_is_a_string(cell: str) -> None:
    assert read(cell).types.tolist() == [STRING]


@pytest.mark.parametrize(
    ("cell", "kind", "number"),
    [
        ("+3", INTEGRAL, 3.0),
        (" 3", INTEGRAL, 3.0),
        ("007", INTEGRAL, 7.0),
        ("1e5", FRACTIONAL, 100000.0),
        ("2E-3", FRACTIONAL, 0.002),
        ("-0.0", FRACTIONAL, 0.0),
    ],
)
def test_signs_blanks_leading_zeros_and_exponents_are_numeric(cell: str, kind: int, number: float) -> None:
    found = read(cell)
    assert (found.types.tolist(), found.values.tolist()) == ([kind], [number])


def test_true_and_false_in_lower_case_are_boolean() -> None:
    assert read("true", "false", "True", "FALSE", "tru").types.tolist() == [
        BOOLEAN,
        BOOLEAN,
        STRING,
        STRING,
        STRING,
    ]


@pytest.mark.parametrize("cell", ["9223372036854775808", "-9223372036854775809", "9" * 40, "- 5", "+ 7"])
def test_an_integral_without_a_number_is_still_integral(cell: str) -> None:
    found = read(cell)
    assert (found.types.tolist(), found.values.tolist()) == ([INTEGRAL], [])


def test_a_fraction_beyond_the_range_of_a_double_has_no_number() -> None:
    found = read("1e999", "-1e999", "1.5")
    assert (found.types.tolist(), found.values.tolist()) == ([FRACTIONAL] * 3, [1.5])


def test_the_largest_and_smallest_64_bit_integers_are_kept_whole() -> None:
    assert read("9223372036854775807", "-9223372036854775808").whole.tolist() == [2**63 - 1, -(2**63)]


def test_cells_in_the_middle_of_a_shared_byte_array_are_read() -> None:
    data = np.frombuffer(b"999true12.5xx7", dtype=np.uint8)
    missing = np.array([False, False, True, False])
    found = read_cells(Cells.present(TextColumn(data, np.array([3, 7, 11, 13, 14]), missing)))
    assert (found.types.tolist(), found.values.tolist()) == ([BOOLEAN, FRACTIONAL, INTEGRAL], [12.5, 7.0])


def test_a_cell_of_a_megabyte_takes_no_more_memory_than_a_few_of_its_size() -> None:
    long = "7" * (1 << 20)
    column = text_column([long, "x" * (1 << 20), *["1.5"] * 1000])
    tracemalloc.start()
    found = read_cells(Cells.present(column))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.types[:3].tolist() == [INTEGRAL, STRING, FRACTIONAL]
    assert len(found.values) == 1000
    assert peak < 16 << 20


def test_no_cells_at_all_are_read_as_nothing() -> None:
    assert read().types.tolist() == []
    assert read(None, None).values.tolist() == []
