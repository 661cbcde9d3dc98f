from __future__ import annotations

import numpy as np
import pytest

from drift_engine.distances.numerical import simple
from drift_engine.distances.steps import Steps
from drift_engine.states import KllSketch


def test_a_sketch_that_went_on_after_a_comparison_is_compared_anew() -> None:
    known, growing = KllSketch.of([1.0, 2.0, 3.0]), KllSketch.of([1.0, 2.0, 3.0])
    assert simple(growing, known) == 0.0
    growing.add(np.array([9.0, 10.0, 11.0]))
    assert simple(growing, known) == 0.5
    steps = Steps.of(growing, known)
    assert steps is not None
    assert (steps.n, steps.m) == (6.0, 3.0)


def test_the_sides_are_not_taken_for_each_other() -> None:
    one, other = KllSketch.of([1.0, 1.0, 2.0]), KllSketch.of([2.0])
    there, back = Steps.of(one, other), Steps.of(other, one)
    assert there is not None
    assert back is not None
    assert there.current_counts.tolist() == back.baseline_counts.tolist() == [2.0, 1.0]
    assert there.baseline_counts.tolist() == back.current_counts.tolist() == [0.0, 1.0]


def test_a_value_counts_once_where_ties_are_forgotten() -> None:
    one, other = KllSketch.of([1.0, 1.0, 2.0]), KllSketch.of([2.0])
    forgetful = Steps.forgetting_ties(one, other)
    assert forgetful is not None
    assert forgetful.current_counts.tolist() == [1.0, 1.0]
    assert forgetful.n == 2.0


def test_no_result_can_be_written_into() -> None:
    steps = Steps.of(KllSketch.of([1.0, 2.0]), KllSketch.of([3.0]))
    assert steps is not None
    with pytest.raises(ValueError, match="read-only"):
        steps.values[0] = 5.0


@pytest.mark.parametrize(("mine", "theirs"), [([], [1.0]), ([1.0], []), ([], [])])
def test_nothing_can_be_compared_with_an_empty_sketch(mine: list[float], theirs: list[float]) -> None:
    assert Steps.of(KllSketch.of(mine), KllSketch.of(theirs)) is None
