"""Types and numbers of cells: a slow, obvious reading with regular expressions says the same."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given, settings

from drift_engine.states.batch import TextColumn
from drift_engine.states.cells import BOOLEAN, FRACTIONAL, INTEGRAL, STRING, Cells
from drift_engine.states.numbers import read_cells

# deequ's own patterns, with Java's \d, which is ASCII.
FRACTIONAL_PATTERN = re.compile(rb"(-|\+)? ?[0-9]+((\.[0-9]+)|((?:\.[0-9]+)?[Ee][-+]?[0-9]+))")
INTEGRAL_PATTERN = re.compile(rb"(-|\+)? ?[0-9]+")
BLANK_BEHIND_SIGN = re.compile(rb"[-+] ")


def slowly(cell: bytes) -> tuple[int, int | float | None]:
    if FRACTIONAL_PATTERN.fullmatch(cell):
        castable = not BLANK_BEHIND_SIGN.match(cell) and math.isfinite(float(cell))
        return FRACTIONAL, float(cell) if castable else None
    if INTEGRAL_PATTERN.fullmatch(cell):
        castable = not BLANK_BEHIND_SIGN.match(cell) and -(2**63) <= int(cell) < 2**63
        return INTEGRAL, int(cell) if castable else None
    return (BOOLEAN if cell in (b"true", b"false") else STRING), None


def column(cells: list[bytes]) -> TextColumn:
    offsets = np.cumsum([0, *map(len, cells)], dtype=np.int64)
    return TextColumn(
        np.frombuffer(b"".join(cells), dtype=np.uint8), offsets, np.zeros(len(cells), dtype=np.bool_)
    )


def assert_read_as_slowly(cells: list[bytes]) -> None:
    found = read_cells(Cells.present(column(cells)))
    expected = [slowly(cell) for cell in cells]
    numbers = [number for _, number in expected if number is not None]
    assert found.types.tolist() == [kind for kind, _ in expected]
    # Bits, so that -0.0 is not 0.0.
    assert found.values.view(np.int64).tolist() == np.array(numbers, dtype=np.float64).view(np.int64).tolist()
    assert found.whole.tolist() == [number if isinstance(number, int) else 0 for number in numbers]


ODD_CELLS = (
    b"|.5|5.|4 |+3| 3|- 5|007|1e5|2E-3|true|false|True|- 5.5|+ 1e3|1e999|-1e999|9223372036854775807|"
    b"9223372036854775808|-9223372036854775808|-9223372036854775809|99999999999999999999|18446744073709551616|"
    b"000000000000000000000001|-0|-0.0|0.0|1.7976931348623159e308|4.9e-324|2.4703282292062327e-324|1e|1e+|e5|1.e5|"
    b".e5|1.5e|1.5e+3|1.5e+|--5|+-5|  5|5  5|1,234|NaN|NA|null|Infinity|1e5 |1.2.3|1..2|-|+| |+ |- |0x10|"
    b"1_000|1e00000005|1e0000000000000005|1e-0000000000000005|0.1e1.5|12345678|12345678.9|9007199254740993|"
    b"9007199254740993.0|9007199254740992.5|1e22|1e23|123456789012345e22|1e-22|1e-23|1e999999999999|"
    b"12345678901234567890.5|1.00000000000000011102230246251565404236316680908203125|0.00012345678901234567|"
    b"\x00|1\x00|\xff1|1\xff|tru|falsee|t|\xd9\xa3"
).split(b"|")
NUMERIC_LOOKING = st.text("0123456789012345678901234567890+- .eE", max_size=30).map(str.encode)
ANY_BYTES = st.binary(max_size=30)
DOUBLES = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: repr(number).encode())
LONG_DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, places=17, min_value=-1000, max_value=1000
).map(lambda number: format(number, "f").encode())
INTEGERS = st.integers(-(2**65), 2**65).map(lambda number: str(number).encode())


@given(st.lists(st.one_of(NUMERIC_LOOKING, ANY_BYTES, DOUBLES, LONG_DECIMALS, INTEGERS), max_size=40))
@example(ODD_CELLS)
@settings(max_examples=400, deadline=None)
def test_cells_of_all_kinds_are_read_as_the_patterns_and_correct_rounding_say(cells: list[bytes]) -> None:
    assert_read_as_slowly(cells)


@pytest.mark.parametrize("cell", ODD_CELLS)
def test_an_odd_cell_alone_is_read_as_among_others(cell: bytes) -> None:
    assert_read_as_slowly([cell])


@given(st.integers(2**52, 2**53 - 1), st.integers(-12, 0), st.booleans(), st.integers(18, 24))
@settings(max_examples=300, deadline=None)
def test_texts_halfway_between_two_doubles_are_rounded_to_even(
    mantissa: int, power: int, cut: bool, length: int
) -> None:
    halfway = Decimal(2 * mantissa + 1) * Decimal(2) ** (power - 1)
    text = format(halfway, "f").encode()
    assert_read_as_slowly([text[:length].rstrip(b".") if cut else text])


def test_a_whole_column_of_random_doubles_is_read_to_the_last_bit() -> None:
    random = np.random.default_rng(7)
    numbers = np.concatenate(
        (random.normal(size=5000), random.lognormal(0, 8, 5000), random.random(5000) * 1e-4)
    )
    assert_read_as_slowly([repr(number).encode() for number in numbers.tolist()])
