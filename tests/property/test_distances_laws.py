"""What holds for every distance, whatever the data: see also `tests/unit/distances/test_table.py`."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from drift_engine.distances import DISTANCES, Distance
from drift_engine.states import KllSketch

NUMBERS = st.lists(st.floats(-1e300, 1e300) | st.integers(-5, 5).map(float), min_size=1, max_size=60)
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**6), min_size=1)
NUMERICAL = [row for row in DISTANCES.values() if row.kind == "numerical"]
CATEGORICAL = [row for row in DISTANCES.values() if row.kind == "categorical"]


def said_to_be_symmetric(row: Distance) -> bool:
    return "not symmetric" not in (row.compute.__doc__ or "") and "symmetric" in (row.compute.__doc__ or "")


@pytest.mark.parametrize("row", NUMERICAL, ids=lambda row: row.name)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_rows_does_not_matter(row: Distance, data: st.DataObject) -> None:
    current, baseline = data.draw(NUMBERS), data.draw(NUMBERS)
    shuffled = [data.draw(st.permutations(side)) for side in (current, baseline)]
    expected = row.compute(KllSketch.of(current), KllSketch.of(baseline))
    assert row.compute(KllSketch.of(shuffled[0]), KllSketch.of(shuffled[1])) == pytest.approx(expected)


@pytest.mark.parametrize("row", NUMERICAL, ids=lambda row: row.name)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_the_partitions_do_not_matter(row: Distance, data: st.DataObject) -> None:
    current, baseline = data.draw(NUMBERS), data.draw(NUMBERS)
    cut = data.draw(st.integers(0, len(current)))
    merged = KllSketch.of(current[:cut]).merge(KllSketch.of(current[cut:]))
    expected = row.compute(KllSketch.of(current), KllSketch.of(baseline))
    assert row.compute(merged, KllSketch.of(baseline)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "row",
    [row for row in NUMERICAL if said_to_be_symmetric(row) and "_binned" not in row.name],
    ids=lambda row: row.name,
)
@given(current=NUMBERS, baseline=NUMBERS)
@settings(max_examples=50, deadline=None)
def test_a_distance_of_numbers_that_says_it_is_symmetric_is(
    row: Distance, current: list[float], baseline: list[float]
) -> None:
    left, right = KllSketch.of(current), KllSketch.of(baseline)
    assert row.compute(left, right) == pytest.approx(row.compute(right, left), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "row", [row for row in CATEGORICAL if said_to_be_symmetric(row)], ids=lambda row: row.name
)
@given(current=COUNTS, baseline=COUNTS)
@settings(max_examples=50, deadline=None)
def test_a_distance_of_categories_that_says_it_is_symmetric_is(
    row: Distance, current: dict[str, int], baseline: dict[str, int]
) -> None:
    left, right = row.compute(current, baseline), row.compute(baseline, current)
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


def test_most_distances_are_symmetric_and_these_say_that_they_are_not() -> None:
    spoken = {row.name for row in DISTANCES.values() if "not symmetric" in (row.compute.__doc__ or "")}
    assert spoken == {"wasserstein_scaled", "kullback_leibler", "kullback_leibler_binned"}


@pytest.mark.parametrize("row", CATEGORICAL, ids=lambda row: row.name)
@given(current=COUNTS, baseline=COUNTS)
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_categories_does_not_matter(
    row: Distance, current: dict[str, int], baseline: dict[str, int]
) -> None:
    turned = dict(reversed(current.items()))
    assert row.compute(turned, baseline) == pytest.approx(row.compute(current, baseline), abs=1e-9)


@pytest.mark.parametrize(
    "row", [row for row in NUMERICAL if row.name not in ("simple", "robust")], ids=lambda row: row.name
)
def test_a_sketch_of_many_values_is_near_the_exact_distance(row: Distance) -> None:
    """50,000 values in about 5,000 kept items, against all of them on one level of the bottom's weight."""
    random = np.random.default_rng(3)
    current, baseline = random.gamma(2.0, 1.1, 50_000), random.gamma(2.0, 1.0, 60_000)
    exact = row.compute(*(KllSketch.from_levels([side]) for side in (current, baseline)))
    assert row.compute(KllSketch.of(current), KllSketch.of(baseline)) == pytest.approx(exact, rel=0.15)
