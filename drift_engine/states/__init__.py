"""States: what a table's rows leave behind, small, mergeable and exact where it can be.

A state is a commutative monoid in the sense of its laws (`tests/property/test_states_laws.py`): `State()` is
the identity, `State.of(...)` is made of data, `add` continues a stream in place, `a.merge(b)` is a new state
and leaves both alone, `to_bytes` and `from_bytes` round-trip. One file a state:

    counts       missing cells and cells by type         exact
    moments      sum, mean, deviation, extrema           exact extrema; sums in the order of the rows
    kll          quantile sketch                         bit for bit deequ's; ranks within 1 %, mostly 0.2 %
    distinct     HyperLogLog++ of the cells' xxHash64    Spark's registers; about 5 %
    categories   counts by value                         exact up to 512 distinct values, then it overflows
    frequent     the frequent texts after an overflow    exact sums; `recovery` reads values and bounds off
    column       these five side by side
    dataset      a column state for every column

Inside, a text column goes `cells` (places of the present cells) -> `hashing` (xxHash64) and `numbers` (type
and number of each) -> the states. The fast way through `numbers` is `numerals`, on `digits` and `rounding`;
where a column has few values, `recall` reads each once, and `lookup` finds it by its hash. Typed numbers go
through `typed` instead. `schedule` says when the sketch compacts, `welford` adds up deviations in Spark's
order, `buckets` and `profile` are what comes out, `envelope` is the binary form.

Numbers out of a state never depend on how the rows of a partition were split into batches. Merging
partitions in another order changes float sums in the last digits, and the sketch within its error.

numpy alone; nothing here knows files, AWS, or what drift is.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drift_engine.states.batch import Batch, CodedColumn, Column, NumberColumn, TextColumn
    from drift_engine.states.categories import CategoryState
    from drift_engine.states.column import ColumnState
    from drift_engine.states.counts import CountState
    from drift_engine.states.dataset import DatasetState
    from drift_engine.states.distinct import DistinctState
    from drift_engine.states.frequent import FrequentState
    from drift_engine.states.kll import KllSketch
    from drift_engine.states.moments import MomentState
    from drift_engine.states.profile import (
        NUMERIC_TYPES,
        Bucket,
        FeatureProfile,
        FrequentValue,
        InferredType,
        NumericalStatistics,
        Profile,
        StringStatistics,
        TypeCounts,
    )

_HOMES = {
    "batch": ("Batch", "CodedColumn", "Column", "NumberColumn", "TextColumn"),
    "categories": ("CategoryState",),
    "column": ("ColumnState",),
    "counts": ("CountState",),
    "dataset": ("DatasetState",),
    "distinct": ("DistinctState",),
    "frequent": ("FrequentState",),
    "kll": ("KllSketch",),
    "moments": ("MomentState",),
    "profile": (
        *("NUMERIC_TYPES", "Bucket", "FeatureProfile", "InferredType", "NumericalStatistics", "Profile"),
        *("FrequentValue", "StringStatistics", "TypeCounts"),
    ),
}

__all__ = [
    "NUMERIC_TYPES",
    "Batch",
    "Bucket",
    "CategoryState",
    "CodedColumn",
    "Column",
    "ColumnState",
    "CountState",
    "DatasetState",
    "DistinctState",
    "FeatureProfile",
    "FrequentState",
    "FrequentValue",
    "InferredType",
    "KllSketch",
    "MomentState",
    "NumberColumn",
    "NumericalStatistics",
    "Profile",
    "StringStatistics",
    "TextColumn",
    "TypeCounts",
]


def __getattr__(name: str) -> Any:
    """Import a name on first use: the Evaluate Drift Lambda reads profiles and counts nothing."""
    for home, names in _HOMES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
