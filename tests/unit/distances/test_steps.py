from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift_engine.distances.numerical import simple
from drift_engine.distances.steps import Steps, ascending
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


@given(st.data(), st.sampled_from([0, 1, 1500, 4000]), st.integers(0, 2**32 - 1))
def test_any_values_are_put_in_order_as_a_stable_sort_does(data: st.DataObject, many: int, seed: int) -> None:
    finite = st.floats(allow_nan=False, allow_infinity=False)
    few = np.array([*data.draw(st.lists(finite, max_size=20)), 1.0], dtype=np.float64)
    shape = data.draw(st.sampled_from(["picked", "uniform", "heavy", "alike", "subnormal"]))
    rng = np.random.default_rng(seed)
    if shape == "picked":
        values = rng.choice(few, many + len(few))
    elif shape == "uniform":
        values = rng.uniform(few.min() / 4.0, few.max() / 4.0 + 1.0, many)
    elif shape == "heavy":
        values = np.append(rng.standard_cauchy(many), few)
    elif shape == "alike":
        values = np.append(np.ones(many), few)
    else:
        values = rng.integers(0, 1000, many) * 5e-324
    assert ascending(values).tolist() == np.argsort(values, kind="stable").tolist()


@pytest.mark.parametrize("distinct", [2, 30, 900, 20_000])
def test_counts_are_those_of_every_item_by_itself(distinct: int) -> None:
    rng = np.random.default_rng(distinct)
    sides = [KllSketch.of(rng.integers(0, distinct, rows) * 0.1) for rows in (9_000, 50_000)]
    added = [Counter[float](), Counter[float]()]
    largest: list[dict[float, int]] = [{}, {}]
    for side, sketch in enumerate(sides):
        for value, weight in zip(*(each.tolist() for each in sketch.items()), strict=True):
            added[side][value] += weight
            largest[side][value] = max(largest[side].get(value, 0), weight)
    for steps, counts in (
        (Steps.of(*sides), added),
        (Steps.forgetting_ties(*sides), largest),
    ):
        assert steps is not None
        values = sorted({*counts[0], *counts[1]})
        assert steps.values.tolist() == values
        assert steps.current_counts.tolist() == [counts[0].get(value, 0) for value in values]
        assert steps.baseline_counts.tolist() == [counts[1].get(value, 0) for value in values]
        gaps = np.cumsum(steps.current_counts) / steps.n - np.cumsum(steps.baseline_counts) / steps.m
        assert steps.gaps[:-1].tolist() == gaps[:-1].tolist()
        assert math.isclose(steps.largest_gap, np.abs(gaps[:-1]).max(), rel_tol=0.0, abs_tol=0.0)
