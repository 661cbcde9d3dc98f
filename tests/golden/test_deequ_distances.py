"""The distances that deequ computed between the files in `deequ/`, ours are equal to 1e-12."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from drift_engine.distances import DISTANCES
from drift_engine.states import ColumnState, DatasetState, FeatureProfile, KllSketch
from tests.golden.reference import DEEQU, assert_close, read_batches, read_json

NAMES = {
    "robust": "robust",
    "simple": "simple",
    "linf_robust": "linf_robust",
    "linf_simple": "linf_simple",
    "chisquare_pvalue": "chi_squared_p_value",
    "chisquare_statistic": "chi_squared_statistic",
}
# Where deequ finds no test to make, it says "NaN"; a distance of ours is a number.
WITHOUT_A_TEST = {"chi_squared_p_value": 1.0, "chi_squared_statistic": 0.0}


def cases() -> list[tuple[str, str, str, float | str]]:
    found = []
    for dataset in ("normal_shift", "counts", "constants", "categorical"):
        for column, numbers in read_json(DEEQU / f"{dataset}.json")["distances"].items():
            found += [(dataset, column, key, numbers[key]) for key in NAMES if key in numbers]
    return found


def profile(dataset: str, side: str, column: str) -> FeatureProfile:
    (batch,) = read_batches(DEEQU / f"{dataset}_{side}.csv")
    features = DatasetState.of(batch).profile().features
    return next(feature for feature in features if feature.name == column)


def argument(feature: FeatureProfile, kind: str) -> Any:
    if kind == "numerical":
        assert feature.numerical is not None
        return feature.numerical.sketch
    assert feature.string is not None
    return feature.string.categories


@pytest.mark.parametrize(("dataset", "column", "key", "expected"), cases())
def test_every_distance_is_that_of_deequ(dataset: str, column: str, key: str, expected: float | str) -> None:
    distance = DISTANCES[NAMES[key]]
    current = argument(profile(dataset, "current", column), distance.kind)
    baseline = argument(profile(dataset, "baseline", column), distance.kind)
    wanted = WITHOUT_A_TEST[distance.name] if expected == "NaN" else float(expected)
    assert_close("deequ", distance.compute(current, baseline), wanted)


@pytest.mark.parametrize(
    ("column", "distinct", "total"), [("current", 14, 28), ("baseline", 12, 46)], ids=["current", "baseline"]
)
def test_the_collapsed_rank_map_counts_a_distinct_value_once(column: str, distinct: int, total: int) -> None:
    numerical = profile("counts", column, "k").numerical
    assert numerical is not None
    assert numerical.sketch is not None
    values, ranks = numerical.sketch.collapsed()
    assert (len(values), ranks[-1]) == (distinct, total)


@pytest.mark.parametrize("name", ["robust", "simple"])
def test_the_distance_to_six_merged_partitions_is_that_of_deequ(name: str) -> None:
    theirs = read_json(DEEQU / "normal_shift.six_partitions.json")
    counts = theirs["baseline"]["partition_row_counts"]
    parts = [
        ColumnState.of(batch.columns[0])
        for batch in read_batches(DEEQU / "normal_shift_baseline.csv", counts)
    ]
    # The grouping of Spark's treeReduce over six partitions.
    merged = reduce(ColumnState.merge, parts[::2]).merge(reduce(ColumnState.merge, parts[1::2])).profile("x")
    assert merged.numerical is not None
    assert isinstance(merged.numerical.sketch, KllSketch)
    current = argument(profile("normal_shift", "current", "x"), "numerical")
    ours = DISTANCES[name].compute(current, merged.numerical.sketch)
    assert_close("deequ", ours, theirs["distances"]["x"][name])
