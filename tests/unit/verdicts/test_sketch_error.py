from __future__ import annotations

import numpy as np
import pytest

from drift_engine.states import KllSketch
from drift_engine.verdicts.sketch_error import RankError


def test_a_sketch_that_holds_all_values_is_exact() -> None:
    assert RankError.of(KllSketch.of(np.arange(2000.0))) == RankError(0.0, 0.0)
    assert RankError.of(KllSketch()) == RankError(0.0, 0.0)


@pytest.mark.parametrize("rows", [3_000, 10_000, 100_000])
def test_the_error_that_is_made_is_at_most_what_is_said_and_not_far_below(rows: int) -> None:
    squares = []
    for seed in range(20):
        values = np.random.default_rng([rows, seed]).random(rows)
        sketch, exact = KllSketch.of(values), np.sort(values)
        at = np.arange(1, 50) * rows // 50
        squares.append(np.mean((sketch.rank(exact[at], inclusive=True) - at - 1) ** 2))
    said = RankError.of(sketch).variance
    assert 0.25 * said < np.mean(squares) < 1.3 * said


@pytest.mark.parametrize("order", ["sorted", "random", "merged", "two values"])
def test_every_rank_is_within_three_deviations(order: str) -> None:
    values = np.random.default_rng(2).random(200_000)
    if order == "sorted":
        values = np.sort(values)
    if order == "two values":
        values = (values < 0.3).astype(float)
    sketch = KllSketch.of(values)
    if order == "merged":
        sketch = KllSketch.of(values[:1000])
        for part in np.array_split(values[1000:], 60):
            sketch = sketch.merge(KllSketch.of(part))
    exact = np.unique(values)
    errors = sketch.rank(exact, inclusive=True) - np.searchsorted(np.sort(values), exact, side="right")
    assert np.abs(errors).max() <= 3.3 * RankError.of(sketch).variance ** 0.5


def test_a_sketch_from_a_file_has_the_same_error() -> None:
    sketch = KllSketch.of(np.random.default_rng(1).random(50_000))
    assert RankError.of(KllSketch.from_levels(sketch.levels)) == RankError.of(sketch)
