"""What deequ computed from the files in `deequ/`, our profile says too, number for number."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from drift_engine.states import ColumnState, DatasetState, FeatureProfile, KllSketch
from tests.golden.reference import DEEQU, assert_equal, kll_of, read_batches, read_json

COLUMNS = [
    (dataset, side, column)
    for dataset in ("normal_shift", "counts", "constants", "categorical")
    for side in ("baseline", "current")
    for column in read_json(DEEQU / f"{dataset}.json")[side]["columns"]
]
NUMERIC = [
    each for each in COLUMNS if "kll" in read_json(DEEQU / f"{each[0]}.json")[each[1]]["columns"][each[2]]
]
MOMENTS = ("mean", "sum", "std_dev", "min", "max")


def deequ_says(dataset: str, side: str, column: str) -> dict[str, Any]:
    found: dict[str, Any] = read_json(DEEQU / f"{dataset}.json")[side]["columns"][column]
    return found


def our_state(dataset: str, side: str, column: str) -> ColumnState:
    (batch,) = read_batches(DEEQU / f"{dataset}_{side}.csv")
    return ColumnState.of(batch.columns[batch.names.index(column)])


def our_profile(dataset: str, side: str, column: str) -> FeatureProfile:
    return our_state(dataset, side, column).profile(column)


@pytest.mark.parametrize(("dataset", "side", "column"), COLUMNS)
def test_types_and_completeness_are_those_of_deequ(dataset: str, side: str, column: str) -> None:
    theirs, ours = deequ_says(dataset, side, column), our_profile(dataset, side, column)
    counts = ours.type_counts
    assert counts is not None
    assert ours.inferred_type == theirs["inferred_type"]
    assert_equal("deequ", ours.completeness, theirs["completeness"])
    types = {
        "Boolean": counts.boolean,
        "Fractional": counts.fractional,
        "Integral": counts.integral,
        "String": counts.string,
        "Unknown": ours.num_missing,
    }
    assert_equal("deequ", types, theirs["type_counts"])


@pytest.mark.parametrize(("dataset", "side", "column"), NUMERIC)
def test_moments_are_those_of_deequ_to_the_last_digit(dataset: str, side: str, column: str) -> None:
    theirs, ours = deequ_says(dataset, side, column), our_profile(dataset, side, column)
    assert ours.numerical is not None
    moments = {name: getattr(ours.numerical, name) for name in MOMENTS}
    assert_equal("deequ", moments, {name: theirs[name] for name in MOMENTS})


@pytest.mark.parametrize(("dataset", "side", "column"), NUMERIC)
def test_sketch_and_buckets_are_those_of_deequ(dataset: str, side: str, column: str) -> None:
    ours = kll_of(our_profile(dataset, side, column))
    assert_equal("deequ", ours, deequ_says(dataset, side, column)["kll"])


@pytest.mark.parametrize(("dataset", "side", "column"), COLUMNS)
def test_approximate_distinct_counts_are_the_integers_of_deequ(dataset: str, side: str, column: str) -> None:
    ours = our_profile(dataset, side, column)
    if ours.string is not None:
        estimate = ours.string.distinct_count
    else:
        assert ours.numerical is not None
        assert ours.numerical.approximate_num_distinct_values is not None
        estimate = float(ours.numerical.approximate_num_distinct_values)
    theirs = deequ_says(dataset, side, column)["approximate_num_distinct_values"]
    assert_equal("deequ", estimate, float(theirs))


@pytest.mark.parametrize(("dataset", "side", "column"), COLUMNS)
def test_histograms_are_those_of_deequ_without_the_missing(dataset: str, side: str, column: str) -> None:
    theirs = deequ_says(dataset, side, column).get("histogram")
    ours = our_state(dataset, side, column)
    if theirs is None:
        assert ours.categories.overflowed or column == "x"
        return
    # Spark left the doubled quotes of one cell as they stand in the file.
    expected = {key.replace('"with ""q"""', 'with "q"'): count for key, count in theirs.items()}
    expected.pop("NullValue", None)
    assert_equal("deequ", ours.categories.counts(), expected)


def test_six_partitions_merged_from_left_to_right_have_the_moments_of_deequ() -> None:
    theirs = read_json(DEEQU / "normal_shift.six_partitions.json")["baseline"]
    batches = read_batches(DEEQU / "normal_shift_baseline.csv", theirs["partition_row_counts"])
    merged = reduce(DatasetState.merge, map(DatasetState.of, batches), DatasetState())
    (ours,) = merged.profile().features
    assert ours.numerical is not None
    expected = theirs["columns"]["x"]
    names = (*MOMENTS, "approximate_num_distinct_values")
    numbers = {name: getattr(ours.numerical, name) for name in names}
    assert_equal("deequ", numbers, {name: expected[name] for name in names})
    assert merged.rows == theirs["item_count"]


def test_six_partitions_grouped_as_spark_groups_them_have_the_sketch_of_deequ() -> None:
    """Spark's treeReduce folds partitions 0, 2, 4 and 1, 3, 5 before it merges the two."""
    theirs = read_json(DEEQU / "normal_shift.six_partitions.json")["baseline"]
    batches = read_batches(DEEQU / "normal_shift_baseline.csv", theirs["partition_row_counts"])
    states = [ColumnState.of(batch.columns[0]) for batch in batches]
    merged = reduce(ColumnState.merge, states[::2]).merge(reduce(ColumnState.merge, states[1::2]))
    assert_equal("deequ", kll_of(merged.profile("x")), theirs["columns"]["x"]["kll"])


def test_a_sketch_read_from_the_file_ranks_as_the_one_that_wrote_it() -> None:
    theirs = deequ_says("normal_shift", "baseline", "x")
    parameters = theirs["kll"]["sketch"]["parameters"]
    sketch = KllSketch.from_levels(theirs["kll"]["sketch"]["data"], parameters["c"], parameters["k"])
    lows = [bucket["lower_bound"] for bucket in theirs["kll"]["buckets"]]
    counts = [bucket["count"] for bucket in theirs["kll"]["buckets"]]
    below = sketch.rank(lows, inclusive=False).tolist()
    assert [high - low for low, high in zip(below, [*below[1:], sketch.num_values], strict=True)] == counts
