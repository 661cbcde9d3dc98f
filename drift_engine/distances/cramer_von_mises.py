"""The Cramér-von Mises criterion of two samples."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch


def cramer_von_mises(current: KllSketch, baseline: KllSketch) -> float:
    """T = n m / (n + m)**2 * sum over all values of (F - G)**2, 0.0 or more; symmetric.

    It grows with the rows: under no drift its mean is about 1/6 whatever their number. Tied values each count
    with the difference at their upper end. Without ties equal to
    `scipy.stats.cramervonmises_2samp(...).statistic`, where the sketches hold all values. Empty against
    anything is 0.0. Anderson 1962, Ann. Math. Statist. 33, 1148-1159, eq. (2).
    """
    steps = Steps.of(current, baseline)
    if steps is None:
        return 0.0
    squares = float(np.sum((steps.current_counts + steps.baseline_counts) * steps.gaps**2))
    return steps.n * steps.m / (steps.n + steps.m) ** 2 * squares
