"""Columns that name rows: each value is new by nature, and no distribution can be compared."""

from __future__ import annotations

import re

from drift_engine.states.profile import FeatureProfile

_NAME = re.compile(r"(?i:(^|[_\W])(id|ids|uuid|guid|key|index|rowid|row_?number)$)|[a-z]I[dD]$")
_UNIQUE = 0.85
"""Distinct values a row; the distinct counts are estimates with a standard deviation of 5 %."""
_DENSE = 0.5
_LEAST_ROWS = 10, 50
"""Of the batch, of the baseline."""


def identifies(new: FeatureProfile, old: FeatureProfile) -> bool:
    """Whether a column names its rows, on both sides.

    Texts do if nearly every row has its own. Whole numbers do if nearly every row has its own, they fill
    their range like a counter, and either the name says so (`id`, `order_id`, `key`, `index`, ...), or the
    batch goes on where the baseline ends, or both start at the same number with other lengths. A measurement
    that is unique in every row leaves gaps, or shares its range with the baseline, and stays comparable.
    """
    sides = (new, old)
    if any(
        side.num_present < least or not _unique(side) for side, least in zip(sides, _LEAST_ROWS, strict=True)
    ):
        return False
    if all(side.inferred_type == "String" for side in sides):
        return True
    if not all(side.inferred_type == "Integral" and _dense(side) for side in sides):
        return False
    (start, end), (old_start, old_end) = map(_range, sides)
    apart = start > old_end or end < old_start
    same_start = start == old_start and end != old_end
    return bool(_NAME.search(old.name)) or apart or same_start


def may_identify(side: FeatureProfile) -> bool:
    """Whether a column may name its rows, as far as one side can tell: unique, and texts or dense."""
    return _unique(side) and (
        side.inferred_type == "String" or (side.inferred_type == "Integral" and _dense(side))
    )


def _unique(side: FeatureProfile) -> bool:
    distinct: float | None = None
    if side.string is not None:
        distinct = side.string.distinct_count
    elif side.numerical is not None:
        distinct = side.numerical.approximate_num_distinct_values
    return distinct is not None and distinct >= _UNIQUE * side.num_present


def _range(side: FeatureProfile) -> tuple[float, float]:
    return (0.0, 0.0) if side.numerical is None else (side.numerical.min, side.numerical.max)


def _dense(side: FeatureProfile) -> bool:
    start, end = _range(side)
    return side.num_present >= _DENSE * (end - start + 1.0)
