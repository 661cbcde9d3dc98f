from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from drift_engine.distances import DISTANCES, Distance
from drift_engine.states import KllSketch

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), max_size=12)
SKETCHES = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40).map(KllSketch.of)
LEVELS = st.lists(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=10), max_size=4)
every_distance = pytest.mark.parametrize("distance", DISTANCES.values(), ids=DISTANCES)


def arguments(distance: Distance) -> st.SearchStrategy[Any]:
    return COUNTS if distance.kind == "categorical" else SKETCHES | LEVELS.map(KllSketch.from_levels)


@every_distance
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_every_distance_is_finite_and_not_negative(distance: Distance, data: st.DataObject) -> None:
    current, baseline = data.draw(arguments(distance)), data.draw(arguments(distance))
    value = distance.compute(current, baseline)
    assert isinstance(value, float)
    assert math.isfinite(value)
    assert value >= 0.0


@every_distance
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_every_distance_to_itself_is_zero(distance: Distance, data: st.DataObject) -> None:
    value = data.draw(arguments(distance))
    # A p-value is a probability that two sides are alike, not a distance.
    expected = 1.0 if distance.name == "chi_squared_p_value" else 0.0
    assert distance.compute(value, value) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ["simple", "robust", "linf_simple", "linf_robust"])
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_shares_do_not_depend_on_which_side_is_the_baseline(name: str, data: st.DataObject) -> None:
    distance = DISTANCES[name]
    left, right = data.draw(arguments(distance)), data.draw(arguments(distance))
    assert distance.compute(left, right) == distance.compute(right, left) <= 1.0


def test_the_distance_of_large_samples_is_that_of_the_exact_distribution_functions() -> None:
    random = np.random.default_rng(5)
    current, baseline = random.normal(0.3, 1.0, 50_000), random.normal(0.0, 1.0, 80_000)
    at = np.concatenate((current, baseline))
    shares = [np.searchsorted(np.sort(side), at, side="right") / len(side) for side in (current, baseline)]
    exact = float(np.abs(shares[0] - shares[1]).max())
    assert DISTANCES["simple"].compute(KllSketch.of(current), KllSketch.of(baseline)) == pytest.approx(
        exact, abs=0.01
    )


@every_distance
def test_every_row_of_the_table_describes_itself(distance: Distance) -> None:
    assert DISTANCES[distance.name] is distance
    assert distance.summary.endswith(".")
    assert distance.source
