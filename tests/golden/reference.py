"""What golden tests need to hold the engine against files that other programs computed."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from drift_engine.states import Batch, FeatureProfile
from tests.tables import text_column

DEEQU = Path(__file__).parent / "deequ"
# Third-party data that is not ours to copy; it lies beside the repository where it is to be had.
CHURN = Path(__file__).parents[2].parent / "shared" / "reference" / "model_monitor_churn"


# How many numbers of each reference were found equal; conftest.py prints it.
EQUAL: Counter[str] = Counter()


def assert_equal(reference: str, ours: Any, theirs: Any, where: str = "") -> None:
    """The same value, number by number; counts the reference's numbers."""
    assert ours == theirs, where
    EQUAL[reference] += _numbers(theirs)


def assert_close(reference: str, ours: float, theirs: float) -> None:
    """The same number but for the order in which a sum was added up; counts it."""
    assert math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    EQUAL[reference] += 1


def _numbers(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_numbers, value.values()))
    if isinstance(value, list):
        return sum(map(_numbers, value))
    return int(isinstance(value, (int, float)) and not isinstance(value, bool))


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_batches(path: Path, partition_rows: Sequence[int] | None = None) -> list[Batch]:
    """A CSV file as one batch, or as one batch a partition of so many rows."""
    with path.open(encoding="utf-8", newline="") as file:
        # deequ's reader was left at Spark's defaults, where a doubled quote is not an escape.
        header, *rows = csv.reader(file)
    bounds = [0, *accumulate(partition_rows or [len(rows)])]
    return [_batch(tuple(header), rows[start:end]) for start, end in pairwise(bounds)]


def kll_of(feature: FeatureProfile) -> dict[str, Any]:
    """A feature's distribution in the shape of a `statistics.json`."""
    assert feature.numerical is not None
    assert feature.numerical.sketch is not None
    sketch = feature.numerical.sketch
    return {
        "buckets": [vars(bucket) for bucket in feature.numerical.buckets],
        "sketch": {
            "parameters": {"c": sketch.c, "k": sketch.k},
            "data": [level.tolist() for level in sketch.levels],
        },
    }


def _batch(names: tuple[str, ...], rows: list[list[str]]) -> Batch:
    columns = zip(*rows, strict=True)
    return Batch(
        names, tuple(text_column([cell or None for cell in column]) for column in columns), len(rows)
    )
