from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from drift_engine.states import MomentState
from drift_engine.states.welford import advance

LARGEST = float(np.finfo(np.float64).max)


def value_by_value(values: list[float]) -> tuple[float, float]:
    mean, deviations = 0.0, 0.0
    for count, value in enumerate(values, start=1):
        distance = value - mean
        mean += distance / count
        deviations += distance * (distance - distance / count)
    return mean, deviations


def shapes() -> dict[str, npt.NDArray[np.float64]]:
    random = np.random.default_rng(3)
    return {
        "around zero": random.normal(size=30_000),
        "flags": (random.random(30_000) < 0.02).astype(np.float64),
        "prices": random.lognormal(3.0, 1.0, 30_000).round(2),
        "far from zero": random.normal(1e12, 1e9, 30_000),
        "constant": np.full(10_000, 0.1),
        "alternating": np.tile([1.0, -1.0], 5000),
        "tiny": random.normal(size=10_000) * 1e-310,
        "heavy tails": random.standard_cauchy(10_000),
    }


@pytest.mark.parametrize("shape", shapes())
def test_mean_and_deviations_are_bit_for_bit_those_of_the_loop(shape: str) -> None:
    values = shapes()[shape]
    assert advance(0, 0.0, 0.0, values) == value_by_value(values.tolist())


def test_a_sum_is_added_up_from_the_left() -> None:
    values = [0.1, 0.2, 0.3, 1e16, -1e16, 0.4]
    total = 0.0
    for value in values:
        total += value
    assert MomentState.of(np.array(values)).sum() == total != math.fsum(values)


def test_whole_numbers_have_an_exact_sum_beyond_64_bits() -> None:
    whole = np.full(5, 2**63 - 1)
    state = MomentState.of(whole.astype(np.float64), whole)
    assert state.sum(whole=True) == float(5 * (2**63 - 1))
    small = np.array([2**53 + 1, -(2**53)])
    assert MomentState.of(small.astype(np.float64), small).sum(whole=True) == 1.0


def test_the_deviation_is_that_of_the_population() -> None:
    assert MomentState.of(np.array([2.0, 4.0])).std_dev() == 1.0


def test_one_value_has_no_deviation() -> None:
    state = MomentState.of(np.array([7.5]))
    assert (state.mean(), state.std_dev(), state.min, state.max) == (7.5, 0.0, 7.5, 7.5)


@pytest.mark.parametrize(
    "values",
    [[1e308] * 20, [1e308, -1e308, 1e308], [LARGEST, LARGEST, -LARGEST], [-1e308] * 3, [1e200, -1e200]],
)
def test_moments_beyond_the_range_of_a_double_stay_finite(values: list[float]) -> None:
    state = MomentState.of(np.array(values))
    both = state.merge(MomentState.of(np.array(values[::-1])))
    for each in (state, both):
        assert all(map(math.isfinite, (each.sum(), each.mean(), each.std_dev())))
        assert each.min <= each.mean() <= each.max
        assert each.std_dev() >= 0.0


def test_the_mean_is_right_where_the_sum_is_beyond_the_range() -> None:
    values = np.linspace(1e306, 9e306, 4001)
    halves = MomentState.of(values[:1500]).merge(MomentState.of(values[1500:]))
    for state in (MomentState.of(values), halves):
        assert state.sum() == LARGEST
        assert state.mean() == pytest.approx(5e306, rel=1e-9)


def test_the_empty_state_has_zeros() -> None:
    state = MomentState()
    assert (state.count, state.sum(), state.mean(), state.std_dev()) == (0, 0.0, 0.0, 0.0)


def test_whole_numbers_within_64_bits_are_counted() -> None:
    state = MomentState.of(np.array([1.0, -2.0, 0.5, 1e15, 2.0**63, -(2.0**63), 1e19, 4503599627370495.5]))
    assert state.whole_numbers == 5
    assert state.merge(MomentState.of(np.array([0.0, 0.1]))).whole_numbers == 6
    assert MomentState.from_bytes(state.to_bytes()).whole_numbers == 5
