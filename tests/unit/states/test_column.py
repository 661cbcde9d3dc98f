from __future__ import annotations

import math

import numpy as np
import pytest

from drift_engine.states import ColumnState, FeatureProfile, NumberColumn
from tests.tables import text_column


def profile(*cells: str | None) -> FeatureProfile:
    return ColumnState.of(text_column(cells)).profile("a")


def typed(values: list[float] | list[int], missing: list[bool] | None = None) -> FeatureProfile:
    mask = np.array(missing or [False] * len(values))
    return ColumnState.of(NumberColumn(np.array(values), mask)).profile("a")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2"], "Integral"),
        (["1", "2.5"], "Fractional"),
        (["1", "2.5", "x"], "String"),
        (["true", "false"], "String"),
        (["true", "1"], "String"),
        (["1", "NaN"], "String"),
        ([None, "3"], "Integral"),
        ([None, None], "Unknown"),
        ([], "Unknown"),
    ],
)
def test_the_columns_type_is_that_of_its_cells_together(cells: list[str | None], expected: str) -> None:
    assert profile(*cells).inferred_type == expected


def test_a_column_without_a_present_cell_has_neither_statistics() -> None:
    empty = profile(None, None)
    assert (empty.numerical, empty.string, empty.num_missing, empty.completeness) == (None, None, 2, 0.0)


def test_a_string_column_describes_its_numeric_cells_as_well() -> None:
    mixed = profile("1", "2", "oops", None, "4.5")
    assert mixed.inferred_type == "String"
    assert mixed.numerical is not None
    assert (mixed.numerical.sum, mixed.numerical.min, mixed.numerical.max) == (7.5, 1.0, 4.5)
    assert mixed.string is not None
    assert mixed.string.categories == {"1": 1, "2": 1, "4.5": 1, "oops": 1}


def test_an_integral_beyond_64_bits_is_present_and_has_no_number() -> None:
    big = profile("1", "99999999999999999999", "3")
    assert (big.inferred_type, big.num_present) == ("Integral", 3)
    assert big.numerical is not None
    assert (big.numerical.mean, big.numerical.max) == (2.0, 3.0)


def test_a_column_of_integrals_beyond_64_bits_has_no_moments() -> None:
    big = profile("99999999999999999999", "88888888888888888888")
    assert (big.inferred_type, big.numerical) == ("Integral", None)


def test_integers_beyond_53_bits_are_summed_exactly() -> None:
    large = profile("9007199254740993", "-9007199254740992")
    assert large.numerical is not None
    assert large.numerical.sum == 1.0


def test_a_high_cardinality_string_column_has_no_categories() -> None:
    unique = profile(*[f"id{index}" for index in range(2000)])
    assert unique.string is not None
    assert unique.string.categories is None
    assert unique.string.distinct_count == pytest.approx(2000, rel=0.15)


def test_categories_end_at_an_estimate_of_120_distinct_values() -> None:
    def with_distinct(number: int) -> FeatureProfile:
        return profile(*[f"v{index}" for index in range(number)])

    at, above = with_distinct(120).string, with_distinct(121).string
    assert at is not None
    assert above is not None
    assert (at.distinct_count, above.distinct_count) == (120.0, 121.0)
    assert (at.categories is None, above.categories is None) == (False, True)


def test_numbers_beyond_the_range_leave_every_statistic_finite() -> None:
    wild = profile("1e308", "-1e308", "1e308", "1e999", "1e308")
    assert wild.numerical is not None
    numbers = [wild.numerical.mean, wild.numerical.sum, wild.numerical.std_dev]
    numbers += [number for bucket in wild.numerical.buckets for number in vars(bucket).values()]
    assert all(map(math.isfinite, numbers))
    assert sum(bucket.count for bucket in wild.numerical.buckets) == 4.0


def test_typed_integers_and_floats_have_their_own_types() -> None:
    assert typed([1, 2]).inferred_type == "Integral"
    assert typed([1.0, 2.0]).inferred_type == "Fractional"


def test_typed_numbers_say_the_same_as_their_texts() -> None:
    numbers, texts = typed([3, 1, 2], [False, False, True]), profile("3", "1", None)
    assert numbers.numerical is not None
    assert texts.numerical is not None
    assert (numbers.num_present, numbers.num_missing) == (2, 1)
    assert (numbers.numerical.mean, numbers.numerical.std_dev) == (
        texts.numerical.mean,
        texts.numerical.std_dev,
    )


def test_nan_and_infinity_count_as_present_without_a_number() -> None:
    odd = typed([1.0, math.nan, math.inf, 3.0])
    assert (odd.inferred_type, odd.num_present) == ("Fractional", 4)
    assert odd.numerical is not None
    assert (odd.numerical.mean, odd.numerical.max) == (2.0, 3.0)


def test_typed_numbers_that_are_not_side_by_side_are_read() -> None:
    table = np.arange(12, dtype=np.int64).reshape(4, 3)
    strided = ColumnState.of(NumberColumn(table[:, 1], np.zeros(4, dtype=np.bool_))).profile("a")
    assert strided.numerical is not None
    assert strided.numerical.sum == 1 + 4 + 7 + 10


def test_what_a_profile_holds_does_not_change_when_the_state_goes_on() -> None:
    state = ColumnState.of(text_column(["1", "2"]))
    before = state.profile("a")
    state.add(text_column(["3"]))
    assert before.numerical is not None
    assert before.numerical.sketch is not None
    assert before.numerical.sketch.num_values == 2
