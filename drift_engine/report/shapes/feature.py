"""What can be drawn of one feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drift_engine.report.shapes.categories import Share, Shares, largest_difference, shares
from drift_engine.report.shapes.numbers import Bars, Curves, Gap, RankMap, bars, curves, largest_gap
from drift_engine.states import FeatureProfile
from drift_engine.states.kll import KllSketch
from drift_engine.verdicts.columns import categories, numbers

_CATEGORIES = 12
_MATERIAL = 0.01


@dataclass(frozen=True, eq=False)
class NumberShape:
    """The distributions of a column of numbers.

    Attributes:
        bars: shares of rows.
        rows: distribution functions of the rows.
        distinct: the functions that Simple and Robust compare, where they differ visibly from `rows`.
        gap, distinct_gap: where each pair is farthest apart.
        maps: the functions themselves, baseline and current.
    """

    bars: Bars
    rows: Curves
    distinct: Curves | None
    gap: Gap
    distinct_gap: Gap
    maps: tuple[RankMap, RankMap]


@dataclass(frozen=True, eq=False)
class CategoryShape:
    """The shares of a column of categories; `totals` are the present cells, baseline and current."""

    shares: Shares
    farthest: Share
    totals: tuple[int, int]


Shape = NumberShape | CategoryShape


def shape(old: FeatureProfile | None, new: FeatureProfile | None, points: int = 96) -> Shape | None:
    """Both distributions of a feature; None where one side has none, or they are of different kinds.

    Args:
        old: the feature in the baseline.
        new: the feature in the checked data.
        points: about how many points a curve may have.
    """
    if old is None or new is None:
        return None
    old_counts, new_counts = categories(old), categories(new)
    if old_counts and new_counts:
        farthest = largest_difference(old_counts, new_counts)
        totals = sum(old_counts.values()), sum(new_counts.values())
        listed = shares(old_counts, new_counts, _CATEGORIES)
        return None if farthest is None else CategoryShape(listed, farthest, totals)
    old_sketch, new_sketch = numbers(old), numbers(new)
    if old_sketch is None or new_sketch is None or not (old_sketch.num_values and new_sketch.num_values):
        return None
    return _numbers(old_sketch, new_sketch, points)


def _numbers(old: KllSketch, new: KllSketch, points: int) -> NumberShape:
    rows = RankMap.of_rows(old), RankMap.of_rows(new)
    distinct = RankMap.of_distinct(old), RankMap.of_distinct(new)
    gap, distinct_gap = largest_gap(*rows), largest_gap(*distinct)
    drawn = bars(*rows, distinct_gap.at)
    axis = drawn.edges if len(drawn.edges) else drawn.values
    within = float(axis[0]), float(axis[-1])
    differ = any(
        float(np.abs(a.shares(a.values) - b.shares(a.values)).max()) > _MATERIAL
        for a, b in zip(rows, distinct, strict=True)
    )
    other = curves(*distinct, within, points) if differ else None
    return NumberShape(drawn, curves(*rows, within, points), other, gap, distinct_gap, rows)
