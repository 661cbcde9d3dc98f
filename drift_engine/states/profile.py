"""A profile: what a state says at the end, and what a `statistics.json` says when it is read.

The names are those of Model Monitor's file, so that a profile and the file are the same thing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from drift_engine.states.kll import KllSketch

InferredType: TypeAlias = Literal["Integral", "Fractional", "String", "Unknown"]
Extras: TypeAlias = Mapping[tuple[str | int, ...], object]
"""What a file that was read holds beside these fields, by key path, so that it can be written again."""
NUMERIC_TYPES: frozenset[InferredType] = frozenset({"Integral", "Fractional"})


@dataclass(frozen=True)
class Bucket:
    """One of ten equal widths between min and max; `count` comes from the sketch, so it is approximate."""

    lower_bound: float
    upper_bound: float
    count: float


@dataclass(frozen=True)
class TypeCounts:
    """How many present cells are of which type by themselves (deequ's DataType histogram)."""

    integral: int = 0
    fractional: int = 0
    boolean: int = 0
    string: int = 0

    @property
    def present(self) -> int:
        """Cells of any type."""
        return self.integral + self.fractional + self.boolean + self.string

    @property
    def numeric(self) -> int:
        """Cells that are Integral or Fractional."""
        return self.integral + self.fractional


@dataclass(frozen=True, eq=False)
class NumericalStatistics:
    """Moments, extrema and distribution of a column's numeric cells.

    Attributes:
        mean, sum, std_dev, min, max: `std_dev` is the population's (divided by n); all finite.
        approximate_num_distinct_values: HyperLogLog++ estimate; None where the file lacks it.
        sketch: None where the file lacks it or the column has no numeric cell.
        buckets: ten, or none where there is no sketch.
    """

    mean: float
    sum: float
    std_dev: float
    min: float
    max: float
    approximate_num_distinct_values: int | None
    sketch: KllSketch | None
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True)
class FrequentValue:
    """A frequent text of a column of many different ones.

    Attributes:
        value: the text; of one longer than 32 bytes its first 20 bytes, an ellipsis, and its last 12.
        share: its estimated share of the present cells, 0 to 1.
        at_least: a lower bound of it, which holds but for a chance below 1e-4.
        at_most: an upper bound, which always holds.
    """

    value: str
    share: float
    at_least: float
    at_most: float


@dataclass(frozen=True, eq=False)
class StringStatistics:
    """Distinct count and, at low cardinality, the count of each category.

    Attributes:
        distinct_count: HyperLogLog++ estimate, a float as in the file.
        categories: counts by value, in the order of the file; None at high cardinality.
        frequent: the frequent texts of a column of more than 512, which no file has.
    """

    distinct_count: float
    categories: Mapping[str, int] | None
    frequent: tuple[FrequentValue, ...] = ()


@dataclass(frozen=True, eq=False)
class FeatureProfile:
    """One column. `numerical` of a String column describes its numeric cells, where there are any.

    Attributes:
        type_counts: None where the profile was read from a file, which doesn't say.
        numbers: present cells that have a finite number (not so `1e999`, infinity, 2**63); 0 without
            `type_counts`.
        whole_numbers: those of them that are whole and within 64 bits, `3.0` too.
    """

    name: str
    inferred_type: InferredType
    num_present: int
    num_missing: int
    numerical: NumericalStatistics | None = None
    string: StringStatistics | None = None
    type_counts: TypeCounts | None = None
    numbers: int = 0
    whole_numbers: int = 0
    extras: Extras = field(default_factory=dict)

    @property
    def completeness(self) -> float:
        """Share of present cells, 0.0 to 1.0; 0.0 for a column without rows."""
        rows = self.num_present + self.num_missing
        return self.num_present / rows if rows else 0.0

    @property
    def numeric_cells(self) -> int:
        """Present cells that have a number; from the sketch where the cells' own types aren't known."""
        if self.type_counts is not None:
            return self.numbers
        if self.numerical is None or self.numerical.sketch is None:
            return 0
        return self.numerical.sketch.num_values


@dataclass(frozen=True, eq=False)
class Profile:
    """A table: its rows and its columns in the order of the source."""

    item_count: int
    features: tuple[FeatureProfile, ...]
    extras: Extras = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """The features' names, in order."""
        return tuple(feature.name for feature in self.features)
