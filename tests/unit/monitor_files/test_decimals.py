"""Decimal fractions, many at once: each to the bit as json.loads reads it, or all left to another way."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drift_engine.monitor_files.decimals import read_decimals

FINITE = st.floats(allow_nan=False, allow_infinity=False)
DIGITS = st.text("0123456789", min_size=1, max_size=26)


@st.composite
def fractions(draw: st.DrawFn) -> str:
    """A fraction as JSON allows it, of any number of digits."""
    whole = draw(st.just("0") | DIGITS.map(lambda digits: digits.lstrip("0") or "0"))
    return f"{draw(st.sampled_from(['', '-']))}{whole}.{draw(DIGITS)}"


def check(numbers: list[str], comma: str) -> bool:
    """Whether the numbers were read; what is read must be json's, bit for bit, and every end in its place."""
    text = comma.join(numbers)
    found = read_decimals(text.encode())
    if found is None:
        return False
    wanted = np.array(json.loads(f"[{text}]"), dtype=np.float64)
    assert found.values.tobytes() == wanted.tobytes()
    ends = np.cumsum([len(number) + len(comma) for number in numbers]) - len(comma)
    assert found.ends.tolist() == ends.tolist()
    return True


@given(st.lists(st.floats(-1e15, 1e15).map(repr), min_size=1, max_size=40), st.sampled_from([",", ", "]))
@example(["-0.0", "0.0", "-21.089749", "0.00012345678901234567", "123456789012345.25"], ", ")
@example(["9007199254740993.0", "0.3", "0.1234567890123456789", "99999999.99999999"], ",")
@example(["18446744073709551616.5", "18446744073709551616.0"], ", ")
def test_what_python_prints_is_read_to_the_bit(numbers: list[str], comma: str) -> None:
    read = check(numbers, comma)
    assert read or any("e" in number for number in numbers)


@given(st.lists(fractions(), min_size=1, max_size=30), st.sampled_from([",", ", "]))
def test_any_number_of_digits_is_read_to_the_bit(numbers: list[str], comma: str) -> None:
    longest = max(len(side) for number in numbers for side in number.lstrip("-").split("."))
    assert check(numbers, comma) == (longest <= 24)


@given(FINITE.map(repr), st.integers(0, 200))
def test_a_number_with_an_exponent_among_others_is_read_to_the_bit(number: str, place: int) -> None:
    numbers = [f"{each}.5" for each in range(200)]
    numbers.insert(place, number)
    assert check(numbers, ", ") or "e" not in number
    assert check([*numbers, "2.5E-7", "-1E5", "-0e0", "1.0"], ", ")


def test_halves_between_two_doubles_go_to_the_even_one() -> None:
    # 2**53 + 1 and neighbours; and a tie behind the point.
    assert check(
        ["9007199254740993.0", "9007199254740995.0", "4503599627370497.5", "1125899906842624.125"], ","
    )
    assert check(["1.00000000000000011102230246251565404236"[:26], "0.500000000000000027755575"], ",")


@pytest.mark.parametrize("numbers", [["1e-300"] * 3, ["1e300", "1.7976931348623157e308", "5e-324"]])
def test_huge_and_tiny_numbers_among_others_are_read_to_the_bit(numbers: list[str]) -> None:
    assert check([*numbers, *["0.25"] * 400], ", ")


def test_many_exponents_are_left_to_another_way() -> None:
    assert read_decimals(b", ".join([b"1.5e-07"] * 1000)) is None


GOOD = b"1.5, -0.25, 3.0, 44.125"


@given(
    st.integers(0, len(GOOD)),
    st.binary(max_size=3) | st.text("0123456789.,-+eE \n]", max_size=3).map(str.encode),
    st.integers(0, 3),
)
@example(0, b"0", 0)
@example(len(GOOD), b",", 0)
@example(4, b"", 1)
@example(5, b"", 2)
@example(5, b"--", 1)
@example(3, b" ", 0)
def test_whatever_bytes_are_put_in_the_answer_is_json_s_or_none(place: int, wrong: bytes, taken: int) -> None:
    text = GOOD[:place] + wrong + GOOD[place + taken :]
    found = read_decimals(text)
    if found is not None:
        wanted = json.loads(b"[" + text + b"]")
        assert all(type(each) is float for each in wanted)
        assert found.values.tobytes() == np.array(wanted).tobytes()


@pytest.mark.parametrize(
    "wrong", ["", "1", "1.0, 2", "01.5", "-01.5", "1.", ".5", "+1.5", "1.5,", "1e999", "0x1.0"]
)
def test_what_is_no_list_of_fractions_is_left_alone(wrong: str) -> None:
    assert read_decimals(wrong.encode()) is None
    assert read_decimals(f"1.5, {wrong}".encode()) is None
    assert read_decimals(f"{wrong},1.5".encode()) is None
