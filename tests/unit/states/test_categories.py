from __future__ import annotations

import numpy as np
import pytest

from drift_engine.errors import ProfileFileError
from drift_engine.states import CategoryState
from drift_engine.states.categories import MOST_BYTES, MOST_VALUES
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells
from tests.tables import text_column


def counted(*cells: str) -> CategoryState:
    present = Cells.present(text_column(cells))
    return CategoryState.of(hash_cells(present), present.cell)


def names(number: int) -> list[str]:
    return [f"v{index}" for index in range(number)]


def test_every_value_is_counted_in_the_order_of_its_bytes() -> None:
    counts = counted("b", "7", "b", "é", "", "a", "b").counts()
    assert counts is not None
    assert list(counts.items()) == [("", 1), ("7", 1), ("a", 1), ("b", 3), ("é", 1)]


def test_the_order_does_not_depend_on_the_order_of_merging() -> None:
    left, right = counted("z", "a"), counted("m", "a")
    assert list((left.merge(right).counts() or {}).items()) == list(
        (right.merge(left).counts() or {}).items()
    )


def test_as_many_values_as_the_bound_are_counted_and_one_more_is_not() -> None:
    assert len(counted(*names(MOST_VALUES)).counts() or {}) == MOST_VALUES
    assert counted(*names(MOST_VALUES + 1)).counts() is None


def test_a_merge_overflows_where_one_pass_does() -> None:
    half = MOST_VALUES // 2
    values = names(MOST_VALUES + 1)
    assert counted(*values[:half]).merge(counted(*values[half:])).overflowed
    assert not counted(*values[:half]).merge(counted(*values[half:-1])).overflowed


def test_an_overflow_is_for_good() -> None:
    state = counted(*names(MOST_VALUES + 1))
    assert state.merge(counted("a")).overflowed
    assert counted("a").merge(state).overflowed
    present = Cells.present(text_column(["a"]))
    state.add(hash_cells(present), present.cell)
    assert state.counts() is None


def test_a_column_that_varies_late_is_counted_and_overflows_late() -> None:
    few = ["a"] * 3000 + ["b"] * 3000
    assert counted(*few).counts() == {"a": 3000, "b": 3000}
    assert counted(*few, *names(MOST_VALUES)).overflowed


def test_a_few_very_long_values_overflow_too() -> None:
    long = ["x" * (MOST_BYTES // 2), "y" * (MOST_BYTES // 2)]
    assert not counted(*long).overflowed
    assert counted(*long, "z").overflowed


def test_values_that_are_not_utf_8_are_shown_with_a_replacement() -> None:
    state = CategoryState.of(
        np.array([1, 2, 2], dtype=np.uint64), lambda index: (b"\xff", b"\xfe")[index > 0]
    )
    assert state.counts() == {"\ufffd": 3}


def test_an_overflowed_state_of_numbers_is_no_larger_than_an_empty_one() -> None:
    numbers = [str(number) for number in range(MOST_VALUES + 1)]
    assert len(counted(*numbers).to_bytes()) == len(CategoryState().to_bytes())


def test_an_overflowed_state_of_texts_is_bounded() -> None:
    assert len(counted(*names(MOST_VALUES + 1)).to_bytes()) < 175_000


def test_a_state_of_an_older_version_is_one_clear_error() -> None:
    with pytest.raises(ProfileFileError, match=r"another version of drift-engine: profile the data again"):
        CategoryState.from_bytes(b"CAT1" + CategoryState().to_bytes()[4:])
