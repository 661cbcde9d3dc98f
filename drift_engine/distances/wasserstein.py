"""Wasserstein's distance, how far the rows moved on average; plain, and in deviations of the baseline."""

from __future__ import annotations

import sys

import numpy as np

from drift_engine.distances.steps import Floats, Steps
from drift_engine.states.kll import KllSketch


def wasserstein(current: KllSketch, baseline: KllSketch) -> float:
    """The integral of |F(x) - G(x)|, in the column's own unit, 0.0 or more; symmetric.

    Empty against anything is 0.0; beyond the largest double it is that. Equal to
    `scipy.stats.wasserstein_distance` where the sketches hold all values.
    """
    steps = Steps.of(current, baseline)
    return 0.0 if steps is None else steps.integral(np.abs(steps.gaps))


def wasserstein_scaled(current: KllSketch, baseline: KllSketch) -> float:
    """`wasserstein` divided by the baseline's standard deviation, 0.0 or more; not symmetric.

    Where the baseline is constant there is no unit: then the standard deviation of both together is taken
    (0.0 where that is constant too). Empty against anything is 0.0.
    """
    steps = Steps.of(current, baseline)
    if steps is None:
        return 0.0
    scale = float(np.abs(steps.values).max())
    if scale == 0.0:
        return 0.0
    values = steps.values / scale
    unit = _deviation(values, steps.baseline_counts) or _deviation(
        values, steps.baseline_counts + steps.current_counts
    )
    if unit == 0.0:
        return 0.0
    moved = float(np.abs(steps.gaps[:-1]) @ np.diff(values))
    return min(moved / unit, sys.float_info.max)


def _deviation(values: Floats, counts: Floats) -> float:
    mean = float(counts @ values / counts.sum())
    return (
        float(np.sqrt(counts @ (values - mean) ** 2 / counts.sum())) if np.count_nonzero(counts) > 1 else 0.0
    )
