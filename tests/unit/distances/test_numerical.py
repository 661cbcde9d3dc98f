from __future__ import annotations

import math

import numpy as np
import pytest

from drift_engine.distances.numerical import robust, simple
from drift_engine.states import KllSketch


def of(*values: float) -> KllSketch:
    return KllSketch.of(values)


def test_without_ties_simple_is_the_kolmogorov_smirnov_distance() -> None:
    assert simple(of(1.0, 2.0, 3.0, 4.0), of(3.5, 5.0)) == 0.75


def test_robust_takes_off_what_chance_allows() -> None:
    left, right = KllSketch.of(np.arange(1000.0)), KllSketch.of(np.arange(1000.0) + 500.0)
    assert simple(left, right) == 0.5
    assert robust(left, right) == pytest.approx(0.5 - 1.8 * math.sqrt(2000 / 1000**2), abs=1e-15)


def test_a_value_counts_once_whatever_its_ties() -> None:
    """A flag that goes from half and half to all ones: half of the distinct values is gone."""
    flag, ones = of(*[0.0, 1.0] * 500), of(*[1.0] * 1000)
    assert (simple(ones, flag), robust(ones, flag)) == (0.5, 0.0)


def test_disjoint_samples_are_as_far_apart_as_can_be() -> None:
    assert simple(of(1.0, 2.0), of(3.0, 4.0)) == 1.0


@pytest.mark.parametrize("distance", [simple, robust])
def test_empty_against_anything_is_zero(distance: object) -> None:
    assert callable(distance)
    for pair in ((of(), of(1.0)), (of(1.0), of()), (of(), of())):
        assert distance(*pair) == 0.0
