from __future__ import annotations

import numpy as np
import pytest

from drift_engine.states import KllSketch
from drift_engine.states.buckets import buckets


def made(*values: float) -> list[tuple[float, float, float]]:
    found = buckets(KllSketch.of(values), min(values), max(values))
    return [(each.lower_bound, each.upper_bound, each.count) for each in found]


def test_ten_equal_widths_from_the_smallest_to_the_largest() -> None:
    found = made(*np.arange(101.0))
    assert [low for low, _, _ in found] == [10.0 * index for index in range(10)]
    assert [count for _, _, count in found] == [10.0] * 9 + [11.0]


def test_a_constant_has_everything_in_the_last_bucket() -> None:
    assert made(5.0, 5.0, 5.0) == [(5.0, 5.0, 0.0)] * 9 + [(5.0, 5.0, 3.0)]


def test_a_column_wholly_above_31_bits_gets_buckets_from_the_largest_int() -> None:
    found = made(1.7e12, 1.8e12)
    assert (found[0][0], found[-1][1]) == (2147483647.0, 1.8e12)
    assert sum(count for _, _, count in found) == 2.0


def test_a_column_wholly_below_gets_buckets_up_to_the_smallest_int() -> None:
    found = made(-1.8e12, -1.7e12)
    assert (found[0][0], found[-1][1]) == (-1.8e12, -2147483648.0)


def test_a_range_wider_than_a_double_still_has_finite_bounds() -> None:
    found = made(-1.7e308, 1.7e308)
    assert np.isfinite(found).all()
    assert [count for _, _, count in found] == [1.0, *[0.0] * 8, 1.0]


def test_an_empty_sketch_has_no_buckets() -> None:
    assert buckets(KllSketch(), np.inf, -np.inf) == ()


@pytest.mark.parametrize("distinct", [1, 3, 50, 100_000])
def test_counts_are_the_ranks_of_the_bounds(distinct: int) -> None:
    values = np.random.default_rng(distinct).integers(0, distinct, 30_000) / 7.0 - 3.0
    sketch, low, high = KllSketch.of(values), float(values.min()), float(values.max())
    found = buckets(sketch, low, high)
    bounds = np.array([*(each.lower_bound for each in found), found[-1].upper_bound])
    below = sketch.rank(bounds, inclusive=False)
    below[-1] = sketch.rank(bounds[-1:], inclusive=True)[0]
    assert [each.count for each in found] == np.diff(below).tolist()
