from __future__ import annotations

import math

import pytest

from drift_engine.distances.linf import linf_robust, linf_simple


def test_the_largest_difference_of_shares_wins() -> None:
    assert linf_simple({"a": 50, "b": 50}, {"a": 80, "b": 10, "c": 10}) == pytest.approx(0.4)


def test_a_new_category_counts_with_its_whole_share() -> None:
    assert linf_simple({"new": 1000}, {"old": 10}) == 1.0


def test_robust_takes_off_what_chance_allows() -> None:
    current, baseline = {"a": 1000}, {"a": 500, "b": 500}
    assert linf_robust(current, baseline) == pytest.approx(0.5 - 1.8 * math.sqrt(2000 / 1000**2), abs=1e-15)
    assert linf_robust({"a": 2}, {"a": 1, "b": 1}) == 0.0


@pytest.mark.parametrize("empty", [{}, {"a": 0}])
def test_empty_against_anything_is_zero(empty: dict[str, int]) -> None:
    for distance in (linf_simple, linf_robust):
        assert distance(empty, {"a": 5}) == distance({"a": 5}, empty) == distance(empty, empty) == 0.0
