"""The ten buckets of a `statistics.json`: equal widths, counts from the sketch."""

from __future__ import annotations

import numpy as np

from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import Bucket

NUMBER_OF_BUCKETS = 10
# deequ's KLLRunner starts its minimum and maximum at Java's Int.MaxValue and Int.MinValue instead of
# infinity, so the buckets of a column wholly above (below) begin (end) there. Its `min` and `max` are right.
_FIRST_MIN, _FIRST_MAX = 2147483647.0, -2147483648.0


def buckets(sketch: KllSketch, smallest: float, largest: float) -> tuple[Bucket, ...]:
    """Ten buckets from the smallest to the largest value; no bucket of an empty sketch.

    A bucket's count is that of the items from its lower bound up to, not including, its upper bound; the
    last one has both. A constant column has all its items in the last.
    """
    if not sketch.num_values:
        return ()
    low, high = min(smallest, _FIRST_MIN), max(largest, _FIRST_MAX)
    bounds = _bounds(low, high)
    values, weights = sketch.items()
    # By how many bounds each item has reached: 0 below the first, 11 from the last on.
    counts = np.bincount(np.searchsorted(bounds, values, side="right"), weights, minlength=len(bounds) + 1)[
        1:
    ]
    counts[NUMBER_OF_BUCKETS - 1] += weights[values == bounds[-1]].sum()
    return tuple(
        Bucket(float(bounds[i]), float(bounds[i + 1]), float(counts[i])) for i in range(NUMBER_OF_BUCKETS)
    )


def _bounds(low: float, high: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    steps = np.arange(NUMBER_OF_BUCKETS + 1, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        bounds = low + (high - low) * steps / NUMBER_OF_BUCKETS
    if not np.isfinite(bounds).all():
        bounds = low * (1 - steps / NUMBER_OF_BUCKETS) + high * (steps / NUMBER_OF_BUCKETS)
    return bounds
