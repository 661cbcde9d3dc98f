from __future__ import annotations

import numpy as np
import pytest

from drift_engine.distances import DISTANCES
from drift_engine.report.shapes import RankMap, shape
from drift_engine.report.shapes.categories import shares
from drift_engine.report.shapes.feature import CategoryShape, NumberShape
from drift_engine.report.shapes.numbers import Bars, bars, curves, largest_gap
from drift_engine.states.kll import KllSketch
from tests.tables import numbers, profile

RNG = np.random.default_rng(7)


def rows(values: object) -> RankMap:
    return RankMap.of_rows(KllSketch.of(np.asarray(values, dtype=np.float64)))


def drawn(old: object, new: object) -> Bars:
    return bars(rows(old), rows(new), 0.0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RNG.normal(size=9_000), RNG.normal(1, 2, 500)),
        (RNG.poisson(5, 9_000), RNG.poisson(7, 5_000)),
        (RNG.lognormal(0, 2, 9_000), RNG.lognormal(1, 2, 900)),
        ([5.0] * 10, [5.0] * 3),
    ],
)
def test_the_gap_is_the_distance_that_the_engine_computes(old: object, new: object) -> None:
    sketches = [KllSketch.of(np.asarray(side, dtype=np.float64)) for side in (old, new)]
    gap = largest_gap(*(RankMap.of_distinct(sketch) for sketch in sketches))
    assert gap.size == pytest.approx(DISTANCES["simple"].compute(sketches[1], sketches[0]), abs=1e-15)


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300, 3.4e306])
def test_bars_and_what_is_outside_are_all_rows(scale: float) -> None:
    old, new = RNG.normal(size=4_000) * scale, RNG.normal(0.5, size=3_000) * scale
    shown = drawn(old, new)
    below, above, new_below, new_above = shown.outside
    assert shown.baseline.sum() + below + above == pytest.approx(1.0)
    assert shown.current.sum() + new_below + new_above == pytest.approx(1.0)
    assert np.isfinite(np.diff(shown.edges)).all()
    assert (np.diff(shown.edges) > 0).all()


def test_few_values_get_a_bin_each() -> None:
    shown = drawn([1, 1, 2], [2, 7])
    assert shown.values.tolist() == [1, 2, 7]
    assert shown.baseline.tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert shown.current.tolist() == pytest.approx([0, 0.5, 0.5])


def test_whole_numbers_get_bins_of_whole_width_and_no_comb() -> None:
    shown = drawn(np.arange(1_900), np.arange(1_900))
    assert float(np.diff(shown.edges)[0]).is_integer()
    assert shown.baseline.max() - shown.baseline.min() < 0.002


def test_far_tails_do_not_squeeze_the_rest() -> None:
    shown = drawn([*RNG.normal(size=4_000), 1e9], RNG.normal(size=4_000))
    assert shown.edges[-1] < 10
    assert 0 < shown.outside[1] <= 0.005


def test_the_axis_reaches_the_gap_wherever_it_is() -> None:
    shown = bars(rows([*RNG.normal(size=4_000), 40.0, 1e9]), rows(RNG.normal(size=4_000)), 40.0)
    assert 40.0 <= shown.edges[-1] < 100.0


def test_curves_keep_every_step_of_few_values_and_a_limited_number_of_points_else() -> None:
    few = curves(rows([1, 2]), rows([2, 3]), (1, 3), 50)
    assert (few.steps, few.x.tolist(), few.current.tolist()) == (True, [1, 2, 3], [0, 0.5, 1])
    many = curves(rows(RNG.normal(size=4_000)), rows(RNG.normal(size=4_000)), (-3, 3), 50)
    assert not many.steps
    assert len(many.x) <= 53
    assert (np.diff(many.baseline) >= 0).all()


def test_quantiles_are_values_that_occur() -> None:
    assert rows([1, 2, 3, 4]).quantiles([0, 0.25, 0.5, 1]).tolist() == [1, 1, 2, 4]


def test_unseen_categories_come_first_then_those_that_changed_most() -> None:
    found = shares({"a": 50, "b": 30, "c": 20}, {"a": 10, "b": 30, "c": 50, "z": 10}, 3)
    assert [(each.name, each.unseen) for each in found.listed] == [("z", True), ("a", False), ("c", False)]
    assert (found.others, found.unseen) == (1, (1, 0.1))
    assert found.rest is not None
    assert found.rest.baseline == pytest.approx(0.3)


def test_shapes_follow_the_kind_of_column() -> None:
    old = profile({"n": numbers(9), "c": ["a", "b", "a"] * 3, "e": [None] * 9}).features
    kinds = [type(shape(feature, feature)) for feature in old]
    assert kinds == [NumberShape, CategoryShape, type(None)]
    assert shape(old[0], None) is None
    assert shape(old[0], old[1]) is None
