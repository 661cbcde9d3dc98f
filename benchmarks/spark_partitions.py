"""More partitions than are merged at once, on real Spark, against one machine; what a partition costs.

    sh .ci/engine-on-other-pythons   # makes .cache/spark
    PYTHONPATH=. .cache/spark/bin/python -m benchmarks.spark_partitions [PARTITIONS]

`make_baseline` of small partitions, some of them empty, on `local[2]`. Ends with an error unless the result
is the tree of the single machine's states, to the byte, and but for sketches and the last digits of sums the
single machine's own result. Too slow for a test: each partition is two tasks of Python.
Processor time of the JVM and its Python workers together; yardstick: the same frame in two partitions.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spark import seconds_of_descendants, table
from drift_engine.readers import ReadOptions
from drift_engine.run import state_of_source
from drift_engine.spark import make_baseline
from drift_engine.spark.merging import FAN_IN
from drift_engine.states import DatasetState, Profile

COLUMNS, MOST_ROWS = 10, 600
KINDS = {"double": "double", "int64": "bigint", "string": "string"}


def parts_of(count: int) -> list[Any]:
    """Arrow tables of 0 to 600 rows; the first, the last and those beside the border of a group are empty."""
    sizes = np.random.default_rng(count).integers(0, MOST_ROWS, count)
    sizes[[0, FAN_IN - 1, min(FAN_IN, count - 1), count - 1]] = 0
    return [table(int(rows), COLUMNS, seed) for seed, rows in enumerate(sizes)]


def frame_of(session: Any, parts: Sequence[Any]) -> Any:
    """A DataFrame with these partitions."""
    kinds = ", ".join(
        f"{field.name} {KINDS[str(field.type)]}"
        for field in next(part for part in parts if part.num_rows).schema
    )
    rows = [[tuple(row.values()) for row in part.to_pylist()] for part in parts]
    spread = session.sparkContext.parallelize(rows, len(rows)).flatMap(lambda part: part)
    return session.createDataFrame(spread, kinds)


def numbers_of(one: Profile, other: Profile) -> Iterator[tuple[str, Any, Any]]:
    """The numerical statistics of a column, side by side; all else has been compared.

    Raises:
        AssertionError: Something else differs.
    """
    if one.item_count != other.item_count:
        raise AssertionError(f"{one.item_count} rows, not {other.item_count}")
    for left, right in zip(one.features, other.features, strict=True):
        for name in ("name", "inferred_type", "num_present", "num_missing", "type_counts"):
            if getattr(left, name) != getattr(right, name):
                raise AssertionError(f"{left.name}: {name} differs")
        if (left.string and vars(left.string)) != (right.string and vars(right.string)):
            raise AssertionError(f"{left.name}: texts differ")
        if (left.numerical is None) != (right.numerical is None):
            raise AssertionError(f"{left.name}: numbers on one side only")
        if left.numerical is not None:
            yield left.name, left.numerical, right.numerical


def differences(found: Profile, line: Profile) -> tuple[float, float]:
    """The largest relative difference of a sum, and of a rank in a sketch."""
    sums, ranks = [0.0], [0.0]
    for name, one, other in numbers_of(found, line):
        if (one.min, one.max) != (other.min, other.max):
            raise AssertionError(f"{name}: extrema differ")
        sums.append(abs(one.sum - other.sum) / max(abs(other.sum), 1e-300))
        values, _ = other.sketch.weighted()
        apart = np.abs(one.sketch.rank(values, True) - other.sketch.rank(values, True)).max()
        ranks.append(float(apart) / other.sketch.num_values)
    return max(sums), max(ranks)


def main(count: int) -> None:
    """Compare, and print a table."""
    if count <= FAN_IN:
        raise SystemExit(f"{count} partitions are merged at once: ask for more than {FAN_IN}")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master("local[2]")
    for key, value in {**settings, "spark.sql.shuffle.partitions": "2"}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    parts = parts_of(count)
    frame, coarse = frame_of(session, parts), frame_of(session, [part for part in parts if part.num_rows][:2])
    make_baseline(coarse)
    spent = []
    for each in (coarse, frame):
        began = seconds_of_descendants()
        found = make_baseline(each).statistics
        spent.append(seconds_of_descendants() - began)
    session.stop()

    states = [state_of_source(part, ReadOptions()) if part.num_rows else DatasetState() for part in parts]
    groups = (states[first : first + FAN_IN] for first in range(0, count, FAN_IN))
    tree = reduce(DatasetState.merge, (reduce(DatasetState.merge, group) for group in groups)).profile()
    for name, one, other in numbers_of(found, tree):
        if one.sketch.to_bytes() != other.sketch.to_bytes() or (one.sum, one.std_dev) != (
            other.sum,
            other.std_dev,
        ):
            raise AssertionError(f"{name}: not the tree of the single machine's states")
    sums, ranks = differences(found, reduce(DatasetState.merge, states).profile())
    print(
        f"{count} partitions, {found.item_count:,} rows x {COLUMNS} columns: the tree's result, to the byte"
    )
    print(f"against the single machine: sums differ by {sums:.1e} at most, ranks by {ranks:.2%} of the rows")
    cost = f"{spent[1]:.0f} s, {spent[1] / count:.2f} s a partition; of two partitions {spent[0]:.1f} s"
    print(f"processor time: {cost}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 320)
