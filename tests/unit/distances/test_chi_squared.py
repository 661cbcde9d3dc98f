from __future__ import annotations

import math

import pytest
from scipy import special, stats

from drift_engine.distances.chi_squared import chi_squared_p_value, chi_squared_statistic, survival


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 10, 51, 119, 120])
@pytest.mark.parametrize("statistic", [0.0, 1e-9, 0.1, 1.0, 3.84, 20.0, 100.0, 238.5, 1000.0])
def test_the_survival_function_is_that_of_scipy(statistic: float, degrees: int) -> None:
    expected = float(special.chdtrc(degrees, statistic))
    assert survival(statistic, degrees) == pytest.approx(expected, rel=1e-10, abs=1e-300)


def test_an_infinite_statistic_leaves_no_probability() -> None:
    assert survival(math.inf, 3) == 0.0


def test_the_statistic_is_that_of_scipy_where_nothing_is_small() -> None:
    current, baseline = {"a": 30, "b": 50, "c": 20}, {"a": 400, "b": 400, "c": 200}
    expected = stats.chisquare([30, 50, 20], [40, 40, 20])
    assert chi_squared_statistic(current, baseline) == pytest.approx(float(expected.statistic), rel=1e-13)
    assert chi_squared_p_value(current, baseline) == pytest.approx(float(expected.pvalue), rel=1e-12)


def test_equal_shares_have_statistic_zero_and_p_one() -> None:
    counts = {"a": 30, "b": 50}
    assert (chi_squared_statistic(counts, counts), chi_squared_p_value(counts, counts)) == (0.0, 1.0)


def test_of_two_categories_none_may_expect_fewer_than_ten() -> None:
    assert chi_squared_statistic({"a": 10, "b": 90}, {"a": 10, "b": 90}) == 0.0
    # 9 expected: folded together, one category is left and there is no test.
    assert chi_squared_p_value({"a": 90, "b": 10}, {"a": 9, "b": 91}) == 1.0


def test_the_smallest_expected_counts_are_folded_into_the_second_smallest() -> None:
    current, baseline = {"a": 50, "b": 40, "c": 6, "d": 4}, {"a": 50, "b": 44, "c": 4, "d": 2}
    # d and c expect 2 and 4: together 6, with 10 seen.
    expected = (50 - 50) ** 2 / 50 + (40 - 44) ** 2 / 44 + (10 - 6) ** 2 / 6
    assert chi_squared_statistic(current, baseline) == pytest.approx(expected)


def test_a_fifth_of_many_categories_may_be_small() -> None:
    baseline = {"a": 30, "b": 30, "c": 20, "d": 16, "e": 4}
    current = {"a": 30, "b": 30, "c": 20, "d": 12, "e": 8}
    assert chi_squared_statistic(current, baseline) == pytest.approx((12 - 16) ** 2 / 16 + (8 - 4) ** 2 / 4)


def test_new_categories_are_ignored_as_deequ_ignores_them() -> None:
    baseline = {"a": 500, "b": 500}
    assert chi_squared_p_value({"new": 1000}, baseline) == 1.0
    assert chi_squared_p_value({"a": 50, "b": 50, "new": 1000}, baseline) == 1.0


@pytest.mark.parametrize(
    ("current", "baseline"), [({}, {}), ({"a": 5}, {}), ({}, {"a": 5}), ({"a": 0}, {"a": 0})]
)
def test_nothing_to_compare_is_no_drift(current: dict[str, int], baseline: dict[str, int]) -> None:
    assert (chi_squared_statistic(current, baseline), chi_squared_p_value(current, baseline)) == (0.0, 1.0)


def test_counts_against_themselves_are_exactly_zero() -> None:
    for rows in range(1, 400):
        counts = {"a": 20 + rows % 7, "b": 30 + rows, "c": 3 * rows + 11}
        assert (chi_squared_statistic(counts, counts), chi_squared_p_value(counts, counts)) == (0.0, 1.0)
