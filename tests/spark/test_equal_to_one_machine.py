from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drift_engine import check as check_here
from drift_engine import make_baseline as make_baseline_here
from drift_engine.run import state_of_source
from drift_engine.states import DatasetState, Profile

pytest.importorskip("pyspark", reason="pyspark is not here: .ci/engine-on-other-pythons runs these tests")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

from drift_engine.spark import check, make_baseline, merging, state_of_frame  # noqa: E402
from drift_engine.spark.partitions import WIDTH, piece_of  # noqa: E402


def table(rows: int, seed: int) -> Any:
    """An Arrow table of many kinds of columns."""
    pa: Any = importlib.import_module("pyarrow")
    draw = np.random.default_rng(seed)
    gone = draw.random(rows) < 0.1
    return pa.table(
        {
            "normal": pa.array(draw.normal(seed, 3, rows), mask=gone),
            "whole": pa.array(draw.integers(-(10**12), 10**12, rows)),
            "few": pa.array(draw.choice(["a", "b", "", "ü", "7"], rows), pa.string(), mask=gone),
            "many": pa.array([f"v{number}" for number in draw.integers(0, 10**6, rows)], pa.string()),
            "flag": pa.array(draw.random(rows) < 0.5),
            "nothing": pa.nulls(rows, pa.float64()),
        }
    )


def write(folder: Path, tables: Sequence[Any]) -> list[Path]:
    parquet: Any = importlib.import_module("pyarrow.parquet")
    paths = [folder / f"part-{number}.parquet" for number in range(len(tables))]
    for path, each in zip(paths, tables, strict=True):
        parquet.write_table(each, path)
    return paths


def union(spark: Any, paths: Sequence[Path]) -> Any:
    """A DataFrame with a partition for each file, in their order."""
    frames = [spark.read.parquet(str(path)) for path in paths]
    return reduce(lambda one, other: one.union(other), frames)


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    sizes = (3000, 0, 1, 5000, 0, 12_000, 2)
    folder = tmp_path_factory.mktemp("seven")
    return write(folder, [table(rows, seed) for seed, rows in enumerate(sizes)])


def without_sketches(profile: Profile) -> list[Any]:
    found = []
    for feature in profile.features:
        numbers = feature.numerical
        exact = (numbers.min, numbers.max, numbers.approximate_num_distinct_values) if numbers else None
        counts = (feature.num_present, feature.num_missing, feature.type_counts, feature.numbers)
        string = vars(feature.string) if feature.string else None
        found.append((feature.name, feature.inferred_type, counts, exact, string))
    return found


def numbers_of(one: Profile, other: Profile) -> Iterator[tuple[Any, Any]]:
    """The numerical statistics of the columns that have them, side by side."""
    for left, right in zip(one.features, other.features, strict=True):
        if left.numerical and right.numerical:
            yield left.numerical, right.numerical


def test_seven_partitions_two_of_them_empty_are_the_single_machines_to_the_byte(
    spark: Any, seven: list[Path]
) -> None:
    frame = union(spark, seven)
    here = state_of_source(seven, _options())
    assert here.rows == 20_003
    assert state_of_frame(frame).to_bytes() == here.to_bytes()


def test_a_check_by_spark_says_what_the_single_machine_says(
    spark: Any, seven: list[Path], tmp_path: Path
) -> None:
    later = write(tmp_path, [table(4000, 30), table(4000, 31)])
    baseline, expected = make_baseline(union(spark, seven)), make_baseline_here(seven)
    baseline.save(tmp_path / "spark")
    expected.save(tmp_path / "here")
    for name in ("statistics.json", "constraints.json"):
        assert (tmp_path / "spark" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    found, known = check(union(spark, later), tmp_path / "here"), check_here(later, tmp_path / "here")
    assert found.findings == known.findings
    assert found.findings
    assert found.features == known.features
    assert found.alarm == known.alarm
    assert [(each.name, each.rows) for each in found.files] == [("<pyspark DataFrame>", 8000)]


def test_the_flights_are_the_single_machines_to_the_byte(spark: Any, tmp_path: Path) -> None:
    from examples.flights.prepare import departures, source_folder  # noqa: PLC0415

    pa: Any = importlib.import_module("pyarrow")
    whole = pa.Table.from_pandas(departures(source_folder()), preserve_index=False)
    assert whole.num_rows > 300_000
    size = whole.num_rows // 7 + 1
    paths = write(tmp_path, [whole.slice(start, size) for start in range(0, whole.num_rows, size)])
    assert len(paths) == 7
    frame = union(spark, paths)
    assert state_of_frame(frame).to_bytes() == state_of_source(paths, _options()).to_bytes()


def test_a_tree_of_merges_differs_in_sketches_and_last_digits_alone(spark: Any) -> None:
    states = [
        state_of_source(table(rows, rows), _options()) for rows in (9000, 8000, 7000, 6000, 1, 5000, 20)
    ]
    rows = [
        (part, piece, piece_of(state, start).to_bytes())
        for part, state in enumerate(states)
        for piece, start in enumerate(range(0, len(state.names), WIDTH))
    ]
    order = np.random.default_rng(1).permutation(len(rows))
    shuffled = spark.sparkContext.parallelize([rows[place] for place in order], 3)
    merged = {
        tasks: dict(merging.merged(shuffled, merging.Plan(len(states), 2, tasks, fan_in=2)).collect())
        for tasks in (1, 3)
    }
    assert merged[1] == merged[3]
    parts = [DatasetState.from_bytes(merged[1][piece]) for piece in sorted(merged[1])]
    columns = [column for part in parts for column in part.columns]
    tree = DatasetState.from_parts(states[0].names, columns, parts[0].rows).profile()
    line = reduce(DatasetState.merge, states).profile()
    assert tree.item_count == line.item_count
    assert without_sketches(tree) == without_sketches(line)
    for one, other in numbers_of(tree, line):
        assert one.sum == pytest.approx(other.sum, rel=1e-11, abs=1e-6)
        assert one.std_dev == pytest.approx(other.std_dev, rel=1e-11)
        values, _ = other.sketch.weighted()
        ranks = [each.sketch.rank(values, True) for each in (one, other)]
        assert np.abs(ranks[0] - ranks[1]).max() <= 2 * 0.003 * other.sketch.num_values


def at(text: str) -> dt.datetime:
    """A time without a zone, as Spark takes it."""
    return dt.datetime.fromisoformat(text)


TYPES: dict[str, tuple[str, list[Any]]] = {
    "byte": ("tinyint", [1, -128, None]),
    "short": ("smallint", [300, None, -5]),
    "integer": ("int", [1, 2, 3]),
    "long": ("bigint", [2**63 - 1, -(2**63), None]),
    "float": ("float", [0.1, None, float("nan")]),
    "double": ("double", [0.1, float("inf"), float("nan")]),
    "decimal": ("decimal(20,3)", [Decimal("12.500"), None, Decimal("-0.001")]),
    "string": ("string", ["", None, "ä,b"]),
    "binary": ("binary", [b"abc", None, b"\xff"]),
    "boolean": ("boolean", [True, None, False]),
    "date": ("date", [dt.date(2013, 1, 1), None, dt.date(1900, 2, 3)]),
    "timestamp": ("timestamp", [at("2013-01-01T05:00:00.250000"), None, at("2020-07-01")]),
    "timestamp_ntz": ("timestamp_ntz", [at("2013-01-01T05:00"), None, at("2020-07-01T01:02:03")]),
    "duration": ("interval day to second", [dt.timedelta(days=1, seconds=2), None, dt.timedelta(0)]),
    "array": ("array<int>", [[1, 2], None, []]),
    "map": ("map<string,double>", [{"a": 1.5}, None, {}]),
    "struct": ("struct<a:int,b:array<string>>", [(1, ["x"]), None, (2, [])]),
    "null": ("void", [None, None, None]),
}


@pytest.mark.parametrize("nan_is_missing", [True, False])
def test_each_type_comes_out_as_from_sparks_own_parquet(
    spark: Any, tmp_path: Path, nan_is_missing: bool
) -> None:
    from pyspark.sql.types import _parse_datatype_string  # noqa: PLC0415

    fields = ", ".join(f"{name}_ {kind}" for name, (kind, _) in TYPES.items())
    rows = list(zip(*(cells for _, cells in TYPES.values()), strict=True))
    frame = spark.createDataFrame(rows, _parse_datatype_string(fields)).coalesce(1)
    # Parquet has no form of these two.
    written = frame.drop("null_", "duration_")
    written.write.parquet(str(tmp_path / "table"))
    options = _options(nan_is_missing)
    here = state_of_source(tmp_path / "table", options)
    assert state_of_frame(written, options).to_bytes() == here.to_bytes()
    both = make_baseline(frame, options=options).statistics
    kinds = {each.name: (each.inferred_type, each.num_present) for each in both.features}
    assert kinds["null_"] == ("Unknown", 0)
    assert kinds["duration_"] == ("Fractional", 2)


def test_numbers_and_texts_come_out_as_from_sparks_own_csv(spark: Any, tmp_path: Path) -> None:
    frame = spark.range(0, 4000, numPartitions=1).selectExpr(
        "id - 2000 as whole", "id / 8 as fraction", "concat('k', id % 9) as text", "nullif(id % 3, 0) as gaps"
    )
    frame.write.option("header", True).csv(str(tmp_path / "table"))
    here = make_baseline_here(tmp_path / "table").statistics
    there = make_baseline(frame).statistics
    for one, other in zip(there.features, here.features, strict=True):
        assert (one.inferred_type, one.type_counts) == (other.inferred_type, other.type_counts)
        assert (one.num_present, one.num_missing) == (other.num_present, other.num_missing)
        assert (one.string and one.string.categories) == (other.string and other.string.categories)
    pairs = list(numbers_of(there, here))
    assert len(pairs) == 3
    for numbers, known in pairs:
        # Numbers and their texts have other hashes: both estimates are right within their 5 %.
        distinct = known.approximate_num_distinct_values
        assert numbers.approximate_num_distinct_values == pytest.approx(distinct, rel=0.15)
        assert numbers.sketch.to_bytes() == known.sketch.to_bytes()
        assert (numbers.sum, numbers.std_dev) == (known.sum, known.std_dev)


def _options(nan_is_missing: bool = True) -> Any:
    from drift_engine import ReadOptions  # noqa: PLC0415

    return ReadOptions(nan_is_missing=nan_is_missing)
