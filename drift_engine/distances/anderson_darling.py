"""Anderson-Darling's k-sample statistic for two samples, with ties."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch


def anderson_darling(current: KllSketch, baseline: KllSketch) -> float:
    """A2 of the two samples, differences of the distribution functions weighted by 1 / (H (1 - H)).

    0.0 or more; symmetric. Each distribution function is taken in the middle of its step, so that ties count
    as they should; a constant column is 0.0. It grows with the rows: under no drift its mean is about 1.
    `scipy.stats.anderson_ksamp` gives it less 1, divided by its standard deviation. Empty against anything is
    0.0. Scholz & Stephens 1987, J. Amer. Statist. Assoc. 82, 918-924, eq. (7).
    """
    steps = Steps.of(current, baseline)
    if steps is None or len(steps.values) < 2:
        return 0.0
    total = steps.n + steps.m
    ties = steps.current_counts + steps.baseline_counts
    pooled = np.cumsum(ties) - ties / 2.0
    spread = pooled * (total - pooled) - total * ties / 4.0
    gap = steps.gaps - (steps.current_counts / steps.n - steps.baseline_counts / steps.m) / 2.0
    # With F_n and G_m for the samples, both of Scholz & Stephens' terms hold the same (F - G)**2.
    weight = steps.n * steps.m / total * (total - 1.0)
    return max(0.0, float(weight * np.sum(ties * gap**2 / spread)))
